/** Explanations of why a node runs, with their causes as lines for a person. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../domain/KeyRecord.ts"
import type { DagNode } from "../plan/Dag.ts"
import { changes } from "../plan/SourceFiles.ts"
import { type Cause, explainer, type KnownTrace } from "../plan/Why.ts"
import { Store } from "../store/index.ts"
import { codeLines, type ReadCode } from "./CodeChanges.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import type { ToldExplanation } from "./ToldExplanation.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** So many of a stage's newest traces are searched for the nearest one, beside those of two runs of the plan. */
const searched = 2000

export type Traces = ReadonlyMap<string, ReadonlyArray<KnownTrace>>

/** So many of the newest runs are searched for the one that computed a trace. */
const searchedRuns = 1000

/** The known traces of these nodes' stages, newest first. */
export const tracesFor = Effect.fnUntraced(function* (nodes: ReadonlyArray<DagNode>) {
  const store = yield* Store
  const starts = (yield* store.runs(searchedRuns)).map((run) => run.startedAt)
  const out = new Map<string, ReadonlyArray<KnownTrace>>()
  for (const [stage, { length }] of Map.groupBy(nodes, (node) => node.stage.name)) {
    const traces = yield* store.tracesOf(stage, searched + 2 * length)
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

/** The same change of code stands behind many nodes: its diff is made once. */
const codeTeller = (read: ReadCode) => {
  const told = new Map<string, ReadonlyArray<string>>()
  return (from: string, to: string) => {
    const id = `${from} ${to}`
    const lines = told.get(id) ?? codeLines(from, to, read)
    told.set(id, lines)
    return lines
  }
}

interface Tellers {
  readonly code: ReturnType<typeof codeTeller>
  /** The files in which two folders of a program's sources differ. */
  readonly sources: (from: string | undefined, to: string | undefined) => ReadonlyArray<string>
}

const sourceTeller =
  (read: OpenedExperiment["readSources"]): Tellers["sources"] =>
  (from = "", to = "") => {
    const [before, now] = [read(from), read(to)]
    return before === undefined || now === undefined ? [] : changes(before, now)
  }

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

/** Explains nodes of the plan, each by its index. */
export const teller = (opened: OpenedExperiment, traces: Traces): ((index: number) => ToldExplanation) => {
  const explain = explainer(opened.plan, opened.sources, (stage) => traces.get(stage) ?? [])
  const codes = opened.dag.stages.flatMap(({ name }) => opened.codeOf(name) ?? [])
  const code = codeTeller((identity) => {
    const hash = identity.slice("code:".length)
    return codes.find((each) => each.hash === hash)?.manifest ?? opened.readCode(hash)
  })
  const tellers: Tellers = { code, sources: sourceTeller(opened.readSources) }
  return (index) => {
    const explanation = explain(index)
    // Made of what the store holds: while it is open.
    return { ...explanation, lines: explanation.causes.flatMap((cause) => tell(cause, tellers)) }
  }
}
