/** What is wrong after an edit. */
import { type Checked, check, runWarm } from "./Check.ts"
import type { Edit } from "./Edit.ts"
import { Folder } from "./Folder.ts"
import type { Project } from "./Model.ts"
import { reachOf } from "./Reach.ts"
import type { Fault } from "./Report.ts"

export interface Judged {
  readonly faults: ReadonlyArray<Fault>
  /** Stages that ran and need not. */
  readonly extra: ReadonlyArray<string>
}

/** Whether `why` must name what an edit changes. */
export const isTold = ({ names, reach }: Edit): boolean => names.length > 0 && reach !== "none"

export const judge = (before: Project, after: Project, edit: Edit, { isStale, reasons, warm }: Checked): Judged => {
  if (isStale) return { faults: ["stale"], extra: [] }
  if (warm.isError) return { faults: ["refused"], extra: [] }
  if (warm.executed.size === 0) return { faults: [], extra: [] }
  const reach = reachOf(before, after, edit)
  const extra = reach === undefined ? [] : [...warm.executed].filter((stage) => !reach.has(stage))
  const faults: Array<Fault> = extra.length > 0 ? ["needless"] : []
  if (!isTold(edit)) return { faults, extra }
  const isNamed = reasons.some((line) => edit.names.some((name) => line.includes(name)))
  return { faults: isNamed ? faults : [...faults, "unexplained"], extra }
}

export interface Replayed {
  readonly after: Project
  readonly checked: Checked
  readonly judged: Judged
}

/** The same edit of a project that nobody ran before; undefined where there is no such edit of it, or it does not run. */
export const replay = async (before: Project, edit: Edit): Promise<Replayed | undefined> => {
  const after = edit.apply(before)
  if (after === undefined) return undefined
  const folder = new Folder("replay")
  const first = await runWarm(folder, before)
  if (first.isError) {
    folder.delete()
    return undefined
  }
  const checked = await check(folder, after, isTold(edit))
  const judged = judge(before, after, edit, checked)
  folder.delete()
  return { after, checked, judged }
}
