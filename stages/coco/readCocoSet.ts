/** From two files of annotations to the study's images: its filter, and the gender that captions mention. */
import { Effect } from "effect"
import { readCaptions } from "./Captions.ts"
import { CocoFileError } from "./CocoFileError.ts"
import { COCO_LABELS, type CocoImage, type CocoSet } from "./CocoSet.ts"
import { type GenderWords, MENTIONS_MAN, MENTIONS_WOMAN } from "./GenderWords.ts"
import { type Instances, PERSON_BIT, readInstances } from "./Instances.ts"
import { type JsonSource, nameOf } from "./readArrays.ts"

/** Images with a person and one of the eleven objects, in the order of the filter: see {@link readCocoSet}. */
const candidates = ({ byLabel, contents }: Instances): ReadonlyArray<number> => {
  const slots = new Set<number>()
  for (const images of byLabel.slice(0, COCO_LABELS.length))
    for (const slot of images) if (((contents[slot] ?? 0) & PERSON_BIT) !== 0) slots.add(slot)
  return [...slots]
}

const labelsOf = (contents: number) => COCO_LABELS.filter((_, bit) => (contents & (1 << bit)) !== 0)

export interface ReadCocoOptions {
  readonly words: GenderWords
  /** A noun phrase for captions. */
  readonly source: string
  readonly standIn: boolean
  /** Told how far the reading of the one file and then of the other is, in bytes. */
  readonly onBytes?: (done: number, total: number) => Effect.Effect<void>
}

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`

/**
 * The images that have a person, at least one of the eleven objects, and captions that mention exactly one gender. They
 * stand in the order in which the paper's procedure adds them: object by object in Table 1's order, for each the images in
 * the order of their first instance of it in the file, each image once. An image without a caption mentions neither gender;
 * how many there are is said in `source`.
 *
 * Fails with {@link CocoFileError} as the two readers do, and where none of the images has a caption: the two files then
 * belong to different sets.
 */
export const readCocoSet = (
  instancesSource: JsonSource,
  captionsSource: JsonSource,
  { onBytes = () => Effect.void, source, standIn, words }: ReadCocoOptions
): Effect.Effect<CocoSet, CocoFileError> =>
  Effect.gen(function* () {
    const instances = yield* readInstances(instancesSource, { onBytes })
    const slots = candidates(instances)
    const ids = instances.images.ids
    const wanted = new Set(slots.map((slot) => ids[slot] ?? -1))
    const captions = yield* readCaptions(captionsSource, wanted, words, { onBytes })
    const { mentioned } = captions
    if (wanted.size > 0 && mentioned.size === 0)
      return yield* new CocoFileError({
        file: nameOf(captionsSource),
        place: "annotations",
        found: `no caption of any of the ${counted(wanted.size, "image", "images")} with a person and an object`,
        expected: `captions of the images in ${nameOf(instancesSource)}; do both files belong to the same set?`
      })
    const images: Array<CocoImage> = []
    const counts = [0, 0, 0, 0]
    for (const slot of slots) {
      const id = ids[slot] ?? -1
      const found = mentioned.get(id) ?? 0
      counts[found] = (counts[found] ?? 0) + 1
      if (found !== MENTIONS_MAN && found !== MENTIONS_WOMAN) continue
      images.push({
        id,
        file: instances.files[slot] ?? "",
        gender: found === MENTIONS_MAN ? "man" : "woman",
        labels: labelsOf(instances.contents[slot] ?? 0)
      })
    }
    const [neither = 0, man = 0, woman = 0, both = 0] = counts
    const silent = wanted.size - mentioned.size
    return {
      source: silent === 0 ? source : `${source} (${counted(silent, "image", "images")} without any caption)`,
      standIn,
      funnel: {
        images: instances.images.images,
        captions: captions.count,
        withPersonAndLabel: slots.length,
        man,
        woman,
        both,
        neither,
        kept: images.length
      },
      images
    }
  })
