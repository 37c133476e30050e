/** Which rows of the grid are shown, and in which order. */
import { isCommon, type Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Column } from "./Figures.ts"
import { overview } from "./RowFigures.ts"
import { oneLine } from "./TextLines.ts"
import type { Sort, View, Window } from "./View.ts"

export interface Rows {
  /** Variant indices in the order shown. */
  readonly variants: ReadonlyArray<number>
  readonly window: Window
}

const searched = new WeakMap<Plan, ReadonlyArray<string>>()

/** What a search looks at, by variant. */
const searchable = (plan: Plan): ReadonlyArray<string> => {
  const known = searched.get(plan)
  if (known !== undefined) return known
  const texts = plan.variants.map(({ id, labels }) => oneLine(`${id} ${labels.join(" ")}`).toLowerCase())
  searched.set(plan, texts)
  return texts
}

const matching = (progress: Progress, plan: Plan, { failedOnly, query }: View): ReadonlyArray<number> => {
  const wanted = query.toLowerCase()
  const texts = query === "" ? [] : searchable(plan)
  const found: Array<number> = []
  for (const index of plan.variants.keys()) {
    if (failedOnly && (Vector.get(progress.variants, index)?.failed ?? 0) === 0) continue
    if (query === "" || texts[index]?.includes(wanted) === true) found.push(index)
  }
  return found
}

const sorted = (
  progress: Progress,
  variants: ReadonlyArray<number>,
  column: Column,
  sort: Exclude<Sort, "grid">
): ReadonlyArray<number> => {
  const { means } = overview(progress, column.metric)
  const sign = (column.better === "lower" ? 1 : -1) * (sort === "best" ? 1 : -1)
  // Rows without a figure come last, whichever way.
  return variants.toSorted((left, right) => {
    const [a = null, b = null] = [means[left], means[right]]
    if (a === null || b === null) return a === b ? left - right : a === null ? 1 : -1
    return sign * (a - b) || left - right
  })
}

/** Variants of the nodes at `nodes`, without nodes that every variant needs. */
function* variantsOf(plan: Plan, nodes: Iterable<number>): Generator<number> {
  for (const index of nodes) {
    const node = plan.nodes[index]
    if (node === undefined || isCommon(plan, node)) continue
    for (const cell of node.cells) yield plan.variantOf[cell] ?? -1
  }
}

function* latest(failures: Vector.Vector<number>): Generator<number> {
  for (let index = failures.length - 1; index >= 0; index--) yield Vector.get(failures, index) ?? -1
}

/** The running variants, the latest failures, then the next to come, then the others; at most `room` of `among`. */
const urgent = (progress: Progress, plan: Plan, among: ReadonlyArray<number>, room: number): ReadonlyArray<number> => {
  const allowed = new Set(among)
  const chosen = new Set<number>()
  const choose = (variants: Iterable<number>, limit: number): void => {
    for (const variant of variants) {
      if (chosen.size >= limit) return
      if (allowed.has(variant)) chosen.add(variant)
    }
  }
  const waiting = (variant: number): boolean => {
    const counts = Vector.get(progress.variants, variant)
    return counts !== undefined && counts.waiting + counts.running > 0
  }
  choose(variantsOf(plan, progress.slots), room)
  choose(variantsOf(plan, latest(progress.failures)), chosen.size + Math.ceil((room - chosen.size) / 2))
  choose(among.filter(waiting), room)
  choose(among, room)
  return [...chosen].sort((a, b) => a - b)
}

/** `column`: the metric that rows are sorted by, where they are. */
export const select = (progress: Progress, view: View, column: Column | undefined, room: number): Rows => {
  const { plan } = progress
  const found = plan === null ? [] : matching(progress, plan, view)
  const sort = column === undefined ? "grid" : view.sort
  const order = column === undefined || sort === "grid" ? found : sorted(progress, found, column, sort)
  const shown = Math.max(0, Math.min(room, order.length))
  if (plan !== null && view.top === null && sort === "grid" && shown < order.length) {
    const variants = urgent(progress, plan, order, shown)
    const start = Math.max(0, order.indexOf(variants[0] ?? 0))
    const first = Math.min(order.length - shown, start)
    return { variants, window: { first, shown, count: order.length, order, start } }
  }
  const first = Math.max(0, Math.min(view.top ?? 0, order.length - shown))
  return {
    variants: order.slice(first, first + shown),
    window: { first, shown, count: order.length, order, start: first }
  }
}
