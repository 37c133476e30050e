/** What a table says of seeds that were added in rounds: how many each variant took, and why it got no more. */
import type { SeedRule } from "../domain/SeedRule.ts"
import type { ColumnSpec } from "../domain/TableSpec.ts"
import type { SeedCount, SeedReach, Settled } from "./SeedRounds.ts"

const DEFAULT_DIGITS = 4

/** Variants that the sentence names; of more it counts, and the notes name them. */
const NAMED = 4

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

const reasons: Readonly<Record<Settled, string>> = {
  decided: "decided",
  narrow: "close enough",
  max: "not settled by the most seeds there may be",
  constant: "the same difference in every seed, which has no interval",
  undefined: "undefined in every seed",
  open: "not settled: its next seeds have no figures yet"
}

const evidence = ({ interval, mean, why }: SeedCount, digits: number): string => {
  if (mean === null) return ""
  const ends = interval === null ? "" : ` [${interval.map((end) => signed(end, digits)).join(", ")}]`
  const unbounded = interval === null && why !== "constant" ? ", no bounds yet" : ""
  return `, ${signed(mean, digits)}${ends}${unbounded}`
}

const nameOf = ({ labels }: SeedCount) => Object.values(labels).join(" · ")

const told = (count: SeedCount, digits: number): string => {
  const { pairs, seeds, why } = count
  const undefinedIn = seeds - pairs
  const missing = why === "open" || undefinedIn === 0 || pairs === 0 ? "" : `, undefined in ${undefinedIn} of them`
  return `${nameOf(count)} ${seeds} seeds${missing}, ${reasons[why]}${evidence(count, digits)}`
}

/** `3 decided (6 to 14 seeds)` */
const counted = (counts: ReadonlyArray<SeedCount>): string =>
  [...Map.groupBy(counts, ({ why }) => why)]
    .map(([why, those]) => {
      const seeds = those.map((each) => each.seeds)
      const [low, high] = [Math.min(...seeds), Math.max(...seeds)]
      return `${those.length} ${reasons[why]} (${low === high ? low : `${low} to ${high}`} seeds)`
    })
    .join("; ")

export interface SeedTexts {
  /** For the caption. */
  readonly caption: ReadonlyArray<string>
  /** One a variant, where the caption only counts them. */
  readonly notes: ReadonlyArray<string>
}

/** `columns`: those of the table, for the metric's label and digits. */
export const seedTexts = (
  { metric, resolve, versus }: SeedRule,
  counts: SeedReach["counts"],
  columns: ReadonlyArray<Pick<ColumnSpec, "digits" | "label" | "metric">>
): SeedTexts => {
  const column = columns.find((each) => each.metric === metric)
  const digits = column?.digits ?? DEFAULT_DIGITS
  const rule = `Seeds were added until the difference in ${column?.label ?? metric} from ${Object.values(versus).join(" · ")} was decided or known to ±${resolve}`
  const each = counts.map((count) => told(count, digits))
  const isShort = counts.length <= NAMED
  return {
    caption: [
      `${rule}: ${isShort ? each.join("; ") : counted(counts)}.`,
      "These are 95\u00A0% confidence sequences, of all variants together, and hold however often one looks where the differences are about normal; the other intervals and p-values are those of a number of seeds fixed beforehand."
    ],
    notes: isShort ? [] : each.map((text) => `${text}.`)
  }
}
