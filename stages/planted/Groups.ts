/** The groups of training rows that reweighing, resampling and group DRO go by: a class and a value of the attribute. */
import type { Sentence } from "../eec/Sentence.ts"
import type { BiasPair } from "../train/TrainConfig.ts"

export interface RowGroup {
  readonly label: number
  /** The attribute's value; `none` where a row has none. */
  readonly side: string
}

/** One a row, in their order. */
export const groupsOf = (
  corpus: ReadonlyArray<Sentence>,
  rows: Iterable<number>,
  attribute: BiasPair["attribute"]
): ReadonlyArray<RowGroup> =>
  [...rows].flatMap((index) => {
    const row = corpus[index]
    return row === undefined ? [] : [{ label: row.label, side: row[attribute] ?? "none" }]
  })

/**
 * How many rows each group would have of all N if class and side were independent, |class|·|side| / N, over how many it
 * has: by `class/side`, in order of first appearance.
 */
export const expectedSizes = (groups: ReadonlyArray<RowGroup>) => {
  const counts = (of: (group: RowGroup) => string | number) =>
    new Map([...Map.groupBy(groups, of)].map(([key, members]) => [key, members.length]))
  const labels = counts((group) => group.label)
  const sides = counts((group) => group.side)
  return new Map(
    [...Map.groupBy(groups, nameOf)].map(([name, members]) => {
      const [{ label, side }] = members as [RowGroup, ...Array<RowGroup>]
      return [
        name,
        { expected: ((labels.get(label) ?? 0) * (sides.get(side) ?? 0)) / groups.length, found: members.length }
      ]
    })
  )
}

export const nameOf = ({ label, side }: RowGroup): string => `${label}/${side}`
