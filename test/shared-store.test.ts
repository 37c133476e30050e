/** The store on PostgreSQL: what the ports promise, and what only a store that many share can get wrong. */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { afterAll, beforeAll, describe } from "vitest"
import { RunId } from "../src/domain/Hash.ts"
import { blobPath } from "../src/store/index.ts"
import { HeartbeatEvery } from "../src/store/postgres/Heartbeats.ts"
import * as Postgres from "../src/store/postgres/Postgres.ts"
import { largeStudy as study } from "./largeStudy.ts"
import { assertExecuted, assertRefused, project } from "./rig.ts"
import { contract } from "./store/contract.ts"
import { cutAt } from "./store/cut.ts"
import { mediumOf } from "./store/media.ts"
import { type Server, start } from "./store/postgres.ts"
import {
  artifactHash,
  commitOf,
  contentOf,
  find,
  inlineArtifact,
  keyOf,
  noise,
  type OpenStore,
  ports,
  runRecord,
  temporary
} from "./store/rig.ts"

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
const made = Effect.gen(function* () {
  const blobs = join(yield* temporary, "blobs")
  const schema = `s${schemas++}`
  return { schema, blobs, url: `${server.url()}?schema=${schema}&blobs=${blobs}` }
})
type Made = Effect.Success<typeof made>

const inStore = <A, E>({ url }: Pick<Made, "url">, use: (store: OpenStore) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(ports, use), Postgres.layer({ url, localDir, mode: "read-write" }), { local: true })

const sql = (text: string, values?: ReadonlyArray<unknown>) => Effect.promise(() => server.sql(text, values))

contract(
  "PostgreSQL and a folder",
  Effect.map(made, ({ blobs, schema, url }) =>
    mediumOf(Postgres.layer({ url, localDir, mode: "read-write" }), (hash) =>
      existsSync(blobPath(blobs, hash))
        ? writeFileSync(blobPath(blobs, hash), "harm")
        : server.sql(`UPDATE ${schema}.artifacts SET inline = '\\x00' WHERE hash = $1`, [hash])
    )
  ),
  5
)

