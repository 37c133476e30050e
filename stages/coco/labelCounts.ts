/** Table 1 of Choi, Zhang & Liu: how many images have a label, and the share of those with a man. */
import type { Measure } from "ablate"
import { Schema } from "effect"
import { CocoLabel, type CocoSet } from "./CocoSet.ts"

/**
 * What is counted: the images of one label; all images; or every image once for each of its labels, which is the other
 * reading of the paper's "Overall".
 */
export const CountedLabel = Schema.Literals([...CocoLabel.literals, "overall", "overall, pooled over labels"])
export type CountedLabel = typeof CountedLabel.Type

export const LABEL_COUNT_NAMES = ["images", "man", "woman", "man_percent"] as const
export type LabelCountName = (typeof LABEL_COUNT_NAMES)[number]

/** How often an image counts. */
const weight = (labels: ReadonlyArray<CocoLabel>, counted: CountedLabel): number => {
  if (counted === "overall") return 1
  if (counted === "overall, pooled over labels") return labels.length
  return labels.includes(counted) ? 1 : 0
}

/** Images, those with a man, those with a woman, and bias(label, man) in percent; undefined where there are no images. */
export const countLabel = (set: CocoSet, counted: CountedLabel): { readonly [N in LabelCountName]: Measure } => {
  let man = 0
  let woman = 0
  for (const { gender, labels } of set.images) {
    if (gender === "man") man += weight(labels, counted)
    else woman += weight(labels, counted)
  }
  const n = man + woman
  return {
    images: { value: n, n },
    man: { value: man, n },
    woman: { value: woman, n },
    man_percent: n === 0 ? { value: null, n, note: "no image has the label" } : { value: (100 * man) / n, n }
  }
}
