/** All kinds of edits, and how often each is tried. */
import type { Chance } from "../../rig/Chance.ts"
import type { Edit, Editor } from "../Edit.ts"
import type { Features } from "../Features.ts"
import type { Project } from "../Model.ts"
import * as constants from "./constants.ts"
import * as files from "./files.ts"
import * as harmless from "./harmless.ts"
import * as resolution from "./resolution.ts"
import * as structure from "./structure.ts"

const groups: ReadonlyArray<readonly [weight: number, editors: ReadonlyArray<Editor>]> = [
  [30, Object.values(constants)],
  [25, Object.values(structure)],
  [20, Object.values(resolution)],
  [13, Object.values(files)],
  [25, Object.values(harmless)]
]

/** Kinds after which nothing but what they say may run again. */
export const mustNotRerun: ReadonlySet<string> = new Set([
  "comment",
  "format",
  "type",
  "touch",
  "another stage of the file"
])

const total = groups.reduce((sum, [weight]) => sum + weight, 0)

const group = (chance: Chance): ReadonlyArray<Editor> => {
  let left = chance.between(0, total - 1)
  for (const [weight, editors] of groups) {
    if (left < weight) return editors
    left -= weight
  }
  return []
}

/** An edit that changes the project. */
export const pick = (
  chance: Chance,
  project: Project,
  features: Features
): { readonly edit: Edit; readonly after: Project } => {
  // A version stands for the code: whoever sets it vouches for the figures, so that it goes again at once.
  const isFixed = !features.has("blind") && project.stages.some(({ version }) => version !== null)
  for (;;) {
    const edit = (isFixed ? constants.version : chance.of(group(chance)))?.(chance, project, features)
    const after = edit?.apply(project)
    if (edit !== undefined && after !== undefined && JSON.stringify(after) !== JSON.stringify(project))
      return { edit, after }
  }
}
