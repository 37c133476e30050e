/** What a store can be kept on, for the tests of what holds for each of them. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Database from "better-sqlite3"
import { Effect, type Layer, type Scope } from "effect"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import {
  ArtifactStore,
  blobPath,
  Files,
  Memo,
  Memory,
  RunHistory,
  RunJournal,
  Sqlite,
  type StoreError,
  type StoreLocation,
  TraceStore
} from "../../src/store/index.ts"
import { temporary } from "./rig.ts"

/** What every implementation gives. */
export const doors = Effect.all({
  artifacts: ArtifactStore,
  traces: TraceStore,
  history: RunHistory,
  journal: RunJournal,
  memo: Memo,
  files: Files
})
export type Doors = Effect.Success<typeof doors>

/** The services that every implementation gives. */
export type Given = ArtifactStore | TraceStore | RunHistory | RunJournal | Memo | Files | StoreLocation

export interface Medium {
  /** What a store that is opened by it leaves is there when it is opened again. */
  readonly layer: Layer.Layer<Given, StoreError>
  /** Opens the store, runs `use` in it, closes it. */
  open<A, E>(use: (store: Doors) => Effect.Effect<A, E>): Effect.Effect<A, E | StoreError>
  /** Puts other bytes in the place of an artifact's, as damage does. */
  harm(hash: ArtifactHash): Effect.Effect<void>
}

export const mediumOf = (layer: Medium["layer"], harm: (hash: ArtifactHash) => unknown): Medium => ({
  layer,
  open: (use) => Effect.provide(Effect.flatMap(doors, use), layer, { local: true }),
  // A burst of look-ups sees one state until the next turn of the event loop.
  harm: (hash) =>
    Effect.promise(async () => {
      await harm(hash)
      return new Promise((resolve) => setImmediate(resolve))
    })
})

const sqlite = Effect.map(temporary, (dir) =>
  mediumOf(Sqlite.layer({ dir, mode: "read-write" }), (hash) => {
    if (existsSync(blobPath(dir, hash))) return writeFileSync(blobPath(dir, hash), "harm")
    const db = new Database(join(dir, "ablate.db"))
    db.prepare("UPDATE artifacts SET inline = x'00' WHERE hash = ?").run(hash)
    db.close()
  })
)

const memory = Effect.sync(() => {
  const disk = Memory.empty()
  return mediumOf(Memory.layer(disk), (hash) => disk.bytes.set(hash, new Uint8Array(1)))
})

export const media: ReadonlyArray<readonly [name: string, medium: Effect.Effect<Medium, never, Scope.Scope>]> = [
  ["SQLite and blob files", sqlite],
  ["memory", memory]
]
