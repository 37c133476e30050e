import { assert, describe, it } from "@effect/vitest"
import type { CocoImage } from "../../../stages/coco/CocoSet.ts"
import { type SyntheticConfig, syntheticWriter } from "../../../stages/images/synthetic.ts"

const config: SyntheticConfig = {
  dimension: 64,
  seed: 3,
  labelStrength: 2,
  genderStrength: 4,
  genderVisible: 1
}
const image = (id: number, gender: "man" | "woman", labels: CocoImage["labels"]): CocoImage => ({
  id,
  file: `${id}.jpg`,
  gender,
  labels
})
const vectorsOf = (options: Partial<SyntheticConfig> = {}) => {
  const { dimension, write } = syntheticWriter({ ...config, ...options })
  return (given: CocoImage): Float32Array => {
    const x = new Float32Array(dimension)
    write(given, x, 0)
    return x
  }
}
const vectorOf = vectorsOf()
const minus = (a: Float32Array, b: Float32Array) => a.map((value, at) => value - (b[at] ?? 0))
const lengthOf = (a: Float32Array) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0))
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

describe("synthetic embeddings", () => {
  it("of two images with one id differ by the means of what differs, whose lengths are the strengths", () => {
    const man = vectorOf(image(1, "man", ["tie"]))
    const gender = minus(man, vectorOf(image(1, "woman", ["tie"])))
    assert.approximately(lengthOf(gender), 4, 1e-4)
    const fork = minus(vectorOf(image(1, "man", ["tie", "fork"])), man)
    assert.approximately(lengthOf(fork), 2, 1e-4)
    const knife = minus(vectorOf(image(9, "woman", ["tie", "knife"])), vectorOf(image(9, "woman", ["tie"])))
    assert.isBelow(Math.abs(dot(fork, knife)) / 4, 0.5)
    const otherFork = minus(vectorOf(image(9, "woman", ["fork"])), vectorOf(image(9, "woman", [])))
    assert.isBelow(lengthOf(minus(fork, otherFork)), 1e-4, "one direction an object, whatever else is there")
  })

  it("depend on the image alone, and on the seed", () => {
    const given = image(5, "man", ["truck"])
    const together = new Float32Array(128)
    const { write } = syntheticWriter(config)
    write(image(4, "woman", ["spoon"]), together, 0)
    write(given, together, 64)
    assert.deepStrictEqual(together.slice(64), vectorOf(given))
    assert.notDeepEqual(vectorsOf({ seed: 4 })(given), vectorOf(given))
    // The same bits on every machine: a fact of the first values.
    assert.deepStrictEqual(
      Array.from(vectorOf(given).slice(0, 3)),
      [0.18673695623874664, -0.020054221153259277, -0.6008574366569519]
    )
  })

  it("have noise of variance 1 around their mean", () => {
    const noiseOf = vectorsOf({ labelStrength: 0, genderStrength: 0 })
    let [sum, squares] = [0, 0]
    for (let id = 0; id < 500; id++)
      for (const value of noiseOf(image(id, "man", ["truck"]))) {
        sum += value
        squares += value * value
      }
    // 32,000 draws: five standard errors.
    assert.isBelow(Math.abs(sum / 32_000), 5 / Math.sqrt(32_000))
    assert.isBelow(Math.abs(squares / 32_000 - 1), 5 * Math.sqrt(2 / 32_000))
  })

  it("are scaled as a whole by the noise", () => {
    const given = image(5, "man", ["truck"])
    const scaled = vectorsOf({ noise: 0.25 })(given)
    // A power of two: the same digits.
    assert.deepStrictEqual(
      scaled,
      vectorOf(given).map((value) => value / 4)
    )
  })

  it("show gender in the given share of images, the same ones for both", () => {
    const someOf = vectorsOf({ genderVisible: 0.3 })
    const shown = Array.from({ length: 1000 }, (_, id) => {
      const of = (gender: "man" | "woman") => someOf(image(id, gender, ["tie"]))
      return lengthOf(minus(of("man"), of("woman"))) > 1
    })
    const share = shown.filter((each) => each).length / shown.length
    assert.approximately(share, 0.3, 5 * Math.sqrt(0.21 / 1000))
  })
})
