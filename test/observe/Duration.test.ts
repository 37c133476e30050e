import { assert, describe, it } from "@effect/vitest"
import { clock, duration, roughly } from "../../src/observe/Duration.ts"

describe("Duration", () => {
  it.each([
    [0, "0:00"],
    [7_999, "0:07"],
    [725_000, "12:05"],
    [3_723_000, "1:02:03"]
  ])("clock(%d) is %s", (ms, text) => assert.strictEqual(clock(ms), text))

  it.each([
    [0, "0 ms"],
    [4.2, "4 ms"],
    [820, "0.82 s"],
    [9_994, "9.99 s"],
    [9_995, "10.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 00 s"],
    [125_000, "2 min 05 s"],
    [3_599_600, "1 h 00 min"],
    [3_720_000, "1 h 02 min"]
  ])("duration(%d) is %s", (ms, text) => assert.strictEqual(duration(ms), text))

  it.each([
    [0, "1 s"],
    [9_400, "9 s"],
    [11_000, "15 s"],
    [57_400, "60 s"],
    [59_000, "1 min"],
    [130_000, "2 min"],
    [4_200_000, "1 h 10 min"]
  ])("roughly(%d) is %s", (ms, text) => assert.strictEqual(roughly(ms), text))
})
