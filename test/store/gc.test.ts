import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { blobPath, writeBlob } from "../../src/store/index.ts"
import { commitOf, inlineArtifact, inStore, keyOf, noise, runRecord, temporary } from "./rig.ts"

const nothing = { runs: 0, traces: 0, artifacts: 0, orphanBlobs: 0, temporaryFiles: 0, programs: 0, bytes: 0 }

describe("gc", () => {
  it.effect("drops what nothing mentions and keeps what a trace, its record, a run or a memo mentions", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const put = (text: string) => store.artifacts.put(inlineArtifact(text).inline ?? new Uint8Array(), "json")
          const [code, output, noted, program, loose] = yield* Effect.all([
            put("code"),
            put("output"),
            put("noted"),
            put("program"),
            put("loose")
          ])
          const looseBlob = yield* store.artifacts.put(noise(100_000, 1), "safetensors")
          const kept = commitOf("a", yield* prepareArtifact(dir, noise(80_000, 2), "safetensors"))
          yield* store.traces.commit({ ...kept, trace: { ...kept.trace, record: `{"code":"code:${code}"}` } })
          yield* store.history.startRun({ ...runRecord("e"), portable: program })
          yield* store.history.recordCells(RunId.make("run of e"), [
            { cell: "x=1", outputs: { metrics: output }, nodes: [0] }
          ])
          yield* store.memo.set("closure", "x", JSON.stringify({ bundle: noted }))
          yield* store.traces.flush

          assert.deepStrictEqual(yield* store.maintenance.gc({ dryRun: false }), nothing)
          const expected = { ...nothing, artifacts: 2, bytes: 100_005 }
          assert.deepStrictEqual(yield* store.maintenance.gc({ dryRun: true, graceMs: -1000 }), expected)
          assert.isTrue(yield* store.artifacts.has(loose))
          assert.isTrue(existsSync(blobPath(dir, looseBlob)))
          assert.deepStrictEqual(yield* store.maintenance.gc({ dryRun: false, graceMs: -1000 }), expected)
          assert.isFalse(yield* store.artifacts.has(loose))
          assert.isFalse(existsSync(blobPath(dir, looseBlob)))
          for (const hash of [code, output, noted, program, kept.artifact.hash]) yield* store.artifacts.get(hash)
          assert.deepStrictEqual((yield* store.maintenance.check({ repair: false })).damaged, [])
        })
      )
    })
  )

  it.effect("drops files that a dead process left, once they are old, and no file that is not its own", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const orphan = blobPath(dir, yield* writeBlob(dir, noise(70_000, 1)))
          const young = blobPath(dir, yield* writeBlob(dir, noise(70_000, 2)))
          const temporaryFile = join(dir, "tmp", "half-written.tmp")
          writeFileSync(temporaryFile, "half")
          const theirs = [join(dir, "blobs", "README"), join(dir, "blobs", "zz", "notes"), join(dir, "tmp", "mine.txt")]
          mkdirSync(join(dir, "blobs", "zz"))
          for (const path of theirs) writeFileSync(path, "not the store's")
          for (const path of [orphan, temporaryFile, ...theirs]) utimesSync(path, 1000, 1000)
          assert.deepStrictEqual(yield* store.maintenance.gc({ dryRun: false }), {
            ...nothing,
            orphanBlobs: 1,
            temporaryFiles: 1,
            bytes: 70_004
          })
          assert.deepStrictEqual([orphan, temporaryFile, young].map(existsSync), [false, false, true])
          for (const path of theirs) assert.isTrue(existsSync(path))
        })
      )
    })
  )

  it.effect("drops the programs that no run ran and no experiment's file is run by", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const folder = join(dir, "programs")
          mkdirSync(folder)
          const [ran, noted, loose] = ["a", "b", "c"].map((digit) => digit.repeat(32))
          const files = [ran, noted, loose].flatMap((hash) => [`${hash}.mjs`, `${hash}.mjs.map`])
          for (const file of files) {
            writeFileSync(join(folder, file), "12345")
            utimesSync(join(folder, file), 1000, 1000)
          }
          writeFileSync(join(folder, "note.json"), JSON.stringify({ program: noted, id: "x" }))
          yield* store.history.startRun(runRecord("e", { program: ran ?? "" }))
          const { bytes, programs } = yield* store.maintenance.gc({ dryRun: false })
          assert.deepStrictEqual([programs, bytes], [1, 10])
          assert.deepStrictEqual(
            files.map((file) => existsSync(join(folder, file))),
            [true, true, true, true, false, false]
          )
        })
      )
    })
  )

  it.effect("keepRuns forgets older runs with the traces that only they used", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const keys = { shared: keyOf("shared"), old: keyOf("old"), new: keyOf("new") }
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const name of ["shared", "old", "new"]) yield* store.traces.commit(commitOf(name, inlineArtifact(name)))
          const runs = [
            { run: runRecord("e", { id: RunId.make("1"), startedAt: 1 }), keys: [keys.shared, keys.old] },
            { run: runRecord("e", { id: RunId.make("2"), startedAt: 2 }), keys: [keys.shared, keys.new] }
          ]
          for (const { run } of runs) yield* store.history.startRun(run)
          const options = { dryRun: false, keepRuns: 1, graceMs: -1000 }
          // No run has told which keys it used: any trace may be somebody's.
          assert.strictEqual((yield* store.maintenance.gc({ ...options, dryRun: true })).traces, 0)
          for (const { keys, run } of runs) yield* store.history.recordKeys(run.id, keys)
          assert.deepInclude(yield* store.maintenance.gc(options), { runs: 1, traces: 1, artifacts: 1 })
          const left = yield* store.traces.lookup([keys.shared, keys.old, keys.new])
          assert.sameMembers([...left.keys()], [keys.shared, keys.new])
          assert.deepStrictEqual(
            (yield* store.history.runs()).map(({ id }) => id),
            ["2"]
          )
        })
      )
    })
  )
})
