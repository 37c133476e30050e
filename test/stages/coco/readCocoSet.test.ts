import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { CocoFileError } from "../../../stages/coco/CocoFileError.ts"
import { COCO_LABELS, type CocoLabel } from "../../../stages/coco/CocoSet.ts"
import type { GenderWords } from "../../../stages/coco/GenderWords.ts"
import { readCocoSet } from "../../../stages/coco/readCocoSet.ts"
import { CATEGORIES, captionsOf, inMemory, instancesOf, type Picture } from "./Annotations.ts"

const folder = mkdtempSync(join(tmpdir(), "coco-set-"))
afterAll(() => rmSync(folder, { recursive: true }))

const read = (instances: unknown, captions: unknown, words: GenderWords = "whole-word") =>
  readCocoSet(inMemory("instances.json", instances), inMemory("captions.json", captions), {
    words,
    source: "a test",
    standIn: false
  })

const readAll = (pictures: ReadonlyArray<Picture>, words?: GenderWords) =>
  read(instancesOf(pictures), captionsOf(pictures), words)

const refusal = (instances: unknown, captions: unknown) =>
  Effect.map(Effect.flip(read(instances, captions)), (error) => {
    assert.instanceOf(error, CocoFileError)
    return error.message
  })

const PICTURES: ReadonlyArray<Picture> = [
  { id: 9, labels: ["fork", "truck"], captions: ["A man eats.", "A person by a truck"] },
  { id: 4, labels: ["tie"], captions: ["a WOMAN in a tie "] },
  { id: 7, labels: ["tie", "truck"], captions: ["a man and", "a woman"] },
  { id: 2, labels: ["handbag"], captions: ["two women", "a mannequin"] },
  { id: 1, labels: [], captions: ["a man"] },
  { id: 3, labels: ["spoon"], captions: ["a man"], person: false },
  { id: 8, labels: ["motorcycle", "truck"], captions: ["The man's\nmotorcycle"] }
]

describe("readCocoSet", () => {
  it.effect("keeps images with person, object and one gender, object by object, and counts the others", () =>
    Effect.gen(function* () {
      const set = yield* readAll(PICTURES)
      // Trucks first, in the order of the annotations; 8 is not added again for its motorcycle.
      assert.deepStrictEqual(set.images, [
        { id: 9, file: "9.jpg", gender: "man", labels: ["truck", "fork"] },
        { id: 8, file: "8.jpg", gender: "man", labels: ["truck", "motorcycle"] },
        { id: 4, file: "4.jpg", gender: "woman", labels: ["tie"] }
      ])
      assert.deepStrictEqual(set.funnel, {
        images: 7,
        captions: 10,
        withPersonAndLabel: 5,
        man: 2,
        woman: 1,
        both: 1,
        neither: 1,
        kept: 3
      })
      assert.deepStrictEqual([set.source, set.standIn], ["a test", false])
      const extended = yield* readAll(PICTURES, "extended")
      assert.deepStrictEqual(
        extended.images.map(({ id, gender }) => [id, gender]),
        [
          [9, "man"],
          [8, "man"],
          [4, "woman"],
          [2, "woman"]
        ]
      )
    })
  )

  it("does what the paper's procedure does, on any set of pictures", () => {
    const pictures = fc.uniqueArray(
      fc.record({
        id: fc.nat({ max: 500 }),
        person: fc.boolean(),
        labels: fc
          .subarray([...COCO_LABELS])
          .chain((labels) => fc.shuffledSubarray(labels, { minLength: labels.length })),
        captions: fc.array(fc.constantFrom("a man", "A Woman!", "people", "men", "woman's", "human"), { maxLength: 3 })
      }),
      { selector: ({ id }) => id, maxLength: 12 }
    )
    return fc.assert(
      fc.asyncProperty(pictures, fc.boolean(), async (all, isReversed) => {
        // An image listed, and annotated, anywhere in the file.
        const instances = instancesOf(all)
        const { annotations } = instances
        if (isReversed) annotations.reverse()
        const order = isReversed
          ? { categories: instances.categories, annotations, images: instances.images.toReversed() }
          : instances
        const exit = await Effect.runPromise(Effect.option(read(order, captionsOf(all))))
        const added: Array<number> = []
        for (const label of COCO_LABELS)
          for (const annotation of annotations) {
            const picture = all.find(({ id }) => id === annotation.image_id)
            const category = CATEGORIES.find(({ id }) => id === annotation.category_id)?.name
            if (picture === undefined || !picture.person || category !== label || added.includes(picture.id)) continue
            const text = picture.captions.join(" . ")
            if (/\bman\b/i.test(text) !== /\bwoman\b/i.test(text)) added.push(picture.id)
          }
        const isSilent = all.every(
          ({ captions, labels, person }) => !person || labels.length === 0 || captions.length === 0
        )
        if (exit._tag === "None") assert.isTrue(isSilent)
        else {
          assert.deepStrictEqual(
            exit.value.images.map(({ id }) => id),
            added
          )
          for (const { id, labels } of exit.value.images)
            assert.sameMembers([...labels], [...(all.find((each) => each.id === id)?.labels ?? [])])
          const { both, kept, man, neither, withPersonAndLabel, woman } = exit.value.funnel
          assert.strictEqual(man + woman, kept)
          assert.strictEqual(kept + both + neither, withPersonAndLabel)
          assert.strictEqual(withPersonAndLabel, all.filter(({ labels, person }) => person && labels.length > 0).length)
        }
      }),
      { numRuns: 80 }
    )
  })

  it.effect("says how many images have no caption", () =>
    Effect.gen(function* () {
      const set = yield* readAll([...PICTURES, { id: 5, labels: ["tie"], captions: [] }])
      assert.strictEqual(set.source, "a test (1 image without any caption)")
      assert.strictEqual(set.funnel.neither, 2)
    })
  )

  it.effect("reads the user's files", () =>
    Effect.gen(function* () {
      const [instances, captions] = [join(folder, "i.json"), join(folder, "c.json")]
      writeFileSync(instances, JSON.stringify(instancesOf(PICTURES), null, 2))
      writeFileSync(captions, JSON.stringify(captionsOf(PICTURES)))
      const options = { words: "whole-word", source: "a test", standIn: false } as const
      const set = yield* readCocoSet({ path: instances }, { path: captions }, options)
      assert.deepStrictEqual(set, yield* readAll(PICTURES))
      const absent = yield* Effect.flip(readCocoSet({ path: instances }, { path: join(folder, "no.json") }, options))
      assert.include(absent.message, join(folder, "no.json"))
    })
  )
})

