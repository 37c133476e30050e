/** What the study needs of `captions_*.json`: which genders an image's captions mention. */
import { Effect } from "effect"
import { CocoFileError } from "./CocoFileError.ts"
import { type GenderWords, mentions } from "./GenderWords.ts"
import { ImageIds } from "./ImageIds.ts"
import type { WantedLists } from "./JsonArrays.ts"
import type { FieldProblem, JsonRecord } from "./JsonRecord.ts"
import { type JsonSource, nameOf, type ReadArraysOptions, readArrays } from "./readArrays.ts"

export interface Captions {
  /** Captions of the file. */
  readonly count: number
  /** The genders that an image's captions mention, by id, of the images asked for that have a caption. */
  readonly mentioned: ReadonlyMap<number, number>
}

class Collector {
  readonly mentioned = new Map<number, number>()
  readonly images = new ImageIds()
  count = 0
  readonly #wanted: ReadonlySet<number>
  readonly #words: GenderWords

  constructor(wanted: ReadonlySet<number>, words: GenderWords) {
    this.#wanted = wanted
    this.#words = words
  }

  readonly lists: WantedLists = {
    images: {
      fields: ["id"],
      take: (record) => {
        const slot = this.images.list(record, 0)
        return typeof slot === "number" ? null : slot
      }
    },
    annotations: { fields: ["image_id", "caption"], take: (record, index) => this.#caption(record, index) }
  }

  #caption(record: JsonRecord, index: number): FieldProblem | null {
    const slot = this.images.point(record, 0, index)
    if (typeof slot !== "number") return slot
    this.count++
    const id = record.whole(0)
    if (!this.#wanted.has(id)) return record.isText(1) ? null : record.problem(1, "the text of a caption")
    const caption = record.text(1)
    if (caption === null) return record.problem(1, "the text of a caption, in UTF-8")
    this.mentioned.set(id, (this.mentioned.get(id) ?? 0) | mentions(caption, this.#words))
    return null
  }
}

/**
 * Reads a captions file for the wanted images. Fails with {@link CocoFileError}; besides what `readArrays` refuses: an id
 * that is not a whole number, an image listed twice, a caption that is no text or that points to no image.
 */
export const readCaptions = (
  source: JsonSource,
  wanted: ReadonlySet<number>,
  words: GenderWords,
  options?: ReadArraysOptions
): Effect.Effect<Captions, CocoFileError> => {
  const collector = new Collector(wanted, words)
  return readArrays(source, collector.lists, options).pipe(
    Effect.flatMap(() => {
      const problem = collector.images.astray()
      if (problem === null) return Effect.succeed(collector)
      return Effect.fail(new CocoFileError({ file: nameOf(source), ...problem }))
    })
  )
}
