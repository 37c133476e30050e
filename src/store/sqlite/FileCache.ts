/** The table of the user's files: their hashes, each with what `stat` said of the file. */
import type { ArtifactHash } from "../../domain/Hash.ts"
import type { FileCache } from "../Files.ts"
import { rowCheck } from "../RowCheck.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

export const make = ({ checked, later, statement }: Connection): FileCache => {
  const find = statement<[string, string], [ArtifactHash, number]>(
    "SELECT hash, row_check FROM files WHERE path = ? AND signature = ?",
    "array"
  )
  const put = statement(`INSERT INTO files (path, signature, hash, row_check, at) VALUES (?, ?, ?, ?, ${nowSql})
     ON CONFLICT (path) DO UPDATE SET
       signature = excluded.signature, hash = excluded.hash, row_check = excluded.row_check, at = excluded.at`)
  return {
    find: (path, state) => checked("files", [path, state], find().get(path, state)),
    put: (path, state, hash) =>
      later(
        () => put().run(path, state, hash, rowCheck("files", path, state, hash)),
        () => undefined
      )
  }
}
