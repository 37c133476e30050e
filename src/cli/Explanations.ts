/** Explanations of why a node runs, as lines for a person. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../domain/KeyRecord.ts"
import { codeChanges } from "../plan/CodeDiff.ts"
import { type Cause, type Explanation, explain, type KnownTrace } from "../plan/Why.ts"
import { Store } from "../store/index.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** So many of a stage's newest traces are searched for the nearest one. */
const searched = 2000

export type Traces = ReadonlyMap<string, ReadonlyArray<KnownTrace>>

/** The known traces of these stages, newest first. */
export const tracesFor = Effect.fnUntraced(function* (stages: ReadonlyArray<string>) {
  const store = yield* Store
  const out = new Map<string, ReadonlyArray<KnownTrace>>()
  for (const stage of stages) {
    const traces = yield* store.tracesOf(stage, searched)
    out.set(
      stage,
      traces.flatMap(({ artifact, at, key, record }) => {
        const parsed = Option.getOrUndefined(parseRecord(record))
        return parsed === undefined ? [] : [{ key, artifact, at, record: parsed }]
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

export type ReadCode = (identity: string) => string | undefined

const codeLines = (from: string, to: string, read: ReadCode): ReadonlyArray<string> => {
  if (from.startsWith("version:") || to.startsWith("version:")) return [`code ${from} → ${to}`]
  const before = read(from)
  const after = read(to)
  if (before === undefined || after === undefined)
    return [`code ${short(from.slice(5))} → ${short(to.slice(5))} (the earlier code is no longer in the cache)`]
  const changes = codeChanges(before, after)
  if (changes.length === 0)
    return [
      `code ${short(from.slice(5))} → ${short(to.slice(5))} (a package's version or a value inlined by the bundler)`
    ]
  return changes.flatMap(({ file, lines }) => [`code ${file}`, ...lines.map((line) => `  ${line}`)])
}

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
      const from = cause.source === undefined ? "" : ` (from ${cause.source})`
      const isFile = difference.from !== undefined && cause.source !== undefined && cause.because.length === 0
      return [
        `${isFile && cause.source?.includes("/") && cause.source.includes(".") ? "file" : "input"} ${difference.name}: artifact ${short(difference.from)} → ${short(difference.to)}${from}`,
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
    return own !== undefined && own.hash === hash ? own.readable : opened.readCode(hash)
  }
  return { ...explanation, lines: explanation.causes.flatMap((cause) => tell(cause, read)) }
}

/** The explanation's body: indented lines. */
export const causeLines = (explanation: ToldExplanation): ReadonlyArray<string> => {
  switch (explanation.verdict) {
    case "first":
      return ["  nothing of this stage has been computed before"]
    case "waits":
      return [`  waits for ${explanation.waitsFor.join(", ")}; it runs only if that comes out differently`]
    case "same":
      return ["  nothing differs: this is the only computation of this stage"]
    case "differs":
      return explanation.lines.length === 0 ? ["  nothing differs"] : explanation.lines.map((line) => `  ${line}`)
  }
}
