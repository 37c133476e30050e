/** A file or folder given by the user that cannot be used as it is. */
import { Schema } from "effect"

export const FileReason = Schema.TaggedUnion({
  Missing: {},
  /** A folder where a file is wanted, or a file where a folder is. */
  WrongKind: { wanted: Schema.Literals(["file", "folder"]), found: Schema.String },
  /** In a folder: a symbolic link, socket, pipe or device. Their content is not the folder's own. */
  OddEntry: { entry: Schema.String, found: Schema.String },
  Unreadable: { detail: Schema.String },
  /** Written to while it was read. */
  Unstable: {},
  /** Not what it was when it was hashed first. */
  Changed: { expected: Schema.String, found: Schema.String }
})
export type FileReason = typeof FileReason.Type

const tell = (path: string, reason: FileReason): string =>
  FileReason.match(reason, {
    Missing: () => `${path} does not exist: check the path.`,
    WrongKind: ({ wanted, found }) => `${path} is a ${found}, but a ${wanted} is wanted here.`,
    OddEntry: ({ entry, found }) =>
      `The folder ${path} holds a ${found}, ${entry}: only files and folders can be hashed; replace it by a copy or move it out.`,
    Unreadable: ({ detail }) => `${path} cannot be read: ${detail}.`,
    Unstable: () => `${path} changes while it is read: wait until it is complete, then run again.`,
    Changed: ({ expected, found }) =>
      `${path} was changed during the run (sha256 ${expected.slice(0, 12)}… when planned, ${found.slice(0, 12)}… now): run again.`
  })

export class FileProblem extends Schema.TaggedError<FileProblem>()("FileProblem", {
  path: Schema.String,
  reason: FileReason
}) {
  override get message() {
    return tell(this.path, this.reason)
  }
}
