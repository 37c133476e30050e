/** The commands that show outside the screen what it shows. */
import type { Plan } from "../observe/Plan.ts"
import { oneLine } from "./DisplayWidth.ts"
import type { Shell } from "./Known.ts"

/** The word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w.,:=/@%+-][\w.,:=/@%+#-]*$/.test(word) ? word : `'${oneLine(word).replaceAll("'", "'\\''")}'`

const command = (words: ReadonlyArray<string>): string => words.filter((word) => word !== "").join(" ")

const experiment = (plan: Plan, { experiment }: Shell): string => quoted(experiment ?? plan.experiment)

export const watch = (plan: Plan, { where }: Shell): string => command(["ablate watch", plan.runId, where])

/** Why a cell or a node ran. */
export const why = (plan: Plan, shell: Shell, target: string): string =>
  command(["ablate why", experiment(plan, shell), quoted(target), shell.settings, shell.where])

export const show = (cell: string, { where }: Shell): string => command(["ablate show", quoted(cell), where])

export const logs = (plan: Plan, { where }: Shell, target: string): string =>
  command(["ablate logs", target === "" ? "" : quoted(target), `--run ${plan.runId}`, where])
