/** The best possible classifier of made-up embeddings, against densities in all dimensions, and against what it should be right about. */
import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { COCO_LABELS, type CocoImage, OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { keptScenes, LABEL_RATES, MAN_SHARE } from "../../../stages/coco/StandInScene.ts"
import { type SyntheticConfig, syntheticWriter } from "../../../stages/images/synthetic.ts"
import { syntheticBayes } from "../../../stages/images/syntheticBayes.ts"

const config: SyntheticConfig = {
  dimension: 24,
  seed: 7,
  labelStrength: 1.3,
  genderStrength: 2.5,
  genderVisible: 0.6,
  noise: 0.5
}

/** The mean of an image: what the writer makes of it less its noise, which is that of the image without objects or gender. */
const meansOf = (scenes: ReturnType<typeof keptScenes>) => {
  const vector = (image: CocoImage, of: Partial<SyntheticConfig>) => {
    const x = new Float32Array(config.dimension)
    syntheticWriter({ ...config, ...of }).write(image, x, 0)
    return Float64Array.from(x)
  }
  return scenes.flatMap(({ gender, labels, share }) =>
    [1, 0].map((genderVisible) => {
      const image: CocoImage = { id: 1, file: "", gender, labels }
      const plain = vector(image, { labelStrength: 0, genderStrength: 0, genderVisible })
      const mean = vector(image, { genderVisible }).map((value, at) => value - (plain[at] ?? 0))
      return {
        mean,
        prior: share * (genderVisible === 1 ? config.genderVisible : 1 - config.genderVisible),
        bits: OUTPUTS.map((output) => (output === "man" ? gender === "man" : labels.some((label) => label === output)))
      }
    })
  )
}

describe("the best possible classifier", () => {
  it("has the probabilities of Bayes' rule on densities in all dimensions", () => {
    const bayes = syntheticBayes(config)
    const states = meansOf(keptScenes())
    const into = new Float64Array(OUTPUTS.length)
    const scale = config.noise ?? 1
    for (let id = 1; id <= 20; id++) {
      const x = new Float32Array(config.dimension)
      const image: CocoImage = { id, file: "", gender: id % 3 === 0 ? "woman" : "man", labels: ["tie", "knife"] }
      syntheticWriter(config).write(image, x, 0)
      const weights = states.map(({ mean, prior }) => {
        const square = mean.reduce((sum, value, at) => sum + ((x[at] ?? 0) - value) ** 2, 0)
        return prior * Math.exp(-square / (2 * scale * scale))
      })
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      bayes.posterior(bayes.statisticOf(x, 0), into)
      for (const [k, output] of OUTPUTS.entries()) {
        const mass = weights.reduce((sum, weight, at) => (states[at]?.bits[k] === true ? sum + weight : sum), 0)
        assert.closeTo(into[k] ?? Number.NaN, mass / total, 1e-5, output)
      }
    }
  })

  it("is calibrated on the images that it draws, and they have the stand-in's rates", () => {
    const bayes = syntheticBayes({ ...config, dimension: 512 })
    const rng = Rng.stream(3, "test")
    const [bits, into] = [new Uint8Array(OUTPUTS.length), new Float64Array(OUTPUTS.length)]
    const draws = 20_000
    const sums = OUTPUTS.map(() => ({ true: 0, said: 0 }))
    for (let draw = 0; draw < draws; draw++) {
      bayes.posterior(bayes.draw(rng, bits), into)
      for (const [k, sum] of sums.entries()) {
        sum.true += bits[k] ?? 0
        sum.said += into[k] ?? 0
      }
    }
    for (const [k, sum] of sums.entries()) {
      const label = COCO_LABELS[k]
      const rate = label === undefined ? MAN_SHARE : LABEL_RATES[label].frequency
      // Four standard errors of a share over 20,000 draws.
      const slack = 4 * Math.sqrt((rate * (1 - rate)) / draws)
      assert.closeTo(sum.true / draws, rate, slack, OUTPUTS[k])
      assert.closeTo(sum.said / draws, rate, slack, OUTPUTS[k])
    }
  })
})