describe("readCocoSet refuses", () => {
  const instances = instancesOf(PICTURES)
  const captions = captionsOf(PICTURES)
  const change = <T>(list: ReadonlyArray<T>, at: number, part: object) =>
    list.map((each, index) => (index === at ? { ...each, ...part } : each))

  const cases: ReadonlyArray<
    readonly [what: string, instances: unknown, captions: unknown, parts: ReadonlyArray<string>]
  > = [
    [
      "a file without annotations",
      { images: [], categories: CATEGORIES },
      captions,
      ["instances.json", '"annotations"', '"images", "categories"']
    ],
    [
      "an image id that is a text",
      { ...instances, annotations: change(instances.annotations, 2, { image_id: "9" }) },
      captions,
      ["instances.json", "annotations[2].image_id", 'the text "9"', "whole number"]
    ],
    [
      "a category id that is absent",
      { ...instances, annotations: change(instances.annotations, 1, { category_id: undefined }) },
      captions,
      ["annotations[1].category_id", "nothing"]
    ],
    [
      "an id that is negative or too large",
      { ...instances, images: change(instances.images, 0, { id: 2 ** 31 }) },
      captions,
      ["images[0].id", "2147483648", "2147483647"]
    ],
    [
      "an image without a file name",
      { ...instances, images: change(instances.images, 3, { file_name: "" }) },
      captions,
      ["images[3].file_name", "name of its file"]
    ],
    [
      "an image listed twice",
      { ...instances, images: [...instances.images, { id: 4, file_name: "x.jpg" }] },
      captions,
      ["images[7].id", "4 a second time"]
    ],
    [
      "an annotation that points to no image",
      { ...instances, images: instances.images.filter(({ id }) => id !== 4) },
      captions,
      ["instances.json", "annotations[3].image_id", "found 4", "6 images"]
    ],
    [
      "an annotation that points to no category",
      { ...instances, annotations: change(instances.annotations, 5, { category_id: 77777 }) },
      captions,
      ["annotations[5].category_id", "77777"]
    ],
    [
      "a category of the study that is not there",
      { ...instances, categories: CATEGORIES.filter(({ name }) => name !== "tie") },
      captions,
      ["categories, id 32", "no such category", '"tie"']
    ],
    [
      "a category under another name",
      { ...instances, categories: CATEGORIES.map((each) => (each.id === 1 ? { id: 1, name: "human" } : each)) },
      captions,
      ["categories, id 1", '"human"', '"person"']
    ],
    [
      "a category listed twice",
      { ...instances, categories: [...CATEGORIES, { id: 18, name: "cat" }] },
      captions,
      ["categories[13].id", "18 a second time"]
    ],
    [
      "a caption that points to no image",
      instances,
      { ...captions, images: captions.images.slice(1) },
      ["captions.json", "annotations[0].image_id", "found 9"]
    ],
    [
      "a caption that is no text",
      instances,
      { ...captions, annotations: change(captions.annotations, 2, { caption: ["a man"] }) },
      ["captions.json", "annotations[2].caption", "a list"]
    ],
    ["captions of other images", instances, captionsOf([{ id: 77, labels: [], captions: ["a man"] }]), ["same set"]],
    ["two files of the same kind", instances, instances, ["captions.json", "annotations[0].caption"]]
  ]
  for (const [what, wrongInstances, wrongCaptions, parts] of cases)
    it.effect(what, () =>
      Effect.map(refusal(wrongInstances, wrongCaptions), (message) => {
        for (const part of parts) assert.include(message, part)
      })
    )
})

describe("the labels", () => {
  it.effect("are all eleven that are in the image, in the paper's order", () =>
    Effect.gen(function* () {
      const labels: ReadonlyArray<CocoLabel> = [...COCO_LABELS].reverse()
      const set = yield* readAll([{ id: 1, labels, captions: ["a man"] }])
      assert.deepStrictEqual(set.images[0]?.labels, COCO_LABELS)
    })
  )
})
