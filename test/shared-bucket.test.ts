/** A shared store whose large results are in a bucket: what the ports promise, and what only a bucket can get wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll, afterEach, beforeAll, describe } from "vitest"
import type { ArtifactHash } from "../src/domain/Hash.ts"
import * as Postgres from "../src/store/postgres/Postgres.ts"
import { assertExecuted, assertRefused, imports, project } from "./rig.ts"
import { type BucketServer, credentials, refuse, start as startBucket } from "./store/bucket.ts"
import { type Server, start } from "./store/postgres.ts"
import { artifactHash, commitOf, find, keyOf, noise, type OpenStore, ports, temporary } from "./store/rig.ts"

let server: Server
let bucket: BucketServer
let localDir = ""
beforeAll(async () => {
  localDir = mkdtempSync(join(tmpdir(), "ablate-local-"))
  Object.assign(process.env, credentials)
  ;[server, bucket] = await Promise.all([start(), startBucket()])
})
afterAll(async () => {
  await Promise.all([server.stop(), bucket.stop()])
  rmSync(localDir, { recursive: true, force: true })
})
afterEach(() => {
  bucket.meet = undefined
  bucket.bend = undefined
  bucket.requests.length = 0
})

let schemas = 0

/** A store of its own: its schema, its part of the bucket, and its address. */
const made = Effect.sync(() => {
  const schema = `b${schemas++}`
  return { schema, url: addressOf(schema, `s3://lab/${schema}/results`) }
})
const addressOf = (schema: string, blobs: string) =>
  `${server.url()}?schema=${schema}&blobs=${blobs}&endpoint=${bucket.endpoint}`

const layerOf = (url: string, patienceMs?: number) => Postgres.layer({ url, localDir, mode: "read-write", patienceMs })

const inStore = <A, E>(url: string, use: (store: OpenStore) => Effect.Effect<A, E>, patienceMs?: number) =>
  Effect.provide(Effect.flatMap(ports, use), layerOf(url, patienceMs), { local: true })

/** Objects that come back as other bytes. */
const harmed = new Set<string>()
const harm = (hash: ArtifactHash) => {
  harmed.add(hash)
  bucket.bend = (path, bytes) => ([...harmed].some((each) => path.includes(each)) ? Buffer.from("harm") : bytes)
}

const large = noise(200_000, 1)

describe("results in a bucket", () => {
  it.live("are there before their rows, come back as they were, and are signed for", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      const long = noise(9 * 1024 * 1024, 2)
      const folder = join(yield* temporary, "long")
      writeFileSync(folder, long)
      yield* inStore(url, (store) =>
        Effect.gen(function* () {
          const prepared = yield* store.artifacts.prepare(large, "safetensors")
          assert.isUndefined(prepared.inline)
          yield* store.traces.commit(commitOf("large", prepared))
          yield* store.traces.commit(commitOf("file", yield* Effect.orDie(store.artifacts.prepareFile(folder))))
          const unknown = { ...prepared, hash: artifactHash("nothing"), size: 100_000 }
          const refused = yield* Effect.flip(store.traces.commit(commitOf("unknown", unknown)))
          assert.strictEqual(refused.reason._tag, "BlobMissing")
        })
      )
      assert.isAbove(bucket.requests.filter((each) => each.startsWith("POST")).length, 1, "in parts")
      yield* inStore(url, (store) =>
        Effect.gen(function* () {
          assert.deepEqual(yield* store.artifacts.get(artifactHash(large)), large)
          const to = join(yield* temporary, "out")
          yield* store.artifacts.copyOut(artifactHash(long), to)
          assert.isTrue(Buffer.from(long).equals(readFileSync(to)))
          const report = yield* store.maintenance.check({ repair: false })
          assert.deepStrictEqual([report.checked, report.damaged], [2, []])
        }).pipe(Effect.scoped)
      )
    }).pipe(Effect.scoped)
  )

  it.live("are swept with what nothing mentions, and nothing young is", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      yield* inStore(url, ({ artifacts, maintenance, traces }) =>
        Effect.gen(function* () {
          yield* traces.commit(commitOf("kept", yield* artifacts.prepare(large, "bytes")))
          yield* artifacts.put(noise(80_000, 3), "bytes")
          yield* artifacts.prepare(noise(90_000, 4), "bytes")
          const young = yield* maintenance.gc({ dryRun: false })
          assert.deepStrictEqual([young.artifacts, young.orphanBlobs], [0, 0])
          const dropped = yield* maintenance.gc({ dryRun: false, graceMs: -60_000 })
          assert.deepStrictEqual([dropped.artifacts, dropped.orphanBlobs, dropped.bytes], [1, 1, 170_000])
          assert.deepEqual(yield* artifacts.get(artifactHash(large)), large)
        })
      )
    })
  )

  it.live("are as young as the bucket's clock says, however far it is from the database's", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      yield* inStore(url, ({ artifacts, maintenance }) =>
        Effect.gen(function* () {
          bucket.behindMs = 5 * 3_600_000
          const young = yield* artifacts.prepare(noise(90_000, 5), "bytes")
          const dropped = yield* maintenance.gc({ dryRun: false })
          bucket.behindMs = 0
          assert.strictEqual(dropped.orphanBlobs, 0)
          assert.isTrue(bucket.requests.some((each) => each.endsWith("/clock")))
          assert.isUndefined(young.inline)
        })
      )
    })
  )

  it.live("that are damaged or gone are a miss, told, and mended by computing again", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      yield* inStore(url, (store) =>
        Effect.gen(function* () {
          const commit = Effect.flatMap(store.artifacts.prepare(large, "bytes"), (artifact) =>
            store.traces.commit(commitOf("large", artifact))
          )
          yield* commit
          harmed.clear()
          harm(artifactHash(large))
          const found = yield* store.maintenance.check({ repair: false })
          assert.match(found.damaged[0]?.found ?? "", /s3:\/\/lab\/b\d+\/results\/blobs\/.* has 4 bytes of 200000/)
          const error = yield* Effect.flip(store.artifacts.get(artifactHash(large)))
          assert.strictEqual(error._tag, "ArtifactDamaged")
          assert.isUndefined(yield* find(store, keyOf("large")))
          bucket.bend = undefined
          assert.strictEqual((yield* commit).stored, "new")
          assert.deepEqual(yield* store.artifacts.get(artifactHash(large)), large)
        })
      )
    })
  )

  it.live("wait for a bucket that is busy, is away or cuts what it sends", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      yield* inStore(url, (store) =>
        Effect.gen(function* () {
          let [busy, cut] = [4, 2]
          bucket.meet = ({ method, url: path }, response) => {
            if (path?.includes("blobs/") !== true) return false
            if (method === "PUT" && busy-- > 0) return refuse(response, 503, "SlowDown")
            if (method !== "GET" || cut-- <= 0) return false
            response.writeHead(200, { "content-length": "200000" }).write(Buffer.alloc(1000))
            setImmediate(() => response.destroy())
            return true
          }
          yield* store.traces.commit(commitOf("large", yield* store.artifacts.prepare(large, "bytes")))
          assert.deepEqual(yield* store.artifacts.get(artifactHash(large)), large)
          assert.deepStrictEqual([busy < 0, cut < 0], [true, true])
        })
      )
    })
  )
})

