import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { choiTable1 } from "../../../experiments/reference/choi.ts"
import { COCO_LABELS, type CocoSet } from "../../../stages/coco/CocoSet.ts"
import type { GenderWords } from "../../../stages/coco/GenderWords.ts"
import { readCocoSet } from "../../../stages/coco/readCocoSet.ts"
import { STAND_IN_IMAGES } from "../../../stages/coco/StandInScene.ts"
import { standInCaptions, standInInstances } from "../../../stages/coco/standInFiles.ts"

const files = (seed: number, images: number) => ({
  instances: standInInstances(seed, images),
  captions: standInCaptions(seed, images)
})

const read = ({ captions, instances }: ReturnType<typeof files>, words: GenderWords = "whole-word") =>
  readCocoSet({ name: "i", bytes: instances }, { name: "c", bytes: captions }, { words, source: "s", standIn: true })

const share = (set: CocoSet, keep: (labels: ReadonlyArray<string>) => boolean) => {
  const images = set.images.filter(({ labels }) => keep(labels))
  return { n: images.length, man: images.filter(({ gender }) => gender === "man").length / images.length }
}

const texts = (captions: Uint8Array): ReadonlyArray<string> => {
  const parsed: { readonly annotations: ReadonlyArray<{ readonly caption: string }> } = JSON.parse(
    Buffer.from(captions).toString()
  )
  return parsed.annotations.map(({ caption }) => caption)
}

describe("the stand-in", () => {
  it.live("has the paper's number of images after the filter, and its shares of men within sampling error", () =>
    Effect.gen(function* () {
      const written = files(2014, STAND_IN_IMAGES)
      const set = yield* read(written)
      assert.deepStrictEqual(
        { ...set.funnel, man: 0, woman: 0 },
        {
          images: 13500,
          captions: 67500,
          withPersonAndLabel: 12285,
          man: 0,
          woman: 0,
          both: 900,
          neither: 1500,
          kept: 9885
        }
      )
      const printed = (label: string) =>
        (choiTable1.find(({ labels }) => labels.label === label)?.figures.man_percent?.value ?? Number.NaN) / 100
      for (const label of COCO_LABELS) {
        const { man, n } = share(set, (labels) => labels.includes(label))
        const p = printed(label)
        assert.isBelow(Math.abs(man - p), Math.sqrt((p * (1 - p)) / n), `${label}: ${man} of ${n}`)
      }
      assert.closeTo(share(set, () => true).man, printed("overall"), 0.001)
      assert.closeTo(share(set, (labels) => labels.includes("teddy bear")).n / 9885, 0.027, 0.0005)
      assert.isAbove(share(set, (labels) => labels.length > 1).n, 1500)
      assert.isAbove(share(set, (labels) => labels.includes("fork") && labels.includes("knife")).n, 100)
      assert.isBelow(written.instances.length + written.captions.length, 20e6)
      // Synonyms tell of other images too, and make some ambiguous.
      const extended = yield* read(written, "extended")
      assert.isAbove(extended.funnel.both, 900)
      assert.isBelow(extended.funnel.neither, 1500)
    })
  )

  it("says things as people do", () => {
    const captions = texts(standInCaptions(1, 2000))
    assert.strictEqual(captions.length, 10_000)
    const some = (what: RegExp) => captions.filter((caption) => what.test(caption)).length
    for (const what of [
      /\b(MAN|WOMAN)\b/,
      /\n/,
      / $/,
      /\bman's\b/i,
      /\bmannequin\b/i,
      /\bpolicewoman\b/i,
      /\bwomen\b/i,
      /\bmen\b/i,
      /\bman\b.*\bwoman\b/i,
      /café/,
      /"/
    ])
      assert.isAbove(some(what), 3, String(what))
    assert.isAbove(new Set(captions).size, 2000)
  })

  it("is the same for one seed, and another for another", () => {
    const bytes = (seed: number) => Object.values(files(seed, 300)).map((file) => Buffer.from(file).toString("latin1"))
    assert.deepStrictEqual(bytes(5), bytes(5))
    assert.notDeepEqual(bytes(5), bytes(6))
  })

  it.effect("has its shares at any size", () =>
    Effect.gen(function* () {
      for (const images of [100, 777, 2000]) {
        const set = yield* read(files(3, images))
        assert.strictEqual(set.funnel.images, images)
        assert.closeTo(set.funnel.kept / images, 9885 / 13500, 1 / images)
        assert.closeTo(share(set, () => true).man, 0.687, 2 / images)
      }
    })
  )
})
