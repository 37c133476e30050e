/** Projects from a seed, each edited again and again, until so many edits are checked. */
import { Chance } from "../rig/Chance.ts"
import { check, runWarm } from "./Check.ts"
import type { Edit } from "./Edit.ts"
import { pick } from "./edits/index.ts"
import { type Features, isFeature } from "./Features.ts"
import { filesOf, find } from "./Find.ts"
import { Folder } from "./Folder.ts"
import { generate } from "./Generate.ts"
import { isTold, judge, type Replayed } from "./Judge.ts"
import type { Project } from "./Model.ts"
import type { BatchOptions, Fault, Message } from "./Report.ts"

/** Edits of one project; then another is made. */
const perProject = 25

/** So many findings of one kind are looked into in a batch. */
const perKind: Readonly<Record<Fault, number>> = { stale: 2, needless: 1, unexplained: 1, refused: 1 }

const backTo = (earlier: Project): Edit => ({
  kind: "back to an earlier state",
  what: "back to an earlier state",
  apply: () => earlier,
  reach: "none",
  names: []
})

export const walk = async (options: BatchOptions, tell: (message: Message) => void): Promise<void> => {
  const features: Features = new Set(options.features.filter(isFeature))
  const chance = new Chance(options.seed)
  const looked = new Map<string, number>()
  let done = 0

  const isWorthIt = (fault: Fault, kind: string): boolean => {
    const count = looked.get(`${fault} ${kind}`) ?? 0
    looked.set(`${fault} ${kind}`, count + 1)
    return options.look.includes(fault) && count < perKind[fault]
  }

  const look = async (before: Project, edit: Edit, seen: Replayed): Promise<void> => {
    for (const fault of seen.judged.faults)
      if (isWorthIt(fault, edit.kind)) tell({ _tag: "Found", finding: await find(fault, before, edit, seen, options) })
  }

  /** Edits the project until it is stale or has been edited enough. */
  const follow = async (folder: Folder, made: Project, first: string): Promise<void> => {
    const history: Array<Project> = []
    let [project, figures] = [made, first]
    for (let turn = 0; turn < perProject && done < options.edits; turn++) {
      const earlier = chance.percent(8) ? chance.of(history) : undefined
      const { after, edit } =
        earlier === undefined ? pick(chance, project, features) : { edit: backTo(earlier), after: earlier }
      const checked = await check(folder, after, isTold(edit))
      if (!checked.isChanged) continue
      done++
      const judged = judge(project, after, edit, checked)
      const isSeen = !checked.cold.isError && checked.cold.kind !== figures
      tell({
        _tag: "Edited",
        kind: edit.kind,
        counts: ["edits", ...(isSeen ? (["seen"] as const) : []), ...judged.faults]
      })
      await look(project, edit, { after, checked, judged })
      // A stale store would be found stale again by every later edit.
      if (checked.isStale) return
      if (checked.warm.isError) continue
      history.push(project)
      project = after
      figures = checked.cold.kind
    }
  }

  while (done < options.edits) {
    const folder = new Folder("walk")
    const project = generate(chance, features)
    const first = await runWarm(folder, project)
    tell({ _tag: "Made", runs: !first.isError })
    if (!first.isError) await follow(folder, project, first.kind)
    else if (isWorthIt("refused", first.kind))
      tell({
        _tag: "Found",
        finding: {
          fault: "refused",
          kind: "as made",
          signature: `refused: as made: ${first.kind}`,
          seed: options.seed,
          what: "none",
          expected: "a project that runs",
          got: first.text,
          before: filesOf(project),
          after: []
        }
      })
    folder.delete()
  }
}
