/** What can be wrong with one image of a folder. */
import { Schema } from "effect"

/** An image that is missing, lies elsewhere, or cannot be decoded. */
export class BadImage extends Schema.TaggedError<BadImage>()("BadImage", {
  /** As the set names it. */
  file: Schema.String,
  folder: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `image ${this.file} in ${this.folder}: ${this.problem}; mend it, or have such images left out and counted with --set embeddings.onBadImage=skip`
  }
}

/** The problem of an image that the folder lacks. */
export const NO_SUCH_FILE = "there is no such file"

/** What an extractor does with such an image: the shard fails and names it, or leaves it out and lists it. */
export const OnBadImage = Schema.Literals(["fail", "skip"])
export type OnBadImage = typeof OnBadImage.Type
