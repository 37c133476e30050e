import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Ndjson from "../../src/observe/Ndjson.ts"
import { consume, Output } from "../../src/observe/RunReader.ts"
import { queued, scripted } from "./ScriptedRun.ts"

const run = scripted({ methods: ["plain"], seeds: 1 })
const codec = Schema.fromJsonString(Schema.toCodecJson(RunEvent))
const decode = Schema.decodeUnknownSync(codec)
const encode = Schema.encodeSync(codec)

describe("Ndjson", () => {
  it.prop("writes what the schema's codec writes, and the codec reads it back", [RunEvent], ([event]) => {
    const line = Ndjson.line(event)
    assert.strictEqual(line.indexOf("\n"), line.length - 1)
    assert.deepStrictEqual(JSON.parse(line), JSON.parse(encode(event)))
    assert.deepStrictEqual(decode(line), decode(encode(event)))
  })

  it("leaves out a figure that JSON has no number for", () => {
    const report = run.report(1, 5, 3, 10, 0.5)
    if (report._tag !== "NodeProgress") return assert.fail()
    const line = Ndjson.line({ ...report, metrics: { loss: Number.NaN, rate: 0.1, norm: Number.POSITIVE_INFINITY } })
    assert.deepStrictEqual(decode(line), { ...report, metrics: { rate: 0.1 } })
  })

  it.effect("writes one line an event, in order", () =>
    Effect.gen(function* () {
      const stream = new PassThrough({ encoding: "utf8" })
      const events = [run.started(), run.cached(0, 1), run.start(1, 2), run.finished(3, "succeeded", {})]
      yield* Effect.flatMap(Ndjson.reader, (reader) =>
        Effect.flatMap(queued(events), (queue) => consume(queue, reader))
      ).pipe(Effect.provide(Output.layerStream(stream)))
      const lines = String(stream.read()).trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => decode(line)._tag),
        ["RunStarted", "NodeCached", "NodeStarted", "RunFinished"]
      )
    })
  )

  it.effect("goes on without a reader when the pipe is closed", () =>
    Effect.gen(function* () {
      const stream = new PassThrough()
      const write = yield* Effect.map(Output, ({ write }) => write).pipe(Effect.provide(Output.layerStream(stream)))
      yield* write("first")
      stream.destroy(new Error("EPIPE"))
      yield* write("second")
      yield* write("third")
      assert.isTrue(stream.destroyed)
    })
  )
})
