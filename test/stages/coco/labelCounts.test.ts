import { assert, describe, it } from "@effect/vitest"
import type { CocoGender, CocoLabel, CocoSet } from "../../../stages/coco/CocoSet.ts"
import { type CountedLabel, countLabel } from "../../../stages/coco/labelCounts.ts"

const image = (id: number, gender: CocoGender, ...labels: ReadonlyArray<CocoLabel>) => ({
  id,
  file: "",
  gender,
  labels
})

const SET: CocoSet = {
  source: "",
  standIn: true,
  funnel: { images: 4, captions: 0, withPersonAndLabel: 4, man: 3, woman: 1, both: 0, neither: 0, kept: 4 },
  images: [
    image(1, "man", "truck"),
    image(2, "man", "fork", "knife", "spoon"),
    image(3, "woman", "fork", "truck"),
    image(4, "man", "truck")
  ]
}

describe("countLabel", () => {
  it("counts the images of a label, all images once, or once for each label", () => {
    const measured = (label: CountedLabel) => {
      const { images, man, man_percent, woman } = countLabel(SET, label)
      return [images.value, man.value, woman.value, man_percent.value]
    }
    assert.deepStrictEqual(measured("truck"), [3, 2, 1, 200 / 3])
    assert.deepStrictEqual(measured("fork"), [2, 1, 1, 50])
    assert.deepStrictEqual(measured("spoon"), [1, 1, 0, 100])
    assert.deepStrictEqual(measured("overall"), [4, 3, 1, 75])
    assert.deepStrictEqual(measured("overall, pooled over labels"), [7, 5, 2, 500 / 7])
  })

  it("has no share where there are no images", () => {
    const { images, man_percent } = countLabel(SET, "tie")
    assert.deepStrictEqual(images, { value: 0, n: 0 })
    assert.isNull(man_percent.value)
    assert.isDefined(man_percent.note)
  })
})
