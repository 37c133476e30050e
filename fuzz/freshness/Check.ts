/** The comparison at the heart: the table of a store that knows earlier states, and that of an empty one. */
import { rmSync } from "node:fs"
import type { Folder } from "./Folder.ts"
import type { Project } from "./Model.ts"
import { type Outcome, Session } from "./Session.ts"

export interface Checked {
  /** Whether anything is other than before. */
  readonly isChanged: boolean
  readonly warm: Outcome
  readonly cold: Outcome
  /** What `why` says. */
  readonly reasons: ReadonlyArray<string>
  readonly isStale: boolean
}

/** Whether anything is other than before. */
const prepare = (folder: Folder, project: Project): boolean => {
  const set = project.variables.filter(({ name, value }) => (process.env[name] ?? null) !== value)
  for (const { name, value } of set)
    if (value === null) delete process.env[name]
    else process.env[name] = value
  return folder.write(project).length > 0 || set.length > 0
}

/** Makes the folder what the project is, and runs it against the store that knows earlier states. */
export const runWarm = async (folder: Folder, project: Project): Promise<Outcome> => {
  prepare(folder, project)
  const session = new Session(folder)
  const warm = await session.run("warm")
  await session.end()
  return warm
}

/** Makes the folder what the project is, and runs it against both stores; `why` where something ran and it is asked. */
export const check = async (folder: Folder, project: Project, asks: boolean): Promise<Checked> => {
  const isChanged = prepare(folder, project)
  const first = new Session(folder)
  const warm = await first.run("warm")
  const reasons = asks && !warm.isError && warm.executed.size > 0 ? await first.why("warm") : []
  // Without a hang both can share a thread: no file changes between them.
  const second = warm.isError ? new Session(folder) : first
  rmSync(folder.at("stores/cold"), { recursive: true, force: true })
  const cold = await second.run("cold")
  await first.end()
  await second.end()
  return { isChanged, warm, cold, reasons, isStale: warm.kind !== cold.kind }
}
