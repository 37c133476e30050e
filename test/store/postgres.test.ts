/** The store on PostgreSQL: what the ports promise, and what only a shared store can get wrong. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterAll, beforeAll } from "vitest"
import { blobPath } from "../../src/store/index.ts"
import * as Postgres from "../../src/store/postgres/Postgres.ts"
import { contract } from "./contract.ts"
import { mediumOf } from "./media.ts"
import { type Server, start } from "./postgres.ts"
import { temporary } from "./rig.ts"

let server: Server
let localDir = ""
beforeAll(async () => {
  localDir = mkdtempSync(join(tmpdir(), "ablate-local-"))
  server = await start()
})
afterAll(async () => {
  await server.stop()
  rmSync(localDir, { recursive: true, force: true })
})

let schemas = 0

/** A store of its own: its schema, its folder for blobs, and its address. */
const store = Effect.gen(function* () {
  const dir = yield* temporary
  const schema = `s${schemas++}`
  const blobs = join(dir, "blobs")
  return { schema, blobs, url: `${server.url()}?schema=${schema}&blobs=${blobs}` }
})

contract(
  "PostgreSQL and a folder",
  Effect.map(store, ({ blobs, schema, url }) =>
    mediumOf(Postgres.layer({ url, localDir, mode: "read-write" }), (hash) =>
      existsSync(blobPath(blobs, hash))
        ? writeFileSync(blobPath(blobs, hash), "harm")
        : server.sql(`UPDATE ${schema}.artifacts SET inline = '\\x00' WHERE hash = $1`, [hash])
    )
  ),
  10
)
