/** Figure 4's problem: points of two Gaussians, one model, its boundary and its figures. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { Mixture } from "../stages/synthetic/mixture.ts"
import { BoundaryModel, boundaryMetrics, boundaryOf, mixturePoints } from "../stages/synthetic/stages.ts"

const Params = Schema.Struct({ mixture: Mixture, model: BoundaryModel, seed: Schema.Int })

export const synthetic = Pipeline.make("synthetic", Params, ({ mixture, model, seed }) => {
  const train = mixturePoints.node({}, { mixture, part: "train", seed })
  const test = mixturePoints.node({}, { mixture, part: "test", seed })
  const boundary = boundaryOf.node({ train, test }, { model, seed })
  return { test, boundary, metrics: boundaryMetrics.node({ test, boundary }) }
})