const study = `${imports}import { ran } from "./ran.ts"
export const large = Stage.make("large", {
  config: Schema.Struct({ a: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Number)),
  run: (_, { a }) => Effect.sync(() => { ran("large"); return Array.from({ length: 20000 }, (_, i) => i * a) })
})
export const sum = Stage.make("sum", {
  config: Schema.Struct({}),
  inputs: { numbers: large.output },
  output: Artifact.metrics(["x"]),
  run: ({ numbers }) => Effect.sync(() => { ran("sum"); return { x: { value: numbers.reduce((x, y) => x + y, 0) } } })
})
const pipeline = Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({
  metrics: sum.node({ numbers: large.node({}, { a }) }, {})
}))
export default Experiment.make("study", {
  pipeline,
  grid: Grid.axes({ a: [1, 2] }),
  table: Table.make({ title: "T", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`

describe("the command on a bucket", () => {
  it.live("runs, its workers write and read there, and blames no stage for what the client does", () =>
    Effect.gen(function* () {
      const { url } = yield* made
      const [here, there] = [project({ "study.ts": study }), project({ "study.ts": study })]
      yield* Effect.promise(async () => {
        const run = await here.run(["study.ts", "--jobs", "2"], { env: { ABLATE_STORE: url, ...credentials } })
        assertExecuted(run, { large: 2, sum: 2 })
        assert.notMatch(run.ended.stderr, /hidden input|left behind/)
        const again = await there.run(["study.ts"], { env: { ABLATE_STORE: url, ...credentials } })
        assertExecuted(again, {})
      })
    })
  )

  it.live("refuses a bucket, a user or a place with one message that says what to do", () =>
    Effect.gen(function* () {
      const [store, other] = [yield* made, yield* made]
      for (const { url } of [store, other]) yield* inStore(url, () => Effect.void)
      const home = yield* temporary
      const known = { ...credentials, HOME: home, AWS_EC2_METADATA_DISABLED: "true" }
      const cases: ReadonlyArray<readonly [url: string, env: Readonly<Record<string, string>>, part: RegExp]> = [
        [addressOf("x1", "s3://nowhere/x"), {}, /s3:\/\/nowhere\/x, and there is no such bucket/],
        [store.url, { AWS_SECRET_ACCESS_KEY: "wrong" }, /refuses \(SignatureDoesNotMatch\).*AWS_SECRET_ACCESS_KEY/],
        [store.url, { AWS_ACCESS_KEY_ID: "" }, /refuses \(Could not load credentials/],
        [addressOf(store.schema, `s3://lab/${other.schema}/results`), {}, /that place is another store's/],
        [addressOf(store.schema, "s3://lab/elsewhere"), {}, /that place is not this store's/],
        [store.url.replace(bucket.endpoint, "http://127.0.0.1:1"), {}, /cannot be reached \(s3:\/\/lab.*ECONNREFUSED/],
        [`${server.url()}?blobs=s3://lab/x&endpoint=here`, {}, /endpoint is http/],
        [`${server.url()}?blobs=/x&region=here`, {}, /region is of a bucket/],
        [`${server.url()}?blobs=s3:///x`, {}, /names no bucket/]
      ]
      const before = { ...process.env }
      for (const [url, given, part] of cases) {
        Object.assign(process.env, known, given)
        const error = yield* Effect.flip(inStore(url, () => Effect.void))
        process.env = { ...before }
        assert.match(error.message, part)
        assert.notMatch(error.message, /:secret@|lab-secret/)
      }
      // The command tells it as it tells what is wrong with any store.
      const one = project({ "study.ts": study })
      const env = { ...known, AWS_SECRET_ACCESS_KEY: "wrong" }
      const ended = yield* Effect.promise(() => one.ablate(["run", "study.ts", "--store", store.url], { env }))
      assertRefused(ended, [/refuses \(SignatureDoesNotMatch\)/])
    }).pipe(Effect.scoped)
  )
})