describe("a store that many share", () => {
  it.live("two processes that commit the same nodes store each once, and both are told", () =>
    Effect.gen(function* () {
      const store = yield* made
      const count = 60
      const child = (seed: number) =>
        Effect.callback<ReadonlyArray<string>>((resume) => {
          const script = join(import.meta.dirname, "store", "shared-child.ts")
          const started = spawn(process.execPath, [script, store.url, localDir, `${count}`, `${seed}`])
          let text = ""
          started.stdout.on("data", (data: Buffer) => {
            text += data
          })
          started.stderr.on("data", (data: Buffer) => {
            text += data
          })
          started.on("close", () => resume(Effect.succeed(text.trim().split("\n"))))
        })
      const said = yield* Effect.all([child(1), child(2)], { concurrency: "unbounded" })
      for (const lines of said)
        assert.strictEqual(lines.filter((line) => / (new|same)$/.test(line)).length, count, lines.join("\n"))
      assert.strictEqual(said.flat().filter((line) => line.endsWith(" new")).length, count)
      yield* inStore(store, (open) =>
        Effect.gen(function* () {
          for (let i = 0; i < count; i++) {
            const hash = yield* find(open, keyOf(`shared ${i}`))
            assert.strictEqual(hash, artifactHash(contentOf(i)))
            assert.deepEqual(yield* open.artifacts.get(artifactHash(contentOf(i))), contentOf(i))
          }
          const report = yield* open.maintenance.check({ repair: false })
          assert.deepStrictEqual([report.damaged, report.rows, report.checked], [[], [], count])
          assert.strictEqual((yield* open.traces.durations).get("test/stage")?.n, count)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("what is asked while the server is away is answered when it is back, and counted once", () =>
    Effect.gen(function* () {
      const store = yield* made
      yield* inStore(store, (open) =>
        Effect.gen(function* () {
          yield* open.traces.commit(commitOf("before", inlineArtifact("before")))
          const restarted = yield* Effect.forkChild(Effect.promise(() => server.restart()))
          const committed = yield* Effect.forEach(
            Array.from({ length: 40 }, (_, i) => i),
            (i) =>
              Effect.andThen(
                Effect.sleep(`${i * 10} millis`),
                open.traces.commit(commitOf(`n${i}`, inlineArtifact(`${i}`)))
              ),
            { concurrency: "unbounded" }
          )
          yield* Fiber.join(restarted)
          assert.deepStrictEqual([...new Set(committed.map(({ stored }) => stored))], ["new"])
          assert.isDefined(yield* find(open, keyOf("before")))
          assert.strictEqual((yield* open.traces.durations).get("test/stage")?.n, 41)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("a commit that is cut off is looked up, and done once, whether it had arrived or not", () =>
    Effect.forEach(["before", "after"] as const, (when) =>
      Effect.gen(function* () {
        const store = yield* made
        yield* inStore(store, () => Effect.void)
        const cut = yield* Effect.promise(() => cutAt(server.port, "COMMIT", when))
        const url = store.url.replace(`:${server.port}/`, `:${cut.port}/`)
        yield* inStore({ url }, (open) =>
          Effect.gen(function* () {
            assert.strictEqual((yield* open.traces.commit(commitOf("cut", inlineArtifact("cut")))).stored, "new")
            assert.strictEqual(cut.count(), 1)
            assert.strictEqual((yield* open.traces.durations).get("test/stage")?.n, 1)
          })
        )
        cut.stop()
        const lines = yield* sql(`SELECT count(*)::int AS n FROM ${store.schema}.executions`)
        assert.deepStrictEqual(lines, [{ n: 1 }], when)
      }).pipe(Effect.scoped)
    )
  )

  it.live("a run on another host goes on as long as it is heard of, whatever anybody's clock says", () =>
    Effect.gen(function* () {
      const store = yield* made
      const id = RunId.make("r")
      const statusNow = inStore(store, ({ history }) => Effect.map(history.run(id), (run) => run?.status))
      const heard = (ago: number) =>
        sql(
          `UPDATE ${store.schema}.heartbeats SET at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint - ${ago}`
        )
      yield* inStore(store, ({ history, maintenance, traces }) =>
        Effect.gen(function* () {
          yield* history.startRun(runRecord("e", { id, startedAt: 0 }))
          yield* traces.flush
          // As a machine elsewhere, whose clock is years behind, would have written it.
          yield* sql(`UPDATE ${store.schema}.runs SET owner = replace(owner, '"host":"', '"host":"elsewhere-')`)
          yield* sql(
            `UPDATE ${store.schema}.runs SET row_check = ${store.schema}.row_check('runs', id, experiment, file, record, owner, cells, keys)`
          )
          yield* heard(0)
          assert.strictEqual(yield* statusNow, "running")
          const other = RunId.make("newer")
          yield* history.startRun(runRecord("e", { id: other, status: "succeeded" }))
          yield* maintenance.gc({ dryRun: false, keepRuns: 1, graceMs: 0 })
          assert.strictEqual(yield* statusNow, "running", "gc leaves what goes on")
          yield* heard(61_000)
          assert.strictEqual(yield* statusNow, "interrupted")
          yield* heard(1000)
          assert.strictEqual(yield* statusNow, "running")
          yield* history.finishRun(runRecord("e", { id, status: "succeeded" }))
          assert.strictEqual(yield* statusNow, "succeeded")
          assert.deepStrictEqual(yield* sql(`SELECT run FROM ${store.schema}.heartbeats`), [])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("a run that goes on is heard of again and again", () =>
    Effect.gen(function* () {
      const store = yield* made
      const beats = () => sql(`SELECT at FROM ${store.schema}.heartbeats`)
      const later = (than: unknown): Effect.Effect<void> =>
        Effect.flatMap(beats(), ([row]) =>
          Number(row?.at ?? 0) > Number(than ?? 0) ? Effect.void : Effect.andThen(Effect.sleep("5 millis"), later(than))
        )
      yield* inStore(store, ({ history }) =>
        Effect.gen(function* () {
          yield* history.startRun(runRecord("e", { id: RunId.make("r") }))
          yield* later(0)
          const [first] = yield* beats()
          yield* later(first?.at)
        })
      ).pipe(Effect.provideService(HeartbeatEvery, 20))
    }).pipe(Effect.scoped)
  )

  it.live("a row that was changed outside is a miss, told, counted by doctor and computed again", () =>
    Effect.gen(function* () {
      const store = yield* made
      const [a, b] = [inlineArtifact("a"), inlineArtifact("b")]
      yield* inStore(store, ({ history, traces }) =>
        Effect.gen(function* () {
          yield* traces.commit(commitOf("a", a))
          yield* traces.commit(commitOf("b", b))
          yield* history.startRun(runRecord("e", { id: RunId.make("r") }))
        })
      )
      yield* sql(`UPDATE ${store.schema}.traces SET artifact = $1 WHERE key = $2`, [b.hash, keyOf("a")])
      yield* inStore(store, (open) =>
        Effect.gen(function* () {
          assert.isUndefined(yield* find(open, keyOf("a")))
          assert.match((yield* open.traces.damage)[0] ?? "", /1 row of traces did not check/)
          const found = yield* open.maintenance.check({ repair: false })
          assert.deepStrictEqual(found.rows, [{ table: "traces", rows: 1 }])
          assert.strictEqual((yield* open.traces.commit(commitOf("a", a))).stored, "new")
          assert.strictEqual(yield* find(open, keyOf("a")), a.hash)
        })
      )
      yield* sql(`UPDATE ${store.schema}.runs SET record = replace(record, 'running', 'succeeded')`)
      yield* inStore(store, (open) =>
        Effect.gen(function* () {
          assert.match((yield* Effect.flip(open.history.runs())).message, /does not check/)
          yield* open.maintenance.check({ repair: true })
          assert.deepStrictEqual(yield* open.history.runs(), [])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("gc drops what nothing mentions, and nothing young", () =>
    Effect.gen(function* () {
      const store = yield* made
      yield* inStore(store, (open) =>
        Effect.gen(function* () {
          const large = yield* open.artifacts.prepare(noise(70_000, 1), "bytes")
          yield* open.traces.commit(commitOf("kept", large))
          const unused = yield* open.artifacts.put(noise(80_000, 2), "bytes")
          yield* open.artifacts.prepare(noise(90_000, 3), "bytes")
          const none = yield* open.maintenance.gc({ dryRun: false })
          assert.deepStrictEqual([none.artifacts, none.orphanBlobs], [0, 0])
          const counted = yield* open.maintenance.gc({ dryRun: true, graceMs: -60_000 })
          const dropped = yield* open.maintenance.gc({ dryRun: false, graceMs: -60_000 })
          assert.deepStrictEqual(counted, dropped)
          assert.deepStrictEqual([dropped.artifacts, dropped.orphanBlobs, dropped.bytes], [1, 1, 170_000])
          assert.isFalse(existsSync(blobPath(store.blobs, unused)))
          assert.deepEqual(yield* open.artifacts.get(large.hash), noise(70_000, 1))
        })
      )
    }).pipe(Effect.scoped)
  )
})

describe("the command on a shared store", () => {
  it.live("gives the table that it gives on a folder, and a second project finds what the first computed", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      const [here, there] = [project({ "study.ts": study }), project({ "study.ts": study })]
      const env = { ABLATE_STORE: url }
      const content = (text: string) => /content ([0-9a-f]+)/.exec(text)?.[1]
      yield* Effect.promise(async () => {
        const local = await here.ablate(["run", "study.ts", "--ui", "stream"])
        here.takeRan()
        const run = await here.run(["study.ts", "--jobs", "2"], { env })
        assertExecuted(run, { large: 2, sum: 2 })
        // What the client of the store asks for, no stage asks for.
        assert.notInclude(run.ended.stderr, "hidden input")
        const shared = await there.ablate(["run", "study.ts", "--ui", "stream", "--store", url])
        assert.strictEqual(shared.code, 0, shared.stderr)
        assert.deepStrictEqual(there.takeRan(), [])
        assert.isDefined(content(local.stdout))
        assert.strictEqual(content(shared.stdout), content(local.stdout))
        assert.notInclude(shared.stdout + shared.stderr, "secret")
      })
    }).pipe(Effect.scoped)
  )

  it.live("refuses an address, a server, a user, a format or a folder with one message", () =>
    Effect.gen(function* () {
      const store = yield* made
      const other = yield* made
      for (const each of [store, other]) yield* inStore(each, () => Effect.void)
      const newer = yield* made
      yield* inStore(newer, () => Effect.void)
      yield* sql(`UPDATE ${newer.schema}.meta SET value = '99' WHERE name = 'format'`)
      yield* sql("CREATE ROLE reader LOGIN PASSWORD 'secret'")
      yield* sql(`GRANT USAGE ON SCHEMA ${store.schema} TO reader`)
      yield* sql(`GRANT SELECT ON ALL TABLES IN SCHEMA ${store.schema} TO reader`)
      const on = (url: string, { blobs, schema } = store) => `${url}?schema=${schema}&blobs=${blobs}`
      const unmounted = join(yield* temporary, "unmounted")
      mkdirSync(unmounted)
      const cases: ReadonlyArray<readonly [url: string, part: RegExp]> = [
        ["mysql://host/db", /a shared store is on PostgreSQL/],
        [server.url(), /does not say where large results go/],
        [`${server.url()}?blobs=here`, /absolute path/],
        [`${server.url()}?blob=/x`, /"blob" is none of/],
        [on(server.url().replace("secret", "wrong")), /password authentication failed/],
        [on(server.url("nowhere")), /database "nowhere" does not exist/],
        [on(server.url().replace(`${server.port}`, "1")), /cannot be reached .*ECONNREFUSED/],
        [on(server.url("postgres", "reader")), /may only read/],
        [newer.url, /format 99, written by a newer Ablate/],
        [on(server.url(), { ...store, blobs: other.blobs }), /that folder is another store's/],
        [on(server.url(), { ...store, blobs: unmounted }), /that folder is not this store's/]
      ]
      const one = project({ "study.ts": study })
      yield* Effect.forEach(
        cases,
        ([url, part]) =>
          Effect.promise(async () => {
            const ended = await one.ablate(["run", "study.ts", "--store", url])
            assertRefused(ended, [part])
            assert.notInclude(ended.stderr, ":secret@")
          }),
        { concurrency: 2 }
      )
      // Who may only read sees the table of what others ran.
      const runs = yield* Effect.promise(() => one.ablate(["runs", "--store", on(server.url("postgres", "reader"))]))
      assert.strictEqual(runs.code, 0, runs.stderr)
    }).pipe(Effect.scoped)
  )
})
