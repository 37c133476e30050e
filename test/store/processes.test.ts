import { spawn } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { structuralFaults } from "../../src/store/index.ts"
import { artifactHash, contentOf, find, inStore, keyOf, runRecord, temporary } from "./rig.ts"

interface Ended {
  readonly signal: string | null
  readonly code: number | null
  readonly lines: ReadonlyArray<string>
  readonly stderr: string
}

/** Runs child.ts; with `killAfterMs` it is killed outright so long after it first had something durable. */
const child = (dir: string, task: string, count: number, seed: number, killAfterMs?: number) =>
  Effect.callback<Ended>((resume) => {
    const script = join(import.meta.dirname, "child.ts")
    const started = spawn(process.execPath, [script, dir, task, `${count}`, `${seed}`], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let [stdout, stderr] = ["", ""]
    started.stdout.on("data", (data: Buffer) => {
      if (stdout === "" && killAfterMs !== undefined) setTimeout(() => started.kill("SIGKILL"), killAfterMs)
      stdout += data
    })
    started.stderr.on("data", (data: Buffer) => {
      stderr += data
    })
    started.on("close", (code, signal) => {
      // The last line may be cut short by the kill.
      resume(Effect.succeed({ code, signal, stderr, lines: stdout.split("\n").slice(0, -1) }))
    })
    return Effect.sync(() => started.kill("SIGKILL"))
  })

/** Every trace's artifact reads back right, by the test's own hash, and the database is sound. Gives the number of traces. */
const assertSound = (dir: string, count: number) =>
  inStore(dir, (store) =>
    Effect.gen(function* () {
      let found = 0
      for (let i = 0; i < count; i++) {
        const hash = yield* find(store, keyOf(`shared ${i}`))
        if (hash === undefined) continue
        assert.strictEqual(hash, artifactHash(contentOf(i)))
        assert.deepEqual(yield* store.artifacts.get(hash), contentOf(i))
        found++
      }
      const report = yield* store.maintenance.check({ repair: false })
      assert.deepStrictEqual(report.damaged, [])
      assert.deepStrictEqual(yield* structuralFaults(dir), [])
      assert.strictEqual((yield* store.maintenance.usage).traces, found)
      return found
    })
  )

/** A child has to load everything first, which takes its time on a busy machine. */
const patience = 60_000

describe("several processes on one store", () => {
  it.live(
    "write the same 200 nodes at the same time: nobody fails, each is stored once, all read back",
    () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        // All the while somebody collects garbage: what is young must be left alone.
        const collect = inStore(dir, (store) =>
          Effect.forever(Effect.andThen(store.maintenance.gc({ dryRun: false }), Effect.sleep("20 millis")))
        )
        const ended = yield* Effect.raceFirst(
          Effect.all([child(dir, "commit", 200, 1), child(dir, "commit", 200, 2)], { concurrency: "unbounded" }),
          collect
        )
        for (const { code, stderr } of ended) assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        const outcomes = ended.flatMap(({ lines }) => lines.map((line) => line.split(" ")[1]))
        assert.strictEqual(outcomes.filter((stored) => stored === "new").length, 200)
        assert.strictEqual(outcomes.filter((stored) => stored === "same").length, 200)
        assert.strictEqual(yield* assertSound(dir, 200), 200)
      }),
    patience
  )

  it.live(
    "killed at five random moments, the store keeps all that was durable and nothing that is not whole",
    () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        const count = 2000
        const acknowledged = new Set<string>()
        for (let kill = 0; kill < 5; kill++) {
          const { lines, signal, stderr } = yield* child(dir, "commit", count, kill, Math.random() * 150)
          assert.deepStrictEqual({ signal, stderr }, { signal: "SIGKILL", stderr: "" })
          for (const line of lines) acknowledged.add(line.split(" ")[2] ?? "")
          const found = yield* assertSound(dir, count)
          assert.isAtLeast(found, acknowledged.size)
          yield* inStore(dir, (store) =>
            Effect.gen(function* () {
              for (let i = 0; i < count; i++) {
                const key = keyOf(`shared ${i}`)
                if (acknowledged.has(key)) assert.isDefined(yield* find(store, key))
              }
            })
          )
        }
        assert.isAbove(acknowledged.size, 0)
      }),
    patience
  )

  it.live(
    "a run whose process died is interrupted; one whose process lives is running",
    () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        assert.strictEqual((yield* child(dir, "run", 0, 0)).code, 0)
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            yield* store.history.startRun(runRecord("mine"))
            const statuses = (yield* store.history.runs()).map(({ experiment, status }) => [experiment, status])
            assert.sameDeepMembers(statuses, [
              ["child", "interrupted"],
              ["mine", "running"]
            ])
            assert.strictEqual((yield* store.history.run(RunId.make("run-of-child")))?.status, "interrupted")
            assert.strictEqual((yield* store.history.latestRun({ name: "child" }, "finished"))?.status, "interrupted")
            assert.isUndefined(yield* store.history.latestRun({ name: "mine" }, "finished"))
          })
        )
      }),
    patience
  )

  it.live(
    "a commit waits for another process's lock without failing",
    () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            const other = new Sqlite(join(dir, "ablate.db"))
            other.exec("BEGIN IMMEDIATE")
            // Longer than SQLite itself waits, so that the retry is what succeeds.
            setTimeout(() => other.exec("COMMIT"), 700)
            const inline = contentOf(1)
            const artifact = { hash: artifactHash(inline), kind: "json", size: inline.byteLength, inline }
            const entry = { key: keyOf("waits"), artifact: artifact.hash, record: "{}", durationMs: 1, at: 1 }
            const execution = { runId: RunId.make("r"), key: entry.key, stage: "s", durationMs: 1, at: 1 }
            assert.strictEqual((yield* store.traces.commit({ trace: entry, artifact, execution })).stored, "new")
            other.close()
          })
        )
      }),
    patience
  )
})
