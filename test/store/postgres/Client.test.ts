/** The way to PostgreSQL where the network says nothing any more: no error, no end. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll, beforeAll } from "vitest"
import * as Address from "../../../src/store/postgres/Address.ts"
import * as Client from "../../../src/store/postgres/Client.ts"
import { cutAt, type When } from "../cut.ts"
import { type Server, start } from "../postgres.ts"

let server: Server
beforeAll(async () => {
  server = await start()
})
afterAll(() => server.stop())

const patienceMs = 60_000
const doubtMs = 100

const clientAt = (port: number) =>
  Effect.gen(function* () {
    const url = `${server.url().replace(`:${server.port}/`, `:${port}/`)}?schema=public&blobs=/nowhere`
    const { client } = yield* Client.make(yield* Address.parse(url), patienceMs, doubtMs)
    return client
  })

/** Through a way that is cut where `text` is said. */
const cutting = (text: string, when: When) =>
  Effect.gen(function* () {
    const cut = yield* Effect.acquireRelease(
      Effect.promise(() => cutAt(server.port, text, when)),
      (made) => Effect.sync(() => made.stop())
    )
    return { cut, client: yield* clientAt(cut.port) }
  })

describe("a connection that falls silent", () => {
  for (const when of ["silent before", "silent after"] as const)
    it.live(`is given up for another, and a transaction is done once: ${when} its commit arrives`, () =>
      Effect.gen(function* () {
        const { client, cut } = yield* cutting("COMMIT", when)
        yield* client.execute("DROP TABLE IF EXISTS told")
        yield* client.execute("CREATE TABLE told (n int)")
        const changed = yield* client.transaction((statements) => statements.execute("INSERT INTO told VALUES (1)"))
        assert.strictEqual(changed, 1)
        assert.strictEqual(cut.count(), 1)
        assert.deepStrictEqual(yield* client.query("SELECT n FROM told"), [{ n: 1 }])
      }).pipe(Effect.scoped)
    )

  it.live("is given up where a statement waits for its answer outside of transactions", () =>
    Effect.gen(function* () {
      const { client, cut } = yield* cutting("SELECT 7", "silent after")
      assert.deepStrictEqual(yield* client.query("SELECT 7 AS n"), [{ n: 7 }])
      assert.strictEqual(cut.count(), 1)
    }).pipe(Effect.scoped)
  )

  it.live("is not what it looks like where the server works for long", () =>
    Effect.gen(function* () {
      const client = yield* clientAt(server.port)
      yield* client.execute("CREATE SEQUENCE asked")
      // Ten doubts.
      yield* client.query("SELECT nextval('asked'), pg_sleep(1)")
      assert.deepStrictEqual(yield* client.query("SELECT last_value FROM asked"), [{ last_value: 1 }])
    }).pipe(Effect.scoped)
  )
})
