/** Table 2 of Sen & Ganguly (AAAI 2020): the corpus and its two biased samplings, counted. */
import { Experiment, Grid, Setting, Table } from "ablate"
import { Schema } from "effect"
import { counts } from "../pipelines/counts.ts"
import { Group } from "../stages/eec/counts.ts"
import type { Scheme } from "../stages/eec/subsample.ts"
import { table2Reference } from "./reference/table2.ts"

const schemes: { readonly [label: string]: Scheme } = { None: "none", "SS-1": "ss1", "SS-2": "ss2" }

export default Experiment.make("table2", {
  description: "The Equity Evaluation Corpus and its samplings SS-1 and SS-2, counted by group and emotion",
  settings: Schema.Struct({
    eec: Setting.group({
      /** Your official CSV of the corpus; null to generate it. */
      csv: Setting.make(Schema.NullOr(Schema.String), null)
    })
  }),
  pipeline: counts,
  grid: Grid.axes({ scheme: Object.keys(schemes), group: Group.literals }),
  params: ({ group, scheme }, { eec }) => ({ csv: eec.csv, scheme: schemes[scheme] ?? "none", group, seed: 0 }),
  table: ({ eec }) =>
    Table.make({
      title: "Table 2: the Equity Evaluation Corpus and its biased samplings, in sentences",
      rows: ["scheme", "group"],
      columns: [
        { metric: "fear", label: "fear", kind: "count", digits: 0 },
        { metric: "anger", label: "anger", kind: "count", digits: 0 },
        { metric: "joy", label: "joy", kind: "count", digits: 0 },
        { metric: "sadness", label: "sadness", kind: "count", digits: 0 },
        { metric: "neutral", label: "neutral", kind: "count", digits: 0 },
        { metric: "total", label: "total", kind: "count", digits: 0 }
      ],
      reference: { label: "paper", rows: table2Reference },
      headline: { columns: ["total", "fear", "anger", "joy", "sadness", "neutral"] },
      sources: [
        eec.csv === null
          ? "Corpus: the 8,640 sentences of the Equity Evaluation Corpus, generated from its published templates and word lists."
          : "Corpus: the user's own copy of the Equity Evaluation Corpus."
      ],
      caption: [
        "SS-1 and SS-2 keep the only numbers of sentences per gender, race and emotion that agree with every printed cell; which sentences is drawn by seed 0."
      ]
    })
})
