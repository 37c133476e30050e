/** Seeds of the bias scatter for tests. */
import type { SeedBias } from "../../../stages/figures/BiasPoints.ts"

/** The paper's Table 1 as training biases, and predictions that lie further out. */
export const TRAIN: { readonly [label: string]: number } = {
  truck: 0.8,
  motorcycle: 0.8588,
  tie: 0.8874,
  backpack: 0.763,
  "sports ball": 0.7282,
  handbag: 0.4864,
  fork: 0.4908,
  knife: 0.5312,
  spoon: 0.5277,
  "cell phone": 0.5859,
  "teddy bear": 0.4243
}

export const seed = (
  labels: { readonly [label: string]: readonly [train: number | null, predicted: number | null] },
  standIn = true
): SeedBias => ({
  labels: Object.entries(labels).map(([label, [train, predicted]]) => ({ label, train, predicted })),
  source: "made-up images",
  standIn
})

/** Predictions `by` further from one half, with a shift that differs between labels. */
export const amplified = (by: number, shift = 0): SeedBias =>
  seed(
    Object.fromEntries(
      Object.entries(TRAIN).map(([label, bias], at) => [
        label,
        [bias, Math.min(1, Math.max(0, bias + Math.sign(bias - 0.5) * by + shift * (at % 3)))] as const
      ])
    )
  )
