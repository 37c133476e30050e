/** Where a run's figures are from: what it was asked, its machine, and by content the files and the code behind it. */
import { basename, isAbsolute, relative } from "node:path"
import type { GitState, RunRecord } from "../../domain/RunRecord.ts"
import { duration } from "../../observe/Duration.ts"
import type { PageFacts } from "../../report/page/PageData.ts"
import type { ReportTable } from "../../report/ReportTable.ts"

/** Something by content: its name for a reader, and its hash. */
export interface Hashed {
  readonly name: string
  readonly hash: string
}

export interface Provenance {
  readonly inputs: ReadonlyArray<Hashed>
  readonly code: ReadonlyArray<Hashed>
  readonly numerics: ReadonlyArray<Hashed>
  /** Whatever else the run's numbers depend on. */
  readonly other: ReadonlyArray<Hashed>
}

/** A place of this machine means nothing elsewhere: a file of the project by its path in it, any other by its name. */
const placeOf = (path: string, root: string): string => {
  if (!isAbsolute(path)) return path
  const inside = relative(root, path)
  return inside.startsWith("..") || isAbsolute(inside) ? basename(path) : inside
}

export const provenanceOf = ({ basis = {} }: RunRecord, root: string): Provenance => {
  const kinds = Map.groupBy(Object.entries(basis), ([name]) => /^(file|stage|numerics) /.exec(name)?.[1] ?? "")
  const of = (kind: string) =>
    (kinds.get(kind) ?? []).map(([name, hash]) => ({ name: kind === "" ? name : name.slice(kind.length + 1), hash }))
  return {
    inputs: of("file").map(({ hash, name }) => ({ name: placeOf(name, root), hash })),
    code: of("stage").map(({ hash, name }) => ({ name, hash: hash.replace(/^code:/, "") })),
    numerics: of("numerics"),
    other: of("")
  }
}

const revisionOf = ({ isChanged, revision }: GitState): string => {
  if (isChanged === undefined) return revision
  return isChanged ? `${revision}, with changed files` : revision
}

export const isoTime = (at: number): string => new Date(at).toISOString()

const pairs = (all: ReadonlyArray<Hashed>) => all.map(({ hash, name }) => [name, hash] as const)

/** The same for readers of a page. A heading without facts is left out. */
export const factsOf = (
  run: RunRecord,
  table: ReportTable,
  { code, inputs, numerics, other }: Provenance
): ReadonlyArray<PageFacts> => {
  const sections: ReadonlyArray<PageFacts> = [
    {
      heading: "Run",
      facts: [
        ["Experiment", `${run.experiment} (${run.file})`],
        ["Run", run.id],
        ["Status", run.status],
        ["Started", isoTime(run.startedAt)],
        ...(run.durationMs === null ? [] : [["Took", duration(run.durationMs)] as const]),
        ["Computations", `${run.nodes}: ${run.executed} executed, ${run.cached} from the cache, ${run.failed} failed`],
        ...(run.git === undefined ? [] : [["Git revision", revisionOf(run.git)] as const]),
        ...(run.only === "" ? [] : [["Only the cells", run.only] as const]),
        ["Content of the table (SHA-256)", table.contentHash]
      ]
    },
    { heading: "Settings that were changed", facts: Object.entries(run.settings) },
    {
      heading: "Machine",
      facts: Object.entries(run.environment).map(([name, value]) => [name, String(value)] as const)
    },
    { heading: "Files that were read (SHA-256)", facts: pairs(inputs) },
    { heading: "Code of the stages (SHA-256)", facts: pairs(code) },
    { heading: "Numerics", facts: pairs(numerics) },
    { heading: "Also", facts: pairs(other) }
  ]
  return sections.filter(({ facts }) => facts.length > 0)
}
