/** The commands that show outside the screen what it shows. */
import type { Plan } from "../observe/Plan.ts"
import type { Shell } from "./Known.ts"
import { oneLine } from "./TextLines.ts"

/** The word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w.,:=/@%+-][\w.,:=/@%+#-]*$/.test(word) ? word : `'${oneLine(word).replaceAll("'", "'\\''")}'`

const command = (name: string, ...words: ReadonlyArray<string>): string =>
  ["ablate", name, ...words.map(quoted)].join(" ")

export const watch = (plan: Plan, { where }: Shell): string => command("watch", plan.runId, ...where)

/** Why a cell or a node ran. */
export const why = (plan: Plan, { experiment, settings, where }: Shell, target: string): string =>
  command("why", experiment ?? plan.experiment, target, ...settings, ...where)

export const show = (cell: string, { where }: Shell): string => command("show", cell, ...where)

/** `cells`: which of them, one or none for all. */
export const logs = (plan: Plan, { where }: Shell, ...cells: ReadonlyArray<string>): string =>
  command("logs", plan.runId, ...cells, ...where)

/** All that failed, in full. */
export const failures = (plan: Plan, { where }: Shell): string => command("logs", plan.runId, "--failed", ...where)
