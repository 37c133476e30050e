import { assert, describe, it } from "@effect/vitest"
import { cocoNotesOf } from "../../../stages/coco/cocoNotesOf.ts"

const SET = {
  source: "the user's copy",
  standIn: false,
  funnel: {
    images: 13500,
    captions: 67500,
    withPersonAndLabel: 12285,
    man: 6791,
    woman: 3094,
    both: 900,
    neither: 1500,
    kept: 9885
  },
  images: []
}
const ROWS = { source: "the user's copy", embeddings: "ResNet-34, 512 values", standIn: false, skipped: 0 }

describe("cocoNotesOf", () => {
  it("says where the images come from, and the whole funnel in one line", () => {
    const { caption, notes } = cocoNotesOf(SET, null)
    assert.deepStrictEqual(caption, ["Images: the user's copy."])
    assert.strictEqual(notes.length, 1)
    const numbers = notes[0]?.match(/\d+(,\d{3})?/g)
    assert.deepStrictEqual(numbers, ["13,500", "67,500", "12,285", "9,885", "6,791", "3,094", "900", "1,500"])
  })

  it("says plainly that stand-in data are that, and only then", () => {
    assert.include(cocoNotesOf({ ...SET, standIn: true }, ROWS).caption.join(" "), "stand-in data")
    assert.notInclude(cocoNotesOf(SET, ROWS).caption.join(" "), "stand-in")
  })

  it("names the embeddings and counts the images without one", () => {
    assert.include(cocoNotesOf(SET, ROWS).caption, "Embeddings: ResNet-34, 512 values.")
    assert.include(
      cocoNotesOf(SET, { ...ROWS, skipped: 1 }).notes.join(" "),
      "1 image has no embedding and is left out"
    )
    assert.include(
      cocoNotesOf(SET, { ...ROWS, skipped: 7, missing: 7 }).notes.join(" "),
      "7 images have no embedding and are left out: their files are not there."
    )
    assert.include(
      cocoNotesOf(SET, { ...ROWS, skipped: 7, missing: 2 }).notes.join(" "),
      "are left out, 2 because the file is not there."
    )
    assert.include(cocoNotesOf(SET, { ...ROWS, skipped: 1200 }).notes.join(" "), "1,200 images have no embedding")
  })
})
