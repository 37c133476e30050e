/** Table 2: how many sentences of a group each sampling of the corpus has, by emotion. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { Group } from "../stages/eec/counts.ts"
import { eecCounts, eecSubsample } from "../stages/eec/stages.ts"
import { Scheme } from "../stages/eec/subsample.ts"
import { corpusNode } from "./emotion.ts"

const Params = Schema.Struct({ csv: Schema.NullOr(Schema.String), scheme: Scheme, group: Group, seed: Schema.Int })

export const counts = Pipeline.make("counts", Params, (p) => {
  const sample = eecSubsample.node({ corpus: corpusNode(p.csv) }, { scheme: p.scheme, seed: p.seed })
  return { sample, metrics: eecCounts.node({ sample }, { group: p.group }) }
})
