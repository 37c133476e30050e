/** What the store's ports promise, whatever is behind them: the tests, for one medium. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema, type Scope } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { JournalEntry } from "../../src/domain/RunDetail.ts"
import { inlineLimit } from "../../src/store/index.ts"
import type { Doors, Medium } from "./media.ts"
import { artifactHash, commitOf, find, inlineArtifact, keyOf, noise, runRecord, sha256, temporary } from "./rig.ts"

const keys = [0, 1, 2, 3]

/** Two contents are inline, the third is a blob. */
const contents = [noise(10, 1), noise(1000, 2), noise(inlineLimit + 500, 3)]

/** `content` counts for commit, submit, force and harm only, `key` for the first three and remove. */
const Step = Schema.Struct({
  act: Schema.Literals(["commit", "submit", "force", "remove", "flush", "harm", "reopen"]),
  key: Schema.Literals([0, 1, 2, 3]),
  content: Schema.Literals([0, 1, 2])
})

const id = (text: string) => RunId.make(text)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const cellOf = (cell: string, content = cell) => ({
  cell,
  outputs: { metrics: inlineArtifact(content).hash },
  nodes: [0]
})

/** Declares the tests of what is promised, for one medium; `runs` is how many random histories are played. */
export const contract = (name: string, medium: Effect.Effect<Medium, never, Scope.Scope>, runs = 50): void => {
  describe(`traces and artifacts on ${name}`, () => {
    it.live.prop(
      "are a map in which the first artifact of a key stays and damage is a miss, whatever is queued, flushed or reopened",
      [Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(25))],
      ([steps]) =>
        Effect.gen(function* () {
          const { harm, open } = yield* medium
          const model = new Map<number, number>()
          const sessions: Array<Array<typeof Step.Type>> = [[]]
          for (const step of steps) {
            if (step.act === "reopen") sessions.push([])
            else sessions.at(-1)?.push(step)
          }
          const play = Effect.fnUntraced(function* (store: Doors, { act, content, key }: typeof Step.Type) {
            const bytes = contents[content] ?? new Uint8Array()
            const hash = artifactHash(bytes)
            if (act === "flush") yield* store.traces.flush
            else if (act === "remove")
              assert.strictEqual(yield* store.traces.remove(keyOf(`${key}`)), model.delete(key))
            else if (act === "harm") {
              yield* store.traces.flush
              if (!(yield* store.artifacts.has(hash))) return
              yield* harm(hash)
              const error = yield* Effect.flip(store.artifacts.get(hash))
              assert.strictEqual(error._tag, "ArtifactDamaged")
              assert.isFalse(yield* store.artifacts.has(hash))
              for (const [one, held] of model) if (held === content) model.delete(one)
            } else if (act === "force") {
              const entry = commitOf(`${key}`, yield* store.artifacts.prepare(bytes, "bytes"))
              model.set(key, content)
              yield* store.traces.submit({ ...entry, isForced: true })
            } else {
              const entry = commitOf(`${key}`, yield* store.artifacts.prepare(bytes, "bytes"))
              const expected = model.get(key)
              if (expected === undefined) model.set(key, content)
              const { stored } = act === "submit" ? { stored: undefined } : yield* store.traces.commit(entry)
              if (act === "submit") yield* store.traces.submit(entry)
              else
                assert.strictEqual(stored, expected === undefined ? "new" : expected === content ? "same" : "different")
            }
          })
          for (const session of sessions)
            yield* open((store) =>
              Effect.gen(function* () {
                for (const step of session) {
                  yield* play(store, step)
                  const found = yield* store.traces.lookup(keys.map((key) => keyOf(`${key}`)))
                  for (const key of keys) {
                    const expected = contents[model.get(key) ?? -1]
                    const hash = found.get(keyOf(`${key}`))
                    assert.strictEqual(hash, expected && artifactHash(expected))
                    if (hash !== undefined) assert.deepEqual(yield* store.artifacts.get(hash), expected)
                  }
                }
              })
            )
        }).pipe(Effect.scoped),
      { arbitrary: { runs }, timeout: 60_000 }
    )

    it.effect("a commit is found again by key and by hash after the store was closed", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const artifact = inlineArtifact("hello")
        const result = yield* open((store) => store.traces.commit(commitOf("a", artifact)))
        assert.deepStrictEqual(result, { stored: "new", artifact: artifact.hash })
        yield* open((store) =>
          Effect.gen(function* () {
            const found = yield* store.traces.lookup([keyOf("b"), keyOf("a"), keyOf("a")])
            assert.deepStrictEqual([...found], [[keyOf("a"), artifact.hash]])
            assert.deepStrictEqual(yield* store.traces.lookup([]), new Map())
            assert.isTrue(yield* store.artifacts.has(artifact.hash))
            assert.deepStrictEqual(
              [...(yield* store.traces.get([keyOf("a"), keyOf("b")]))],
              [[keyOf("a"), commitOf("a", artifact).trace]]
            )
            assert.strictEqual(text(yield* store.artifacts.get(artifact.hash)), "hello")
          })
        )
      })
    )

    it.effect("up to the limit an artifact is inline, one byte more makes it a blob", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        for (const [length, storage] of [
          [inlineLimit, "inline"],
          [inlineLimit + 1, "blob"]
        ] as const) {
          const bytes = noise(length, 1)
          yield* open((store) =>
            Effect.gen(function* () {
              const hash = yield* store.artifacts.put(bytes, "safetensors")
              assert.strictEqual(hash, artifactHash(bytes))
              const { kind, size, ...stated } = yield* store.artifacts.stat(hash)
              assert.deepStrictEqual(
                { kind, size, storage: stated.storage },
                { kind: "safetensors", size: length, storage }
              )
              assert.deepEqual(yield* store.artifacts.get(hash), bytes)
              assert.deepStrictEqual(yield* store.artifacts.find(hash.slice(0, 8)), [hash])
            })
          )
        }
      })
    )

    it.effect("what is given back is the reader's: changing it changes nothing for the next", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open((store) =>
          Effect.gen(function* () {
            for (const bytes of contents) {
              const hash = yield* store.artifacts.put(bytes.slice(), "bytes")
              ;(yield* store.artifacts.get(hash)).fill(0)
              assert.deepEqual(yield* store.artifacts.get(hash), bytes)
            }
          })
        )
      })
    )

    it.effect("a queued node is readable at once, and durable when its inner effect completes", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const small = inlineArtifact("small")
        const large = noise(100_000, 2)
        yield* open((store) =>
          Effect.gen(function* () {
            const first = yield* store.traces.submit(commitOf("small", small))
            const prepared = yield* store.artifacts.prepare(large, "safetensors")
            const second = yield* store.traces.submit(commitOf("large", prepared))
            assert.strictEqual(yield* find(store, keyOf("small")), small.hash)
            assert.strictEqual(yield* find(store, keyOf("large")), artifactHash(large))
            assert.strictEqual(text(yield* store.artifacts.get(small.hash)), "small")
            assert.deepEqual(yield* store.artifacts.get(artifactHash(large)), large)
            assert.strictEqual((yield* first).stored, "new")
            assert.strictEqual((yield* second).stored, "new")
          })
        )
        yield* open((store) =>
          Effect.gen(function* () {
            assert.strictEqual(yield* find(store, keyOf("large")), artifactHash(large))
          })
        )
      })
    )

    it.effect("the first artifact of a key is kept, and a second one is told apart", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const [one, two] = [inlineArtifact("one"), inlineArtifact("two")]
        yield* open((store) =>
          Effect.gen(function* () {
            const { commit } = store.traces
            yield* commit(commitOf("a", one))
            assert.deepStrictEqual(yield* commit(commitOf("a", one)), { stored: "same", artifact: one.hash })
            assert.deepStrictEqual(yield* commit(commitOf("a", two)), { stored: "different", artifact: one.hash })
            assert.strictEqual(yield* find(store, keyOf("a")), one.hash)
            // Both at the same time: the order of the calls decides.
            const both = yield* Effect.all([commit(commitOf("b", two)), commit(commitOf("b", one))], {
              concurrency: "unbounded"
            })
            assert.deepStrictEqual(
              both.map(({ stored }) => stored),
              ["new", "different"]
            )
            assert.strictEqual(yield* find(store, keyOf("b")), two.hash)
          })
        )
      })
    )

    it.effect("no row comes before its bytes: a large artifact that was not prepared is refused, alone", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const unwritten = { hash: artifactHash("never written"), kind: "safetensors", size: 100_000 }
        yield* open((store) =>
          Effect.gen(function* () {
            const large = yield* store.artifacts.prepare(noise(70_000, 1), "safetensors")
            assert.isFalse(yield* store.artifacts.has(large.hash))
            const results = yield* Effect.forEach(
              [inlineArtifact("before"), unwritten, large],
              (artifact) => Effect.result(store.traces.commit(commitOf(artifact.hash, artifact))),
              { concurrency: "unbounded" }
            )
            assert.deepStrictEqual(
              results.map((result) => (result._tag === "Failure" ? result.failure.reason._tag : result.success.stored)),
              ["new", "BlobMissing", "new"]
            )
            assert.isUndefined(yield* find(store, keyOf(unwritten.hash)))
            assert.isFalse(yield* store.artifacts.has(unwritten.hash))
            assert.strictEqual((yield* store.traces.durations).get("test/stage")?.n, 2)
            // Told once to whoever waits for all of it.
            assert.strictEqual((yield* Effect.flip(store.traces.flush)).reason._tag, "BlobMissing")
            yield* store.traces.flush
          })
        )
      })
    )

    it.effect("damage is told, forgotten with every trace that points to it, and mended by computing again", () =>
      Effect.gen(function* () {
        const { harm, open } = yield* medium
        for (const bytes of [noise(20, 7), noise(100_000, 7)])
          yield* open((store) =>
            Effect.gen(function* () {
              const artifact = yield* store.artifacts.prepare(bytes, "safetensors")
              for (const name of ["a", "b"]) yield* store.traces.commit(commitOf(name, artifact))
              yield* store.traces.commit(commitOf("other", inlineArtifact("unharmed")))
              yield* harm(artifact.hash)
              const error = yield* Effect.flip(store.artifacts.get(artifact.hash))
              assert.strictEqual(error._tag, "ArtifactDamaged")
              assert.match(error.message, /computed again/)
              const found = yield* store.traces.lookup(["a", "b", "other"].map(keyOf))
              assert.deepStrictEqual([...found.keys()], [keyOf("other")])
              assert.strictEqual((yield* Effect.flip(store.artifacts.get(artifact.hash)))._tag, "ArtifactMissing")
              const again = yield* store.artifacts.prepare(bytes, "safetensors")
              assert.strictEqual((yield* store.traces.commit(commitOf("a", again))).stored, "new")
              assert.deepEqual(yield* store.artifacts.get(artifact.hash), bytes)
              yield* store.traces.remove(keyOf("a"))
            })
          )
      })
    )

    it.effect("durations are means over executions, each key's counted once, and again where it was forced", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const timed = (node: string, stage: string, durationMs: number) => {
          const entry = commitOf(node, inlineArtifact(node), stage)
          return { ...entry, execution: { ...entry.execution, durationMs } }
        }
        yield* open((store) =>
          Effect.gen(function* () {
            for (const [node, stage, durationMs] of [
              ["a", "train", 10],
              // Somebody else was faster: what the second one did is no part of history.
              ["a", "train", 40],
              ["b", "train", 100],
              ["c", "load", 7]
            ] as const)
              yield* store.traces.commit(timed(node, stage, durationMs))
            // What is forced is computed anew.
            const forced = yield* store.traces.commit({ ...timed("a", "train", 40), isForced: true })
            assert.strictEqual(forced.stored, "new")
            assert.deepStrictEqual(Object.fromEntries(yield* store.traces.durations), {
              train: { n: 3, meanMs: 50 },
              load: { n: 1, meanMs: 7 }
            })
          })
        )
      })
    )

    it.effect("a stage's traces come newest first, up to a limit; a removed one is a miss", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open((store) =>
          Effect.gen(function* () {
            for (const at of [2, 3, 1])
              yield* store.traces.commit(commitOf(`n${at}`, inlineArtifact("same"), "train", at))
            yield* store.traces.commit(commitOf("other", inlineArtifact("other"), "load", 9))
            const ats = Effect.map(store.traces.ofStage("train"), (traces) => traces.map(({ at }) => at))
            assert.deepStrictEqual(yield* ats, [3, 2, 1])
            assert.deepStrictEqual(
              (yield* store.traces.ofStage("train", 1)).map(({ key }) => key),
              [keyOf("n3")]
            )
            assert.isTrue(yield* store.traces.remove(keyOf("n3")))
            assert.isFalse(yield* store.traces.remove(keyOf("n3")))
            assert.isUndefined(yield* find(store, keyOf("n3")))
            assert.deepStrictEqual(yield* ats, [2, 1])
          })
        )
      })
    )
  })

  describe(`runs on ${name}`, () => {
    it.effect("have names that are each of one run, until they are taken away", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const [a, b] = [id("a"), id("b")]
        yield* open(({ history }) =>
          Effect.gen(function* () {
            for (const run of [a, b]) yield* history.startRun(runRecord("table3", { id: run }))
            assert.strictEqual(yield* history.tag(a, "submitted"), a)
            assert.strictEqual(yield* history.tag(a, "submitted"), a)
            assert.strictEqual(yield* history.tag(b, "submitted"), a)
            assert.strictEqual(yield* history.tag(b, "best"), b)
          })
        )
        yield* open(({ history }) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(
              [...(yield* history.tags)],
              [
                ["best", b],
                ["submitted", a]
              ]
            )
            assert.deepStrictEqual([yield* history.untag("best"), yield* history.untag("best")], [true, false])
            assert.deepStrictEqual([...(yield* history.tags).keys()], ["submitted"])
          })
        )
      })
    )

    it.effect("come back as they were recorded, the last one first, with their cells in order", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const first = runRecord("table3", { id: id("1"), startedAt: 1 })
        const second = runRecord("table3", { id: id("2"), startedAt: 2 })
        const other = runRecord("table2", { id: id("3"), startedAt: 3 })
        const cells = ["b=2", "a=1", "a=0"].map((cell) => cellOf(cell))
        const finished = { ...first, status: "succeeded", durationMs: 12.5, executed: 2, cached: 1 } as const
        const failed = { ...second, status: "failed", durationMs: 1, failed: 1 } as const
        yield* open(({ history }) =>
          Effect.gen(function* () {
            for (const run of [first, second, other]) yield* history.startRun(run)
            yield* history.recordCells(first.id, cells)
            yield* history.recordKeys(first.id, [keyOf("x"), keyOf("y")])
            yield* history.finishRun(finished)
            yield* history.finishRun(failed)
          })
        )
        yield* open(({ history }) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* history.runs(), [other, failed, finished])
            assert.deepStrictEqual(yield* history.runs(1), [other])
            assert.deepStrictEqual(yield* history.run(id("1")), finished)
            assert.isUndefined(yield* history.run(id("none")))
            assert.deepStrictEqual(yield* history.latestRun({ name: "table3" }), failed)
            assert.deepStrictEqual(yield* history.latestRun({ name: "table3" }, "finished"), failed)
            assert.deepStrictEqual(yield* history.latestRun({ name: "table3" }, "succeeded"), finished)
            assert.deepStrictEqual(yield* history.latestRun({ name: "table2" }), other)
            assert.isUndefined(yield* history.latestRun({ name: "table2" }, "finished"))
            assert.deepStrictEqual(yield* history.cellsOf(id("1")), cells)
            assert.deepStrictEqual(yield* history.cellsOf(id("2")), [])
            assert.deepStrictEqual(yield* history.keysOf(id("1")), [keyOf("x"), keyOf("y")])
            assert.deepStrictEqual(yield* history.keysOf(id("2")), [])
          })
        )
      })
    )

    it.effect("two of one id are refused, and the first stays", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open(({ history }) =>
          Effect.gen(function* () {
            yield* history.startRun(runRecord("a", { id: id("same") }))
            const error = yield* Effect.flip(history.startRun(runRecord("b", { id: id("same") })))
            assert.strictEqual(error.reason._tag, "RunExists")
            assert.strictEqual((yield* history.run(id("same")))?.experiment, "a")
          })
        )
      })
    )

    it.effect("of one name in two files are two experiments'", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open(({ history }) =>
          Effect.gen(function* () {
            for (const file of ["one.ts", "two.ts"]) yield* history.startRun(runRecord("e", { id: id(file), file }))
            assert.strictEqual((yield* history.latestRun({ name: "e", file: "one.ts" }))?.id, "one.ts")
            assert.strictEqual((yield* history.latestRun({ name: "e" }))?.id, "two.ts")
            assert.deepStrictEqual(
              (yield* history.runsOf({ name: "e", file: "two.ts" })).map(({ file }) => file),
              ["two.ts"]
            )
          })
        )
      })
    )

    it.effect("the one recorded last is the latest, also where the clock went back", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open(({ history }) =>
          Effect.gen(function* () {
            yield* history.startRun(runRecord("e", { id: id("first"), startedAt: 9000 }))
            yield* history.startRun(runRecord("e", { id: id("second"), startedAt: 1 }))
            assert.strictEqual((yield* history.latestRun({ name: "e" }))?.id, "second")
          })
        )
      })
    )

    it.effect("one that goes on shows the cells that have ended; its list replaces them", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open(({ history }) =>
          Effect.gen(function* () {
            yield* history.startRun(runRecord("e", { id: id("r") }))
            yield* history.recordCells(id("r"), [cellOf("a", "known before")])
            yield* yield* history.recordCell(id("r"), cellOf("b", "ended"))
            yield* yield* history.recordCell(id("r"), cellOf("a", "again"))
          })
        )
        yield* open(({ history }) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* history.cellsOf(id("r")), [cellOf("a", "again"), cellOf("b", "ended")])
            yield* history.recordCells(id("r"), [cellOf("b", "ended")])
            assert.deepStrictEqual(yield* history.cellsOf(id("r")), [cellOf("b", "ended")])
          })
        )
      })
    )
  })

  describe(`the journal of a run on ${name}`, () => {
    const Batches = Schema.Array(Schema.Array(JournalEntry).check(Schema.isMaxLength(6))).check(Schema.isMaxLength(5))
    it.live.prop(
      "gives every entry as it was and in its order, from any part on, and after the store was closed",
      [Batches],
      ([batches]) =>
        Effect.gen(function* () {
          const { open } = yield* medium
          // JSON has no -0.
          const given: typeof batches = JSON.parse(JSON.stringify(batches))
          const ordinary = given.flat().map((entry) =>
            // As the engine names nodes, which is written in another way.
            "node" in entry ? { ...entry, node: `${entry.stage}#12` } : entry
          )
          const run = runRecord("e")
          const parts = yield* open(({ history, journal }) =>
            Effect.gen(function* () {
              yield* history.startRun(run)
              yield* history.startRun(runRecord("other"))
              yield* journal.append(id("run of other"), ordinary.slice(0, 1))
              let next = 0
              for (const batch of [...given, ordinary]) {
                yield* journal.append(run.id, batch)
                const part = yield* journal.read(run.id, next)
                assert.deepStrictEqual(part.entries, batch)
                assert.strictEqual(part.lost, 0)
                next = part.next
              }
              assert.deepStrictEqual((yield* journal.read(run.id, next)).entries, [])
              return next
            })
          )
          yield* open(({ journal }) =>
            Effect.gen(function* () {
              assert.deepStrictEqual(yield* journal.read(run.id, 0), {
                entries: [...given.flat(), ...ordinary],
                next: parts,
                lost: 0
              })
              assert.deepStrictEqual(yield* journal.read(id("none"), 0), { entries: [], next: 0, lost: 0 })
            })
          )
        }).pipe(Effect.scoped),
      { arbitrary: { runs: runs / 5 }, timeout: 60_000 }
    )
  })

  describe(`a plan that is known as a whole on ${name}`, () => {
    const [first, second] = [id("first"), id("second")]
    const packed = Buffer.from(inlineArtifact("x").hash, "hex")
    const artifactsOf = (store: Doors, plan = "plan") =>
      Effect.map(store.history.knownPlan(plan), ({ artifacts }) => artifacts && Buffer.from(artifacts))

    /** Two nodes, and a run of a plan with the first of them. */
    const kept = Effect.fnUntraced(function* (store: Doors, losses?: number) {
      const { history, traces } = store
      yield* traces.commit(commitOf("x", inlineArtifact("x")))
      yield* traces.commit(commitOf("y", inlineArtifact("y")))
      yield* history.startRun(runRecord("e", { id: first })).pipe(Effect.ignore)
      yield* history.recordCells(first, [cellOf("a=1")])
      yield* history.recordKeys(first, [keyOf("x")])
      const now = (yield* history.knownPlan("plan")).losses
      yield* history.keepPlan(first, { id: "plan", artifacts: packed, losses: losses ?? now })
    })

    it.effect("is found again, under its name alone, and gives another run its lists", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open((store) => kept(store))
        yield* open((store) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* artifactsOf(store), packed)
            assert.isUndefined(yield* artifactsOf(store, "another plan"))
            yield* store.history.startRun(runRecord("e", { id: second }))
            assert.isFalse(yield* store.history.recordLike(second, "another plan"))
            assert.deepStrictEqual(yield* store.history.cellsOf(second), [])
            assert.isTrue(yield* store.history.recordLike(second, "plan"))
            assert.deepStrictEqual(yield* store.history.cellsOf(second), [cellOf("a=1")])
            assert.deepStrictEqual(yield* store.history.keysOf(second), [keyOf("x")])
          })
        )
      })
    )

    it.effect("is forgotten when a trace is removed, be it of another plan, and when an artifact is damaged", () =>
      Effect.gen(function* () {
        const { harm, open } = yield* medium
        yield* open((store) =>
          Effect.gen(function* () {
            yield* kept(store)
            yield* store.traces.remove(keyOf("y"))
            assert.isUndefined(yield* artifactsOf(store))
            assert.isFalse(yield* store.history.recordLike(first, "plan"))
            yield* kept(store)
            yield* harm(inlineArtifact("x").hash)
            assert.isDefined(yield* artifactsOf(store))
            yield* Effect.exit(store.artifacts.get(inlineArtifact("x").hash))
            assert.isUndefined(yield* artifactsOf(store))
          })
        )
      })
    )

    it.effect("is not kept when a trace was lost since the plan was made, or where the run has no lists", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open((store) =>
          Effect.gen(function* () {
            yield* store.traces.commit(commitOf("z", inlineArtifact("z")))
            const { losses } = yield* store.history.knownPlan("plan")
            yield* store.traces.remove(keyOf("z"))
            yield* kept(store, losses)
            assert.isUndefined(yield* artifactsOf(store))
            yield* kept(store)
            assert.isDefined(yield* artifactsOf(store))
            yield* store.history.startRun(runRecord("e", { id: second }))
            const now = (yield* store.history.knownPlan("plan")).losses
            yield* store.history.keepPlan(second, { id: "listless", artifacts: packed, losses: now })
            assert.isUndefined(yield* artifactsOf(store, "listless"))
          })
        )
      })
    )
  })

  describe(`the rest on ${name}`, () => {
    it.effect("a memo is readable at once and after reopening; the last value counts", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        yield* open(({ memo }) =>
          Effect.gen(function* () {
            assert.isUndefined(yield* memo.get("code", "a"))
            yield* memo.set("code", "a", "1")
            yield* memo.set("code", "a", "2")
            yield* memo.set("program", "a", "3")
            assert.strictEqual(yield* memo.get("code", "a"), "2")
          })
        )
        yield* open(({ memo }) =>
          Effect.gen(function* () {
            assert.strictEqual(yield* memo.get("code", "a"), "2")
            assert.strictEqual(yield* memo.get("program", "a"), "3")
            assert.isUndefined(yield* memo.get("code", "b"))
          })
        )
      })
    )

    it.live("files and folders come out as they went in, and are as whole as their files are", () =>
      Effect.gen(function* () {
        const { harm, open } = yield* medium
        const dir = yield* temporary
        const folder = join(dir, "given")
        const large = noise(inlineLimit + 500, 7)
        mkdirSync(join(folder, "a"), { recursive: true })
        writeFileSync(join(folder, "a", "large"), large)
        writeFileSync(join(folder, "tool"), "#!/bin/sh")
        chmodSync(join(folder, "tool"), 0o755)
        yield* open((store) =>
          Effect.gen(function* () {
            const { artifacts, traces } = store
            const prepared = yield* artifacts.prepareFolder(folder)
            const file = yield* artifacts.prepareFile(join(folder, "a", "large"))
            assert.deepStrictEqual([file.hash, file.size, file.kind], [artifactHash(large), large.length, "file"])
            yield* traces.commit(commitOf("folder", prepared))
            yield* artifacts.verify(prepared.hash)
            yield* artifacts.copyOut(prepared.hash, join(dir, "out"))
            const found = readdirSync(join(dir, "out"), { recursive: true, encoding: "utf8" })
            assert.sameMembers(found, ["a", join("a", "large"), "tool"])
            assert.deepStrictEqual(Uint8Array.from(readFileSync(join(dir, "out", "a", "large"))), large)
            assert.strictEqual(statSync(join(dir, "out", "tool")).mode & 0o777, 0o555)
            yield* harm(file.hash)
            assert.isTrue(Exit.isFailure(yield* Effect.exit(artifacts.verify(prepared.hash))))
            assert.isUndefined(yield* find(store, keyOf("folder")))
            const refused = yield* Effect.flip(artifacts.prepareFile(folder))
            assert.include(refused.message, "found a folder, expected a file")
          })
        )
      })
    )

    it.effect("files of the user are hashed by content", () =>
      Effect.gen(function* () {
        const { open } = yield* medium
        const path = join(yield* temporary, "data.csv")
        yield* open(({ files }) =>
          Effect.gen(function* () {
            for (const content of ["a,b\n1,2\n", "a,b\n1,3\n"]) {
              writeFileSync(path, content)
              assert.strictEqual((yield* files.fileHash(path)).hash, sha256(content))
            }
          })
        )
      })
    )
  })
}
