/**
 * Group fairness of binary decisions, with the definitions of fairlearn's metrics: selection rates, demographic parity,
 * equalised odds (Hardt, Price & Srebro 2016), equal opportunity. More than two classes: one against the rest.
 */

export interface GroupRates {
  readonly n: number
  /** Share of the group that is predicted positive. */
  readonly selectionRate: number
  /** Null where the group has no positive (negative) row. */
  readonly truePositiveRate: number | null
  readonly falsePositiveRate: number | null
}

/** Each figure is null where fewer than one group defines it, or where a ratio's denominator is 0. */
export interface GroupFairness {
  /** By group, in order of first appearance. */
  readonly groups: ReadonlyMap<string, GroupRates>
  readonly overallSelectionRate: number | null
  readonly demographicParityDifference: number | null
  readonly demographicParityRatio: number | null
  /** max over groups of |rate − overall rate| */
  readonly demographicParityToOverall: number | null
  /** Difference of true positive rates. */
  readonly equalOpportunityDifference: number | null
  /** The larger of the differences of true and false positive rates. */
  readonly equalizedOddsDifference: number | null
  /** Their mean. */
  readonly equalizedOddsMeanDifference: number | null
  /** The smaller of the ratios of true and false positive rates. */
  readonly equalizedOddsRatio: number | null
}

const defined = (values: Iterable<number | null>): ReadonlyArray<number> =>
  [...values].filter((value) => value !== null)

const difference = (values: ReadonlyArray<number>): number | null =>
  values.length === 0 ? null : Math.max(...values) - Math.min(...values)

const ratio = (values: ReadonlyArray<number>): number | null => {
  const most = Math.max(...values)
  return values.length === 0 || most === 0 ? null : Math.min(...values) / most
}

const both = (
  left: number | null,
  right: number | null,
  combine: (left: number, right: number) => number
): number | null => (left === null || right === null ? null : combine(left, right))

/** `truth` and `predicted` hold 0 or 1 for every row, `groups` the row's group. */
export const groupFairness = (
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  groups: ReadonlyArray<string>
): GroupFairness => {
  const counts = new Map<string, { n: number; selected: number; positive: number; hits: number; alarms: number }>()
  let selected = 0
  for (const [row, group] of groups.entries()) {
    const count = counts.get(group) ?? { n: 0, selected: 0, positive: 0, hits: 0, alarms: 0 }
    counts.set(group, count)
    const isPositive = truth[row] === 1
    const isSelected = predicted[row] === 1
    count.n += 1
    if (isPositive) count.positive += 1
    if (!isSelected) continue
    selected += 1
    count.selected += 1
    if (isPositive) count.hits += 1
    else count.alarms += 1
  }
  const rates = new Map<string, GroupRates>()
  for (const [group, count] of counts) {
    const negative = count.n - count.positive
    rates.set(group, {
      n: count.n,
      selectionRate: count.selected / count.n,
      truePositiveRate: count.positive === 0 ? null : count.hits / count.positive,
      falsePositiveRate: negative === 0 ? null : count.alarms / negative
    })
  }
  const all = [...rates.values()]
  const selection = all.map((rate) => rate.selectionRate)
  const truePositive = defined(all.map((rate) => rate.truePositiveRate))
  const falsePositive = defined(all.map((rate) => rate.falsePositiveRate))
  const overall = groups.length === 0 ? null : selected / groups.length
  return {
    groups: rates,
    overallSelectionRate: overall,
    demographicParityDifference: difference(selection),
    demographicParityRatio: ratio(selection),
    demographicParityToOverall:
      overall === null ? null : Math.max(...selection.map((rate) => Math.abs(rate - overall))),
    equalOpportunityDifference: difference(truePositive),
    equalizedOddsDifference: both(difference(truePositive), difference(falsePositive), Math.max),
    equalizedOddsMeanDifference: both(
      difference(truePositive),
      difference(falsePositive),
      (left, right) => (left + right) / 2
    ),
    equalizedOddsRatio: both(ratio(truePositive), ratio(falsePositive), Math.min)
  }
}
