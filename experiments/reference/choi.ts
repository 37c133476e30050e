/**
 * What Choi, Zhang & Liu print: Table 1, the images' shares of men by label in percent. A figure that no number of images
 * gives has a mark.
 */
import type { ReferenceRow } from "ablate"
import type { CountedLabel } from "../../stages/coco/labelCounts.ts"

const row = (label: CountedLabel, percent: number, mark?: string): ReferenceRow => ({
  labels: { label },
  figures: { man_percent: mark === undefined ? { value: percent } : { value: percent, mark } }
})

/** Rows labelled `label`; figure `man_percent`. The one overall figure that is printed stands beside both readings of it. */
export const choiTable1: ReadonlyArray<ReferenceRow> = [
  row("truck", 80),
  row("motorcycle", 85.88),
  row("tie", 88.74),
  row("backpack", 76.3),
  row("sports ball", 72.82),
  row("handbag", 48.64),
  row("fork", 49.08),
  row("knife", 53.12),
  row("spoon", 52.77),
  row("cell phone", 58.59),
  row(
    "teddy bear",
    42.43,
    "about 267 images have the label, and no share of 220 to 290 images rounds to it; 101/238 and 115/271 truncate to it"
  ),
  row("overall", 68.7),
  row("overall, pooled over labels", 68.7)
]

/** Rows labelled `method`: figures as shares, where the paper prints percent. Its form of amplification is not said: Zhao et al.'s. */
export const choiAmplification: ReadonlyArray<ReferenceRow> = [
  {
    labels: { method: "baseline" },
    figures: { amp_zhao: { value: 0.1624 }, acc_train: { value: 0.95 }, acc_test: { value: 0.85 } }
  },
  {
    labels: { method: "auxiliary" },
    figures: {
      amp_zhao: { value: 0.075 },
      reduction_zhao: { value: 0.5382 },
      acc_train: { value: 0.95 },
      acc_test: { value: 0.85 }
    }
  }
]
