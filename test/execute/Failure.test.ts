import { assert, describe, it } from "@effect/vitest"
import { Cause, Schema } from "effect"
import { FailureInfo } from "../../src/domain/RunEvent.ts"
import {
  FileChanged,
  StageFailed,
  StageTimeout,
  toInfo,
  WorkerEnded,
  WorkerUnusable
} from "../../src/execute/Failure.ts"

class Divided extends Schema.TaggedError<Divided>()("Divided", { by: Schema.Finite }) {
  override get message() {
    return `divided by ${this.by}`
  }
}
class Silent extends Schema.TaggedError<Silent>()("Silent", { n: Schema.Finite }) {}
const circular: { self?: unknown } = {}
circular.self = circular

describe("failures told to a person", () => {
  const failures: ReadonlyArray<readonly [string, unknown, string, RegExp]> = [
    ["a tagged error", new Divided({ by: 0 }), "Divided", /^divided by 0$/],
    ["a tagged error without a message", new Silent({ n: 3 }), "Silent", /3/],
    ["a plain error", new TypeError("not a function"), "TypeError", /^not a function$/],
    ["text", "no luck", "Failure", /^no luck$/],
    ["a tagged object", { _tag: "Odd", n: 1 }, "Odd", /"n":1/],
    ["undefined", undefined, "Failure", /^undefined$/],
    ["null", null, "Failure", /^null$/],
    ["a symbol", Symbol("s"), "Failure", /s/],
    ["a function", () => 1, "Failure", /./],
    ["a bigint", 10n, "Failure", /^10/],
    ["an object that JSON refuses", { n: 10n }, "Failure", /10/],
    ["a circular object", circular, "Failure", /./]
  ]
  for (const [what, error, tag, message] of failures)
    it(`${what}, failed with or thrown`, () => {
      const failed = toInfo(Cause.fail(error))
      assert.strictEqual(failed.tag, tag)
      assert.match(failed.message, message)
      assert.isUndefined(failed.detail)
      const thrown = toInfo(Cause.die(error))
      assert.strictEqual(thrown.tag, "Defect")
      assert.match(thrown.message, message)
      // Only a bug carries a stack.
      assert.strictEqual(thrown.detail !== undefined, error instanceof Error)
      // A worker sends it to the main thread, which takes nothing else.
      for (const info of [failed, thrown])
        assert.deepStrictEqual(Schema.decodeUnknownSync(FailureInfo)(structuredClone(info)), info)
    })

  it("a failure in a worker is told as it was there", () => {
    const error = new StageFailed({ tag: "Defect", text: "a bug", detail: "at x.ts:1" })
    assert.deepStrictEqual(toInfo(Cause.fail(error)), { tag: "Defect", message: "a bug", detail: "at x.ts:1" })
    assert.deepStrictEqual(toInfo(Cause.fail(new StageFailed({ tag: "T", text: "t" }))), { tag: "T", message: "t" })
  })

  it("an interruption is told as such", () => {
    assert.deepStrictEqual(toInfo(Cause.interrupt(1)), { tag: "Interrupted", message: "interrupted" })
  })

  it("the engine's own say what happened and what to do", () => {
    assert.strictEqual(new StageTimeout({ limit: "2s" }).message, "no result after 2s (the stage's timeout)")
    assert.strictEqual(
      new FileChanged({ path: "/a", problem: "has other content" }).message,
      "/a: has other content; the result was not kept. Run again when the file is at rest"
    )
    assert.include(new WorkerEnded({ reason: "out of memory" }).message, "while the stage ran: out of memory")
    assert.include(new WorkerUnusable({ reason: "e.ts: no" }).message, "could not start: e.ts: no")
  })
})
