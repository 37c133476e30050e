/** What a table says of its images: where they come from, what the filter left, and what was skipped. */
import type { RowsMeta } from "./CocoRows.ts"
import type { CocoSet } from "./CocoSet.ts"

interface NotesOf {
  readonly caption: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

const number = (value: number): string => value.toLocaleString("en-US")

/** How many of those that are left out have no file. */
const isMissing = ({ missing = 0, skipped }: RowsMeta): string =>
  missing === 0
    ? ""
    : missing === skipped
      ? `: ${missing === 1 ? "its file is" : "their files are"} not there`
      : `, ${number(missing)} because the file is not there`

/** Images of the set, and, where they were embedded, how. */
export const cocoNotesOf = ({ funnel, source, standIn }: CocoSet, rows: RowsMeta | null): NotesOf => {
  const { both, captions, images, kept, man, neither, withPersonAndLabel, woman } = funnel
  const embeddings = rows === null ? [] : [`Embeddings: ${rows.embeddings}.`]
  const isStandIn = standIn ? " These are stand-in data: expect other figures than on COCO's own images." : ""
  const skipped =
    rows === null || rows.skipped === 0
      ? []
      : [
          `${number(rows.skipped)} ${rows.skipped === 1 ? "image has" : "images have"} no embedding and ${rows.skipped === 1 ? "is" : "are"} left out${isMissing(rows)}.`
        ]
  return {
    caption: [`Images: ${source}.${isStandIn}`, ...embeddings],
    notes: [
      `Filter: ${number(images)} images (${number(captions)} captions) → ${number(withPersonAndLabel)} with a person and one of the eleven objects → ${number(kept)} whose captions mention one gender (${number(man)} man, ${number(woman)} woman; dropped: ${number(both)} both, ${number(neither)} neither).`,
      ...skipped
    ]
  }
}
