/** What the study needs of `instances_*.json`: which images have a person and which of the eleven objects. */
import { Effect } from "effect"
import { CocoFileError } from "./CocoFileError.ts"
import { CATEGORY_IDS, COCO_LABELS, PERSON_ID } from "./CocoSet.ts"
import { ID, ImageIds } from "./ImageIds.ts"
import type { JsonProblem, WantedLists } from "./JsonArrays.ts"
import type { FieldProblem, JsonRecord } from "./JsonRecord.ts"
import { type JsonSource, nameOf, type ReadArraysOptions, readArrays } from "./readArrays.ts"

/** Images by slot. */
export interface Instances {
  readonly images: ImageIds
  /** File names; a slot is its image's. */
  readonly files: ReadonlyArray<string | undefined>
  /** Bit k: the image has an instance of label k; bit 11: of a person. */
  readonly contents: ReadonlyArray<number | undefined>
  /** By label: the slots of its images, in the order of each one's first instance of it in the file. */
  readonly byLabel: ReadonlyArray<ReadonlyArray<number>>
}

export const PERSON_BIT = 1 << COCO_LABELS.length

const NAMES: ReadonlyArray<readonly [id: number, name: string]> = [
  [PERSON_ID, "person"],
  ...COCO_LABELS.map((label) => [CATEGORY_IDS[label], label] as const)
]
/** By category id: its bit in `contents`. */
const BITS = new Map(COCO_LABELS.map((label, bit) => [CATEGORY_IDS[label], bit] as const))
BITS.set(PERSON_ID, COCO_LABELS.length)

class Collector {
  readonly images = new ImageIds()
  readonly files: Array<string | undefined> = []
  readonly contents: Array<number | undefined> = []
  readonly byLabel: ReadonlyArray<Array<number>> = COCO_LABELS.map(() => [])
  readonly #categories = new Map<number, string>()
  /** By category id: the first annotation that has it. */
  readonly #used = new Map<number, number>()

  readonly lists: WantedLists = {
    images: { fields: ["id", "file_name"], take: (record) => this.#image(record) },
    annotations: {
      fields: ["image_id", "category_id"],
      take: (record, index) => this.#annotation(record, index)
    },
    categories: { fields: ["id", "name"], take: (record) => this.#category(record) }
  }

  #image(record: JsonRecord): FieldProblem | null {
    const slot = this.images.list(record, 0)
    if (typeof slot !== "number") return slot
    const file = record.text(1)
    if (file === null || file === "") return record.problem(1, "the name of its file")
    this.files[slot] = file
    return null
  }

  #annotation(record: JsonRecord, index: number): FieldProblem | null {
    const slot = this.images.point(record, 0, index)
    if (typeof slot !== "number") return slot
    const category = record.whole(1)
    if (category < 0) return record.problem(1, ID)
    if (!this.#used.has(category)) this.#used.set(category, index)
    const bit = BITS.get(category)
    if (bit === undefined) return null
    const before = this.contents[slot] ?? 0
    if ((before & (1 << bit)) !== 0) return null
    this.contents[slot] = before | (1 << bit)
    this.byLabel[bit]?.push(slot)
    return null
  }

  #category(record: JsonRecord): FieldProblem | null {
    const id = record.whole(0)
    if (id < 0) return record.problem(0, ID)
    if (this.#categories.has(id)) return { field: "id", found: `${id} a second time`, expected: "every category once" }
    const name = record.text(1)
    if (name === null) return record.problem(1, "the name of a category")
    this.#categories.set(id, name)
    return null
  }

  problem(): JsonProblem | null {
    for (const [id, name] of NAMES) {
      const found = this.#categories.get(id)
      if (found === name) continue
      return {
        place: `categories, id ${id}`,
        found: found === undefined ? "no such category" : JSON.stringify(found),
        expected: `"${name}", as in COCO`
      }
    }
    for (const [category, annotation] of this.#used)
      if (!this.#categories.has(category))
        return {
          place: `annotations[${annotation}].category_id`,
          found: String(category),
          expected: `the id of one of the ${this.#categories.size} categories in "categories"`
        }
    return this.images.astray()
  }
}

/**
 * Reads an instances file. Crowds count as instances, as in COCO's own tools. Fails with {@link CocoFileError}; besides what
 * `readArrays` refuses: an id that is not a whole number, an image or category listed twice, a person or object of the
 * study that is not in `categories` under its id and name, an annotation that points to no image or no category.
 */
export const readInstances = (
  source: JsonSource,
  options?: ReadArraysOptions
): Effect.Effect<Instances, CocoFileError> => {
  const collector = new Collector()
  return readArrays(source, collector.lists, options).pipe(
    Effect.flatMap(() => {
      const problem = collector.problem()
      if (problem === null) return Effect.succeed(collector)
      return Effect.fail(new CocoFileError({ file: nameOf(source), ...problem }))
    })
  )
}
