/** Explanations of why a node runs, with their causes as lines for a person. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../domain/KeyRecord.ts"
import type { DagNode } from "../plan/Dag.ts"
import { changes, type SourceFiles } from "../plan/SourceFiles.ts"
import { type Cause, explainer, type KnownTrace } from "../plan/Why.ts"
import { RunHistory, type StoreError, TraceStore } from "../store/index.ts"
import { codeLines, type ReadCode } from "./CodeChanges.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import { ownKeys } from "./OwnHistory.ts"
import type { ToldExplanation } from "./ToldExplanation.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** So many of a stage's newest traces are searched for the nearest one, beside those of two runs of the plan. */
const searched = 2000

export type Traces = ReadonlyMap<string, ReadonlyArray<KnownTrace>>

/** So many of the newest runs are searched for the one that computed a trace. */
const searchedRuns = 1000

/** The known traces of these nodes' stages, newest first. */
export const tracesFor = Effect.fnUntraced(function* (nodes: ReadonlyArray<DagNode>) {
  const history = yield* RunHistory
  const traceStore = yield* TraceStore
  const starts = (yield* history.runs(searchedRuns)).map((run) => run.startedAt)
  const out = new Map<string, ReadonlyArray<KnownTrace>>()
  for (const [stage, { length }] of Map.groupBy(nodes, (node) => node.stage.name)) {
    const traces = yield* traceStore.ofStage(stage, searched + 2 * length)
    // Both are newest first, so the search for a trace's run goes on where the one for the trace before it ended.
    let at = 0
    const runStart = (computedAt: number) => {
      while (at < starts.length && (starts[at] ?? 0) > computedAt) at++
      return starts[at] ?? computedAt
    }
    out.set(
      stage,
      traces.flatMap((trace) => {
        const parsed = Option.getOrUndefined(parseRecord(trace.record))
        const since = runStart(trace.at)
        return parsed === undefined
          ? []
          : [{ key: trace.key, artifact: trace.artifact, at: trace.at, since, record: parsed }]
      })
    )
  }
  const result: Traces = out
  return result
})

const short = (hash: string | undefined) => (hash === undefined ? "(none)" : `${hash.slice(0, 8)}…`)

type TellCode = (from: string, to: string) => ReadonlyArray<string>

/** The same change of code stands behind many nodes: its diff is made once. */
const codeTeller = (read: ReadCode): TellCode => {
  const told = new Map<string, ReadonlyArray<string>>()
  return (from, to) => {
    const id = `${from} ${to}`
    const lines = told.get(id) ?? codeLines(from, to, read)
    told.set(id, lines)
    return lines
  }
}

interface Tellers {
  readonly code: TellCode
  /** The files in which two folders of a program's sources differ. */
  readonly sources: (from: string | undefined, to: string | undefined) => ReadonlyArray<string>
}

const sourceTeller =
  (read: (hash: string) => SourceFiles | undefined): Tellers["sources"] =>
  (from = "", to = "") => {
    const [before, now] = [read(from), read(to)]
    return before === undefined || now === undefined ? [] : changes(before, now)
  }

/** The causes with what is behind them. */
const allOf = (causes: ReadonlyArray<Cause>): ReadonlyArray<Cause> =>
  causes.flatMap((cause) => [cause, ...allOf(cause.because)])

/** What the store knows of each. */
const readAll = Effect.fnUntraced(function* <A>(
  ids: Iterable<string>,
  read: (id: string) => Effect.Effect<A | undefined, StoreError>
) {
  const known = new Map<string, A | undefined>()
  for (const id of new Set(ids)) known.set(id, yield* read(id))
  return known
})

/** What a cause is told as, without what is behind it. */
const itself = ({ difference, outside, source }: Cause, { code, sources }: Tellers): ReadonlyArray<string> => {
  switch (difference.kind) {
    case "config":
      return [`config ${difference.path} ${difference.from} → ${difference.to}`]
    case "numerics":
      return [`numerics ${difference.from ?? "(none)"} → ${difference.to ?? "(none)"}`]
    case "code":
      return code(difference.from, difference.to)
    case "input": {
      const change = `${short(difference.from)} → ${short(difference.to)}`
      if (outside === "file")
        return [
          `file ${source}: content ${change} (input ${difference.name})`,
          ...sources(difference.from, difference.to).map((line) => `  ${line}`)
        ]
      if (outside === "variable") return [`environment ${source}: another value (input ${difference.name})`]
      if (outside === "text") return [`${difference.name}: another (${source})`]
      return [`input ${difference.name}: artifact ${change}${source === undefined ? "" : ` (from ${source})`}`]
    }
  }
}

/** A cause, and indented below it what is behind it. */
const tell = (cause: Cause, tellers: Tellers): ReadonlyArray<string> => [
  ...(cause.skipped === undefined
    ? []
    : [`… ${cause.skipped.toLocaleString("en")} more inputs, each because of the next …`]),
  ...itself(cause, tellers),
  ...cause.because.flatMap((each) => tell(each, tellers)).map((line) => `  ${line}`),
  ...(cause.isCut ? ["  … and further causes"] : [])
]

/** Explains nodes of the plan, given by their indices. */
export const told = Effect.fnUntraced(function* (
  opened: OpenedExperiment,
  traces: Traces,
  nodes: ReadonlyArray<number>
) {
  const own =
    nodes.length === 0 ? undefined : yield* ownKeys({ name: opened.experiment.name, file: opened.shown }, opened.dag)
  const explanations = nodes.map(explainer(opened.plan, opened.sources, (stage) => traces.get(stage) ?? [], own))
  const causes = explanations.flatMap((explanation) => allOf(explanation.causes))
  const manifests = yield* readAll(
    causes.flatMap(({ difference }) => (difference.kind === "code" ? [difference.from, difference.to] : [])),
    (identity) =>
      identity.startsWith("code:") ? opened.readCode(identity.slice("code:".length)) : Effect.succeed(undefined)
  )
  const folders = yield* readAll(
    causes.flatMap(({ difference, outside }) =>
      difference.kind === "input" && outside === "file" ? [difference.from ?? "", difference.to ?? ""] : []
    ),
    opened.readSources
  )
  const tellers: Tellers = {
    code: codeTeller((identity) => manifests.get(identity)),
    sources: sourceTeller((hash) => folders.get(hash))
  }
  return explanations.map(
    (explanation): ToldExplanation => ({
      ...explanation,
      // Of the many nodes that are told as one the lines of the first are all that is asked for.
      get lines() {
        return explanation.causes.flatMap((cause) => tell(cause, tellers))
      }
    })
  )
})
