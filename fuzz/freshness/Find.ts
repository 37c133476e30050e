/** From a fault to what is told of it: the smallest project that shows it. */
import type { Edit } from "./Edit.ts"
import { type Replayed, replay } from "./Judge.ts"
import type { Project } from "./Model.ts"
import { render } from "./Render.ts"
import type { Fault, Finding, StoredFile } from "./Report.ts"
import { shrink } from "./Shrink.ts"
import { signatureOf } from "./Signature.ts"

/** Of the attempts to make a project smaller, the share that a fault is worth. */
const worth: Readonly<Record<Fault, number>> = { stale: 1, needless: 0.3, unexplained: 0.3, refused: 0 }

export const filesOf = (project: Project): ReadonlyArray<StoredFile> =>
  [...render(project).entries]
    .map(([path, entry]) => ({
      path,
      base64: entry.kind === "file" ? Buffer.from(entry.data).toString("base64") : null,
      link: entry.kind === "link" ? entry.to : null
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))

const described = (
  fault: Fault,
  { checked, judged }: Replayed
): { readonly expected: string; readonly got: string } => {
  switch (fault) {
    case "stale":
      return { expected: checked.cold.text, got: checked.warm.text }
    case "needless":
      return { expected: "these stages do not run", got: judged.extra.join(", ") }
    case "unexplained":
      return { expected: "a line of `why` that names what changed", got: checked.reasons.join("\n") || "(no line)" }
    case "refused":
      return { expected: "a project that runs", got: checked.warm.text }
  }
}

export const find = async (
  fault: Fault,
  before: Project,
  edit: Edit,
  seen: Replayed,
  options: { readonly seed: number; readonly attempts: number }
): Promise<Finding> => {
  const attempts = Math.round(options.attempts * worth[fault])
  const shows = async (project: Project) => (await replay(project, edit))?.judged.faults.includes(fault) === true
  const isAlone = attempts > 0 && (await shows(before))
  const smallest = isAlone ? await shrink(before, shows, attempts) : before
  const shown = (isAlone ? await replay(smallest, edit) : undefined) ?? seen
  const where = isAlone
    ? signatureOf(smallest)
    : fault === "refused"
      ? seen.checked.warm.kind
      : "only after what went before"
  return {
    fault,
    kind: edit.kind,
    signature: `${fault}: ${edit.kind}: ${where}`,
    seed: options.seed,
    what: edit.what,
    ...described(fault, shown),
    before: filesOf(smallest),
    after: filesOf(shown.after)
  }
}
