/** The labels that tell rows apart, in as many columns as there are for them. */

import { displayWidth, graphemes, truncate } from "../domain/DisplayWidth.ts"
import type { Plan, Variant } from "../observe/Plan.ts"
import { oneLine } from "./TextLines.ts"

/** An axis that tells variants apart: its position, its labels, and the width of the widest. */
export interface LabelColumn {
  readonly axis: number
  readonly labels: ReadonlySet<string>
  readonly width: number
}

const columnsOf = new WeakMap<Plan, ReadonlyArray<LabelColumn>>()

export const labelColumns = (plan: Plan): ReadonlyArray<LabelColumn> => {
  const known = columnsOf.get(plan)
  if (known !== undefined) return known
  const varying = plan.axes.flatMap((name, axis): ReadonlyArray<LabelColumn> => {
    const labels = new Set(plan.variants.map((variant) => oneLine(variant.labels[axis] ?? "")))
    if (labels.size < 2) return []
    let width = displayWidth(name)
    for (const label of labels) width = Math.max(width, displayWidth(label))
    return [{ axis, labels, width }]
  })
  columnsOf.set(plan, varying)
  return varying
}

/** The labels that tell a variant from the others, for a line of text. */
export const variantName = (plan: Plan, variant: Variant): string => {
  const axes = labelColumns(plan)
  const labels = axes.map(({ axis }) => oneLine(variant.labels[axis] ?? "")).filter((label) => label !== "")
  return labels.length > 0
    ? labels.join(" ")
    : axes.length === 0 && plan.variants.length === 1
      ? ""
      : oneLine(variant.id)
}

/** Width of every label column, the widest ones narrowed until all fit into `columns`. */
export const narrowed = (wanted: ReadonlyArray<number>, columns: number): ReadonlyArray<number> => {
  const widths = wanted.slice()
  const gaps = 2 * Math.max(0, widths.length - 1)
  let over = widths.reduce((sum, width) => sum + width, gaps) - columns
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] ?? 0
    if (width <= 1) break
    widths[widest] = width - 1
    over--
  }
  return widths
}

type Shorten = (label: string, columns: number, ellipsis: string) => string

/** The end of the text, its beginning replaced. */
const tail = (text: string, columns: number, ellipsis: string): string => {
  if (displayWidth(ellipsis) > columns) return ""
  let kept = ellipsis
  for (const grapheme of graphemes(text).toReversed()) {
    // Measured as a whole: a mark at its beginning joins with the ellipsis.
    const longer = ellipsis + grapheme + kept.slice(ellipsis.length)
    if (displayWidth(longer) > columns) break
    kept = longer
  }
  return kept
}

/** Beginning and end of the text, so much of the room for the beginning. */
const middle =
  (share: number): Shorten =>
  (label, columns, ellipsis) => {
    const head = truncate(label, Math.floor((columns - displayWidth(ellipsis)) * share), "")
    return head + tail(label, columns - displayWidth(head), ellipsis)
  }

const commonPrefix = (labels: ReadonlyArray<string>): string => {
  const [first = "", ...others] = labels
  let end = first.length
  for (const label of others) while (!label.startsWith(first.slice(0, end))) end--
  // A character of two units is not cut in the middle.
  return first.slice(0, end).replace(/[\ud800-\udbff]$/, "")
}

/** Without what all that do not fit begin with. */
const withoutPrefix =
  (prefix: string): Shorten =>
  (label, columns, ellipsis) =>
    label.startsWith(prefix) ? truncate(`${ellipsis}${label.slice(prefix.length)}`, columns, ellipsis) : label

const shortened = new WeakMap<ReadonlySet<string>, Map<string, ReadonlyMap<string, string>>>()

/**
 * Every label within `columns` columns. Those that fit stay as they are; the others are cut in the one way that leaves most of
 * them different: at the end if that will do, else in the middle, or by what they begin with in common.
 */
export const abbreviated = (
  labels: ReadonlySet<string>,
  columns: number,
  ellipsis: string
): ReadonlyMap<string, string> => {
  const known = shortened.get(labels) ?? new Map<string, ReadonlyMap<string, string>>()
  shortened.set(labels, known)
  const name = `${columns}${ellipsis}`
  const found = known.get(name)
  if (found !== undefined) return found
  const long = [...labels].filter((label) => displayWidth(label) > columns)
  const ways: ReadonlyArray<Shorten> = [
    truncate,
    middle(0.6),
    withoutPrefix(commonPrefix(long)),
    middle(0.4),
    middle(0.2),
    tail
  ]
  let best = new Map<string, string>()
  let different = -1
  for (const shorten of ways) {
    const made = new Map(
      [...labels].map((label) => [label, displayWidth(label) > columns ? shorten(label, columns, ellipsis) : label])
    )
    const distinct = new Set(made.values()).size
    if (distinct > different) [best, different] = [made, distinct]
    if (distinct === labels.size) break
  }
  known.set(name, best)
  return best
}

const distinct = new WeakMap<ReadonlySet<string>, Map<string, boolean>>()

/** Whether labels in so many columns still tell apart what they tell apart whole. */
export const staysDistinct = (labels: ReadonlySet<string>, columns: number, ellipsis: string): boolean => {
  const known = distinct.get(labels) ?? new Map<string, boolean>()
  distinct.set(labels, known)
  const name = `${columns}${ellipsis}`
  const found = known.get(name)
  if (found !== undefined) return found
  const made = new Set(abbreviated(labels, columns, ellipsis).values()).size === labels.size
  known.set(name, made)
  return made
}
