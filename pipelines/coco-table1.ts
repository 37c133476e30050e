/** Table 1 of Choi, Zhang & Liu: the images of one label, by gender. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { CountedLabel } from "../stages/coco/labelCounts.ts"
import { cocoLabelCounts, cocoSetNotes } from "../stages/coco/stages.ts"
import { CocoSetOptions, cocoSetNode } from "./coco.ts"
import { CocoFolder } from "./cocoFolder.ts"

const Params = Schema.Struct({
  /** The user's folder of COCO; null for the stand-in. */
  folder: Schema.NullOr(CocoFolder),
  ...CocoSetOptions.fields,
  label: CountedLabel
})

export const cocoTable1 = Pipeline.make("coco-table1", Params, ({ folder, label, ...options }) => {
  const set = cocoSetNode(folder, options)
  return { set, metrics: cocoLabelCounts.node({ set }, { label }), notes: cocoSetNotes.node({ set }) }
})
