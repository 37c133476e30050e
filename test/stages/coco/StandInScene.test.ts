import { assert, describe, it } from "@effect/vitest"
import { COCO_LABELS } from "../../../stages/coco/CocoSet.ts"
import { LABEL_RATES, MAN_SHARE, standInScenes } from "../../../stages/coco/StandInScene.ts"

describe("standInScenes", () => {
  const scenes = standInScenes(7, 20_000)

  it("imposes frequencies and shares of men on the kept scenes, but for rounding", () => {
    const kept = scenes.filter(({ kind }) => kind === "man" || kind === "woman")
    for (const label of COCO_LABELS) {
      const { frequency, man } = LABEL_RATES[label]
      const have = kept.filter(({ labels }) => labels.includes(label))
      assert.closeTo(have.length / kept.length, frequency, 8 / kept.length, label)
      assert.closeTo(have.filter(({ kind }) => kind === "man").length, man * frequency * kept.length, 8, label)
    }
    assert.closeTo(kept.filter(({ kind }) => kind === "man").length / kept.length, MAN_SHARE, 2 / kept.length)
  })

  it("has ascending ids, persons where the kind wants them, and objects in all but one kind", () => {
    for (const [at, { id, kind, labels, persons }] of scenes.entries()) {
      assert.isAbove(id, scenes[at - 1]?.id ?? 0)
      assert.strictEqual(labels.length > 0, kind !== "no-object")
      assert.strictEqual(persons > 0, kind !== "no-person")
      if (kind === "both") assert.isAtLeast(persons, 2)
    }
  })

  it("draws the order by the seed, and nothing of how many there are of each kind", () => {
    const sorted = (seed: number) =>
      standInScenes(seed, 500)
        .map(({ kind, labels }) => `${kind} ${labels.join()}`)
        .sort()
    assert.deepStrictEqual(sorted(1), sorted(2))
    assert.notDeepEqual(
      standInScenes(1, 500).map(({ kind }) => kind),
      standInScenes(2, 500).map(({ kind }) => kind)
    )
  })
})
