import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { RunRecord } from "../../../src/domain/RunRecord.ts"
import { encodeRun } from "../../../src/store/RunRows.ts"
import { runRecord } from "../rig.ts"

describe("runs", () => {
  it("are written as their schema encodes them", () => {
    const run = runRecord("table3", { durationMs: 12.5, status: "failed", settings: { "a.b": "π" } })
    assert.deepStrictEqual(JSON.parse(encodeRun(run)), Schema.encodeSync(RunRecord)(run))
  })
})
