import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import cocoTable1 from "../../experiments/coco-table1.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => cocoTable1.expand(Schema.decodeUnknownSync(cocoTable1.settings)(settings))

describe("experiments/coco-table1", () => {
  it("counts eleven labels and two readings of overall, in one set of images", () => {
    const { cells, table } = expand({})
    assert.strictEqual(cells.length, 13)
    const dag = Dag.build(cells)
    const count = (stage: string) => dag.nodes.filter((node) => node.stage.name === stage).length
    assert.deepStrictEqual(
      ["coco/stand-in-instances", "coco/stand-in", "coco/label-counts", "coco/set-notes"].map(count),
      [1, 1, 13, 1]
    )
    assert.strictEqual(table?.reference?.rows.length, 13)
  })

  it("has settings for the folder, the words and the stand-in", () => {
    const stages = (settings: object) => new Set(Dag.build(expand(settings).cells).nodes.map((node) => node.stage.name))
    assert.isTrue(stages({ coco: { dir: "x" } }).has("coco/annotations"))
    assert.isFalse(stages({ coco: { dir: "x" } }).has("coco/stand-in-instances"))
    assert.include(expand({ coco: { words: "extended" } }).table?.caption.join(" "), "synonyms")
    assert.throws(() => expand({ coco: { words: "substring" } }))
    assert.throws(() => expand({ standIn: { images: 5 } }))
  })
})
