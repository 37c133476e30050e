/** Which variants are on screen: all that cut, else the active and the failed first, or where the person has scrolled to. */
import { isCommon } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import { oneLine } from "./DisplayWidth.ts"
import type { View, Window } from "./View.ts"

export interface Rows {
  /** Variant indices in grid order. */
  readonly variants: ReadonlyArray<number>
  readonly window: Window
}

const matching = (progress: Progress, view: View): ReadonlyArray<number> => {
  const variants = progress.plan?.variants ?? []
  const query = view.query.toLowerCase()
  const found: Array<number> = []
  variants.forEach((variant, index) => {
    if (view.failedOnly && (Vector.get(progress.variants, index)?.failed ?? 0) === 0) return
    if (
      query !== "" &&
      !oneLine(`${variant.id} ${variant.labels.join(" ")}`)
        .toLowerCase()
        .includes(query)
    )
      return
    found.push(index)
  })
  return found
}

/** Variants of the nodes at `nodes`, without nodes that every variant needs. */
function* variantsOf(progress: Progress, nodes: Iterable<number>): Generator<number> {
  const { plan } = progress
  if (plan === null) return
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
const urgent = (progress: Progress, among: ReadonlyArray<number>, room: number): ReadonlyArray<number> => {
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
  choose(variantsOf(progress, progress.slots), room)
  choose(variantsOf(progress, latest(progress.failures)), chosen.size + Math.ceil((room - chosen.size) / 2))
  choose(among.filter(waiting), room)
  choose(among, room)
  return [...chosen].sort((a, b) => a - b)
}

export const select = (progress: Progress, view: View, room: number): Rows => {
  const among = matching(progress, view)
  const shown = Math.max(0, Math.min(room, among.length))
  if (view.top === null && shown < among.length) {
    const variants = urgent(progress, among, shown)
    const first = Math.min(among.length - shown, Math.max(0, among.indexOf(variants[0] ?? 0)))
    return { variants, window: { first, shown, count: among.length } }
  }
  const first = Math.max(0, Math.min(view.top ?? 0, among.length - shown))
  return { variants: among.slice(first, first + shown), window: { first, shown, count: among.length } }
}
