/** Table 1 of Choi, Zhang & Liu: the images of one label, by gender. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { CountedLabel } from "../stages/coco/labelCounts.ts"
import { cocoLabelCounts, cocoSetNotes } from "../stages/coco/stages.ts"
import { CocoSetOptions, cocoSetNode } from "./coco.ts"

const Params = Schema.Struct({
  /** A folder of COCO 2014; null for the stand-in. */
  dir: Schema.NullOr(Schema.String),
  ...CocoSetOptions.fields,
  label: CountedLabel
})

export const cocoTable1 = Pipeline.make("coco-table1", Params, ({ dir, label, ...options }) => {
  const set = cocoSetNode(dir, options)
  return { set, metrics: cocoLabelCounts.node({ set }, { label }), notes: cocoSetNotes.node({ set }) }
})
