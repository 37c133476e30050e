/** What a store can be kept on, for the tests of what holds for each of them. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Database from "better-sqlite3"
import { Effect, type Scope } from "effect"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import {
  ArtifactStore,
  blobPath,
  Files,
  Memo,
  Memory,
  RunHistory,
  Sqlite,
  type StoreError,
  TraceStore
} from "../../src/store/index.ts"
import { temporary } from "./rig.ts"

/** What every implementation gives. */
const doors = Effect.all({
  artifacts: ArtifactStore,
  traces: TraceStore,
  history: RunHistory,
  memo: Memo,
  files: Files
})
export type Doors = Effect.Success<typeof doors>

export interface Medium {
  /** Opens the store, runs `use` in it, closes it. What it left is there when it is opened again. */
  open<A, E>(use: (store: Doors) => Effect.Effect<A, E>): Effect.Effect<A, E | StoreError>
  /** Puts other bytes in the place of an artifact's, as damage does. */
  harm(hash: ArtifactHash): Effect.Effect<void>
}

const sqlite: Effect.Effect<Medium, never, Scope.Scope> = Effect.map(temporary, (dir) => ({
  open: (use) => Effect.provide(Effect.flatMap(doors, use), Sqlite.layer({ dir, mode: "read-write" }), { local: true }),
  harm: (hash) =>
    Effect.sync(() => {
      if (existsSync(blobPath(dir, hash))) return writeFileSync(blobPath(dir, hash), "harm")
      const db = new Database(join(dir, "ablate.db"))
      db.prepare("UPDATE artifacts SET inline = x'00' WHERE hash = ?").run(hash)
      db.close()
    })
}))

const memory: Effect.Effect<Medium> = Effect.sync(() => {
  const disk = Memory.empty()
  return {
    open: (use) => Effect.provide(Effect.flatMap(doors, use), Memory.layer(disk), { local: true }),
    harm: (hash) => Effect.sync(() => void disk.bytes.set(hash, new Uint8Array(1)))
  }
})

export const media: ReadonlyArray<readonly [name: string, medium: Effect.Effect<Medium, never, Scope.Scope>]> = [
  ["SQLite and blob files", sqlite],
  ["memory", memory]
]
