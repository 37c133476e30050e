/** The images of an annotation file by id, and the ids that annotations point to, whichever of the two comes first. */
import type { FieldProblem, JsonRecord } from "./JsonRecord.ts"

export const ID = "a whole number from 0 to 2147483647"

export class ImageIds {
  /** Slots count up in the order of first mention. */
  readonly #slots = new Map<number, number>()
  readonly #ids: Array<number> = []
  /** By slot: whether the image is listed; by slot: the first annotation that points to it, or −1. */
  readonly #listed: Array<boolean> = []
  readonly #pointed: Array<number> = []
  #images = 0

  /** Images listed. */
  get images(): number {
    return this.#images
  }

  /** Ids in the order of first mention; their index is the slot. */
  get ids(): ReadonlyArray<number> {
    return this.#ids
  }

  slot(id: number): number | undefined {
    return this.#slots.get(id)
  }

  has(id: number): boolean {
    const slot = this.#slots.get(id)
    return slot !== undefined && this.#listed[slot] === true
  }

  #slotOf(id: number): number {
    const known = this.#slots.get(id)
    if (known !== undefined) return known
    const slot = this.#ids.length
    this.#slots.set(id, slot)
    this.#ids.push(id)
    this.#listed.push(false)
    this.#pointed.push(-1)
    return slot
  }

  /** Takes an image's id, which is the record's given field. Gives its slot, or what is wrong. */
  list(record: JsonRecord, field: number): number | FieldProblem {
    const id = record.whole(field)
    if (id < 0) return record.problem(field, ID)
    const slot = this.#slotOf(id)
    if (this.#listed[slot] === true)
      return { ...record.problem(field, "every image once"), found: `${id} a second time` }
    this.#listed[slot] = true
    this.#images++
    return slot
  }

  /** Takes the image that an annotation points to. Gives its slot, or what is wrong. */
  point(record: JsonRecord, field: number, annotation: number): number | FieldProblem {
    const id = record.whole(field)
    if (id < 0) return record.problem(field, ID)
    const slot = this.#slotOf(id)
    if (this.#pointed[slot] === -1) this.#pointed[slot] = annotation
    return slot
  }

  /** At the end: the first annotation that points to no image. */
  astray(): { readonly place: string; readonly found: string; readonly expected: string } | null {
    let first = -1
    this.#ids.forEach((_, slot) => {
      const annotation = this.#pointed[slot] ?? -1
      const isAstray = annotation >= 0 && this.#listed[slot] === false
      if (isAstray && (first < 0 || annotation < (this.#pointed[first] ?? 0))) first = slot
    })
    if (first < 0) return null
    return {
      place: `annotations[${this.#pointed[first]}].image_id`,
      found: String(this.#ids[first]),
      expected: `the id of one of the ${this.#images.toLocaleString("en-US")} images in "images"`
    }
  }
}
