/** Explanations of why a node runs, as lines for a person. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../domain/KeyRecord.ts"
import { type Cause, type Explanation, explain, type KnownTrace } from "../plan/Why.ts"
import { Store } from "../store/index.ts"
import { codeLines, type ReadCode } from "./CodeChanges.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** So many of a stage's newest traces are searched for the nearest one. */
const searched = 2000

export type Traces = ReadonlyMap<string, ReadonlyArray<KnownTrace>>

/** So many of the newest runs are searched for the one that computed a trace. */
const searchedRuns = 1000

/** The known traces of these stages, newest first. */
export const tracesFor = Effect.fnUntraced(function* (stages: ReadonlyArray<string>) {
  const store = yield* Store
  const starts = (yield* store.runs(searchedRuns)).map((run) => run.startedAt)
  const out = new Map<string, ReadonlyArray<KnownTrace>>()
  for (const stage of stages) {
    const traces = yield* store.tracesOf(stage, searched)
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

/** A cause with its code change, where code is what differs. */
export interface ToldExplanation extends Explanation {
  readonly lines: ReadonlyArray<string>
}

const short = (hash: string | undefined) => (hash === undefined ? "(none)" : `${hash.slice(0, 8)}…`)

const tell = (cause: Cause, read: ReadCode): ReadonlyArray<string> => {
  const { difference } = cause
  switch (difference.kind) {
    case "config":
      return [`config ${difference.path} ${difference.from} → ${difference.to}`]
    case "numerics":
      return [`numerics ${difference.from ?? "(none)"} → ${difference.to ?? "(none)"}`]
    case "code":
      return codeLines(difference.from, difference.to, read)
    case "input": {
      const change = `${short(difference.from)} → ${short(difference.to)}`
      if (cause.outside === "file") return [`file ${cause.source}: content ${change} (input ${difference.name})`]
      if (cause.outside === "variable") return [`environment ${cause.source}: another value (input ${difference.name})`]
      const from = cause.source === undefined ? "" : ` (from ${cause.source})`
      return [
        `input ${difference.name}: artifact ${change}${from}`,
        ...cause.because.flatMap((each) => tell(each, read)).map((line) => `  ${line}`)
      ]
    }
  }
}

/** Explains a node of the plan. */
export const explainNode = (opened: OpenedExperiment, traces: Traces, index: number): ToldExplanation => {
  const explanation = explain(opened.plan, opened.sources, (stage) => traces.get(stage) ?? [], index)
  const read: ReadCode = (identity) => {
    const own = opened.codeOf(explanation.stage)
    const hash = identity.slice("code:".length)
    return own !== undefined && own.hash === hash ? own.manifest : opened.readCode(hash)
  }
  return { ...explanation, lines: explanation.causes.flatMap((cause) => tell(cause, read)) }
}

/** The explanation's body: indented lines. */
export const causeLines = (explanation: ToldExplanation): ReadonlyArray<string> => {
  switch (explanation.verdict) {
    case "first":
      return ["  nothing of this stage has been computed before"]
    case "forced":
      return [`  forced by --force ${explanation.stage}`]
    case "waits":
      return explanation.lines.length === 0
        ? [`  waits for ${explanation.waitsFor.join(", ")}; it runs only if that comes out differently`]
        : [
            `  waits for ${explanation.waitsFor.join(", ")}, and runs whatever comes out:`,
            ...explanation.lines.map((line) => `  ${line}`)
          ]
    case "same":
      return ["  nothing of this stage had been computed before the run that computed it"]
    case "differs":
      return explanation.lines.length === 0 ? ["  nothing differs"] : explanation.lines.map((line) => `  ${line}`)
  }
}
