/** Figures 1 and 2 of Choi, Zhang & Liu, of any variant: each label's share of men in training and in predictions. */
import { Figure } from "ablate"
import type { LabelBias } from "../../stages/metrics/LabelBias.ts"

/** Above one half, a label above the diagonal is amplified; below, one under it. `metric`: whose figure stands in a corner. */
export const labelBiasScatter = <
  const W extends { readonly [axis: string]: string },
  const Metric extends string
>(options: {
  readonly file: string
  readonly title: string
  readonly subtitle?: ReadonlyArray<string>
  readonly where: W
  readonly metric: Metric
}) =>
  Figure.scatter({
    ...options,
    title: `${options.title}: bias in training and in predictions`,
    width: 130,
    from: "labelBias",
    points: ({ labels }: LabelBias) => labels.map(({ label, predicted, train }) => ({ label, x: train, y: predicted })),
    xTitle: "training: share of men",
    yTitle: "predicted: share of men",
    unit: "percent",
    frame: [0, 1],
    diagonal: "predicted as in training",
    guides: [0.5],
    missing: "predicted for no test image: no predicted bias"
  })
