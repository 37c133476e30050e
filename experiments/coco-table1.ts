/** Table 1 of Choi, Zhang & Liu: the labels of their COCO subset, and the share of men among the images of each. */
import { Experiment, Grid, Setting, Table } from "ablate"
import { Schema } from "effect"
import { cocoFolderOf, STAND_IN } from "../pipelines/coco.ts"
import { cocoTable1 } from "../pipelines/coco-table1.ts"
import { CocoLayout, CocoPart } from "../pipelines/cocoFolder.ts"
import { GenderWords } from "../stages/coco/GenderWords.ts"
import { CountedLabel } from "../stages/coco/labelCounts.ts"
import { StandInImages } from "../stages/coco/StandInScene.ts"
import { choiTable1 } from "./reference/choi.ts"

const WORDS: { readonly [W in GenderWords]: string } = {
  "whole-word": 'the whole words "man" and "woman"',
  extended: "man, woman and eight synonyms",
  "women-snowboard": "the lists of synonyms of Hendricks et al. (2018)"
}

export default Experiment.make("coco-table1", {
  description: "The eleven labels of the COCO study of Choi, Zhang & Liu: images, and the share of men",
  settings: Schema.Struct({
    coco: Setting.group({
      /** Your folder of COCO, with annotations/instances_train2017.json and captions_train2017.json, or 2014's; null for the stand-in. */
      dir: Setting.make(Schema.NullOr(Schema.String), null),
      /** 2014 or 2017; null: the one whose annotations are there. */
      layout: Setting.make(Schema.NullOr(CocoLayout), null),
      part: Setting.make(CocoPart, "train"),
      words: Setting.make(GenderWords, "whole-word")
    }),
    standIn: Setting.group({
      seed: Setting.make(Schema.Int, STAND_IN.seed),
      images: Setting.make(StandInImages, STAND_IN.images)
    })
  }),
  pipeline: cocoTable1,
  grid: Grid.axes({ label: CountedLabel.literals }),
  params: ({ label }, { coco, standIn }) => ({ folder: cocoFolderOf(coco), words: coco.words, standIn, label }),
  table: ({ coco }) =>
    Table.make({
      title: "Table 1: the labels of the COCO subset and their share of men",
      rows: ["label"],
      columns: [
        { metric: "images", label: "images", kind: "count", digits: 0 },
        { metric: "man", label: "man", kind: "count", digits: 0 },
        { metric: "woman", label: "woman", kind: "count", digits: 0 },
        { metric: "man_percent", label: "share of men", kind: "share", unit: "%", digits: 2 }
      ],
      reference: { label: "paper", rows: choiTable1 },
      headline: { columns: ["man_percent", "images", "man", "woman"] },
      caption: [
        `An image has a gender where its captions mention only one: ${WORDS[coco.words]}.`,
        "overall: the share of men among all images; pooled over labels: each image once for each of its labels. The paper does not say which of the two it prints."
      ]
    })
})
