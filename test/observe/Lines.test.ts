import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Lines from "../../src/observe/Lines.ts"
import { consume, Output } from "../../src/observe/RunReader.ts"
import { queued, scripted } from "./ScriptedRun.ts"

const run = scripted({ methods: ["plain"], seeds: 1 })
const events = [
  run.started(),
  run.start(1, 100),
  run.succeeded(1, 200, 100),
  run.finished(300, "succeeded", { executed: 1 })
]

const written = (verbose: boolean) =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const output = Layer.succeed(Output, { write: (text) => Effect.sync(() => void texts.push(text)) })
    yield* Effect.flatMap(Lines.reader({ verbose }), (reader) =>
      Effect.flatMap(queued(events), (queue) => consume(queue, reader))
    ).pipe(Effect.provide(output))
    return texts.join("").split("\n")
  })

describe("plain lines", () => {
  it.effect("tell of stages, or of every node", () =>
    Effect.gen(function* () {
      const opening = "table3: 1 cell, 3 nodes, 2 jobs, run 20260131-154502-k3f9"
      const closing = "succeeded: 3 nodes, 1 executed, 0 cached, 0.30 s"
      assert.deepStrictEqual(yield* written(false), [
        opening,
        "     0.1s  start    train    1 node (0/3)",
        "     0.2s  done     train    1 computed, 0.10 s (1/3)",
        closing,
        ""
      ])
      assert.deepStrictEqual(yield* written(true), [
        opening,
        "     0.1s  start    train#1  method=plain,seed=1  new",
        "     0.2s  done     train#1  method=plain,seed=1  0.10 s (1/3)",
        closing,
        ""
      ])
    })
  )
})
