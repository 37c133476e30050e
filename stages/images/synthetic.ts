/** Made-up embeddings: class means, a gender mean and noise. Nothing of them is computed from an image. */
import { Rng } from "ablate/numerics"
import { Schema } from "effect"
import type { CocoImage, CocoLabel } from "../coco/CocoSet.ts"
import { COCO_LABELS } from "../coco/CocoSet.ts"

/** Strengths are in standard deviations of the noise. */
export const SyntheticConfig = Schema.Struct({
  dimension: Schema.Int.check(Schema.isGreaterThan(0)),
  /** Of the directions and of every image's noise. */
  seed: Schema.Int,
  /** How far an object's presence moves an image along the object's direction. */
  labelStrength: Schema.Finite,
  /** How far the means of men and women are apart, where gender shows. */
  genderStrength: Schema.Finite,
  /** Share of images in which gender shows at all: in the others a person is too small or turned away. */
  genderVisible: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  /**
   * Standard deviation of the noise in every dimension; 1 where it is not given. It scales all values, and so decides
   * how much a network of a given learning rate learns by heart: at 0.3 less, which leaves more of the doubtful cases
   * to the objects.
   */
  noise: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0)))
})
export type SyntheticConfig = typeof SyntheticConfig.Type

/**
 * A direction of length 1: the purpose's own stream, so that directions do not depend on each other. In 512
 * dimensions two of them are nearly orthogonal (their cosine is about ±.04).
 */
export const direction = (seed: number, dimension: number, name: string): Float64Array => {
  const stream = Rng.stream(seed, `images/synthetic/direction/${name}`)
  const values = Float64Array.from({ length: dimension }, () => stream.normal())
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return values.map((value) => value / length)
}

/** Writes one vector of `dimension` values after another. */
export interface SyntheticWriter {
  readonly dimension: number
  readonly write: (image: CocoImage, x: Float32Array, offset: number) => void
}

/**
 * Image i is x = noise·(Σ labelStrength·u(object) ± ½·genderStrength·u(gender) + N(0, I)): the sum runs over its
 * objects, the sign is + for a man, and gender is in the images alone where it shows. (Choi et al. embed real images;
 * this stand-in has what the study needs of them: objects and gender can be learnt, gender not perfectly, and who
 * appears with which object decides the doubtful cases.) The values are Gaussian, not non-negative as pooled ReLU
 * features are: so the best possible classifier is known. The noise of an image comes from a stream of its id: its
 * vector does not depend on the other images.
 */
export const syntheticWriter = (config: SyntheticConfig): SyntheticWriter => {
  const { dimension, genderStrength, genderVisible, labelStrength, noise: scale = 1, seed } = config
  const ofLabel = new Map<CocoLabel, Float64Array>(
    COCO_LABELS.map((label) => [label, direction(seed, dimension, label)])
  )
  const ofGender = direction(seed, dimension, "gender")
  return {
    dimension,
    write: ({ gender, id, labels }, x, offset) => {
      const noise = Rng.stream(seed, `images/synthetic/noise/${id}`)
      const isVisible = noise.uniform() < genderVisible
      const side = isVisible ? (gender === "man" ? 0.5 : -0.5) * genderStrength : 0
      const objects = labels.flatMap((label) => ofLabel.get(label) ?? [])
      for (let at = 0; at < dimension; at++) {
        let value = side * (ofGender[at] ?? 0) + noise.normal()
        for (const object of objects) value += labelStrength * (object[at] ?? 0)
        x[offset + at] = scale * value
      }
    }
  }
}
