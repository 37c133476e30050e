/** The frequencies that the auxiliary task of Choi, Zhang & Liu asks for, counted over the training rows. */
import { COCO_LABELS, type CocoLabel, GENDER_COLUMN, OUTPUTS } from "../coco/CocoSet.ts"
import type { AuxiliaryConfig } from "./MultiLabelConfig.ts"
import type { AuxiliaryTarget } from "./MultiLabelMeta.ts"
import type { MultiLabelRows } from "./MultiLabelRows.ts"

export interface AuxiliaryTargets {
  readonly targets: ReadonlyArray<AuxiliaryTarget>
  readonly omitted: ReadonlyArray<CocoLabel>
}

/**
 * For every label and gender: the share of rows with both, (1/M)·Σᵢ 1(y_ik, g); for the surrogate `conditional` the share of the
 * gender among the rows with the label, bias(k, g). A label that no row has has no such share and is omitted.
 */
export const auxiliaryTargets = (
  { count, y }: Pick<MultiLabelRows, "count" | "y">,
  { genders, surrogate }: Pick<AuxiliaryConfig, "genders" | "surrogate">
): AuxiliaryTargets => {
  const width = OUTPUTS.length
  const targets: Array<AuxiliaryTarget> = []
  const omitted: Array<CocoLabel> = []
  for (const [unit, label] of COCO_LABELS.entries()) {
    let having = 0
    let men = 0
    for (let first = 0; first < count * width; first += width) {
      having += y[first + unit] ?? 0
      men += (y[first + unit] ?? 0) * (y[first + GENDER_COLUMN] ?? 0)
    }
    const among = surrogate === "conditional" ? having : count
    if (among === 0) {
      omitted.push(label)
      continue
    }
    targets.push({ label, gender: "man", value: men / among })
    if (genders === "both") targets.push({ label, gender: "woman", value: (having - men) / among })
  }
  return { targets, omitted }
}
