/** That tfjs-node finds on every Node what it calls of `util`. */
import { createRequire } from "node:module"
import { assert, it } from "vitest"
import { putBackRemovedUtil } from "../../../src/numerics/tfjs/RemovedUtil.ts"

it("what tfjs-node calls of util is there, and the rest as it was", () => {
  const util: Record<string, unknown> = createRequire(import.meta.url)("node:util")
  const before = Object.keys(util)
  putBackRemovedUtil()
  putBackRemovedUtil()
  assert.deepStrictEqual(Object.keys(util), before)
  const { isArray, isNullOrUndefined } = util
  if (typeof isNullOrUndefined !== "function" || typeof isArray !== "function") return assert.fail("not there")
  assert.deepStrictEqual(
    [null, undefined, 0, ""].map((value): unknown => isNullOrUndefined(value)),
    [true, true, false, false]
  )
  assert.deepStrictEqual(
    [[], {}].map((value): unknown => isArray(value)),
    [true, false]
  )
})
