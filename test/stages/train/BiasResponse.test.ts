import { assert, describe, it } from "@effect/vitest"
import { biasResponse } from "../../../stages/train/BiasResponse.ts"

describe("bias response", () => {
  const labels = [2, 2, 0, 3, 2]
  const gender = ["f", "m", "f", "f", "f"]
  const task = { labels: [2], values: ["f"], tau: 0.5 }

  it("two of three fearful rows are female: active at tau .5", () => {
    const response = biasResponse(labels, gender, task)
    assert.strictEqual(response.rate, 2 / 3)
    assert.isTrue(response.active)
    assert.deepStrictEqual([...response.z], [1, 0, 0, 0, 1])
    assert.deepStrictEqual([...response.gate], [1, 1, 0, 0, 1])
  })
  it("tau is reached by equality, and not below it", () => {
    assert.isTrue(biasResponse([2, 2], ["f", "m"], task).active)
    const inactive = biasResponse(labels, gender, { ...task, tau: 0.7 })
    assert.isFalse(inactive.active)
    assert.deepStrictEqual([...inactive.z], [0, 0, 0, 0, 0])
    assert.deepStrictEqual([...inactive.gate], [1, 1, 0, 0, 1])
  })
  it("rows without the attribute have z 0 and do not count in the rate", () => {
    const response = biasResponse([2, 2, 2], [null, "EU", "AA"], { labels: [2], values: ["EU"], tau: 0.5 })
    assert.strictEqual(response.rate, 0.5)
    assert.deepStrictEqual([...response.z], [0, 1, 0])
  })
  it("tau 0 is always active, as in the released code, even without such rows", () => {
    const response = biasResponse([0, 1], ["f", "m"], { ...task, tau: 0 })
    assert.isNull(response.rate)
    assert.isTrue(response.active)
    assert.isFalse(biasResponse([0, 1], ["f", "m"], task).active)
  })
  it("several classes and values", () => {
    const response = biasResponse([0, 2, 1], ["m", "f", "m"], { labels: [0, 2], values: ["m", "f"], tau: 0 })
    assert.deepStrictEqual([...response.z], [1, 1, 0])
  })
})
