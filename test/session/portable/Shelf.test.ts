/** What a worker keeps of other machines: for a week after its last use, however many share the folder. */
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { ArtifactHash } from "../../../src/domain/Hash.ts"
import * as Programs from "../../../src/execute/Programs.ts"
import { materialise } from "../../../src/session/portable/Materialise.ts"
import * as Shelf from "../../../src/session/portable/Shelf.ts"
import { aTask } from "../../execute/aTask.ts"
import { elsewhere, folder, published, storeOf, study, writeFiles } from "./rig.ts"

const dayMs = 86_400_000

/** As if it was used so long ago. */
const age = (path: string, days: number) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    utimesSync(path, new Date(now - days * dayMs), new Date(now - days * dayMs))
  )

/** Everything below a folder, as if it was used so long ago. */
const ageAll = (path: string, days: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (statSync(path).isDirectory())
      for (const name of readdirSync(path)) if (name !== "node_modules") yield* ageAll(join(path, name), days)
    yield* age(path, days)
  })

/** A machine that has a program of another one, and how it is made again. */
const machine = Effect.gen(function* () {
  process.env.PORTABLE_WORD = "blue"
  const store = join(folder({}), "store")
  const { portable } = yield* Effect.provide(published(folder(study)), storeOf(store), { local: true })
  const root = elsewhere()
  const storeDir = join(root, ".ablate")
  const made = Effect.provide(materialise({ root, storeDir }, portable), storeOf(store), { local: true })
  const program = yield* made
  const paths = [
    Shelf.noteOf(storeDir, portable),
    Shelf.programOf(storeDir, portable),
    Programs.pathOf(storeDir, program)
  ]
  return { storeDir, made, program, paths }
})

describe("programs and files of other machines", () => {
  it.live("stay for a week after their last use, then go, and are made again where they are wanted", () =>
    Effect.gen(function* () {
      const { made, paths, program, storeDir } = yield* machine
      const file = Shelf.fileOf(storeDir, "a".repeat(64), "/data/words.txt")
      writeFiles(dirname(file), { "words.txt": "words" })
      yield* ageAll(storeDir, 6)
      yield* Shelf.sweep(storeDir)
      for (const path of [...paths, file]) assert.isTrue(existsSync(path), path)

      // Its files are found to be as they were: only the marks are old from here on.
      yield* made
      for (const path of [...paths, dirname(file)]) yield* age(path, 8)
      yield* made
      yield* Shelf.sweep(storeDir)
      for (const path of paths) assert.isTrue(existsSync(path), path)
      assert.isFalse(existsSync(dirname(file)))

      yield* ageAll(storeDir, 8)
      // Not another machine's: what was compiled here stays as long as the store knows its run.
      writeFiles(storeDir, { "programs/0123456789abcdef0123456789abcdef.mjs": "" })
      yield* ageAll(join(storeDir, "programs/0123456789abcdef0123456789abcdef.mjs"), 80)
      yield* Shelf.sweep(storeDir)
      assert.deepStrictEqual(readdirSync(join(storeDir, "programs")), ["0123456789abcdef0123456789abcdef.mjs"])
      assert.strictEqual(yield* made, program)
    })
  )

  it.live("stay as long as a task runs that uses them", () =>
    Effect.gen(function* () {
      const { paths, program, storeDir } = yield* machine
      const path = Shelf.fileOf(storeDir, "b".repeat(64), "/data/words.txt")
      writeFiles(dirname(path), { "words.txt": "words" })
      yield* ageAll(storeDir, 30)
      const external = { path, hash: ArtifactHash.make("b".repeat(64)) }
      const task = { ...aTask, program: { ...aTask.program, hash: program }, inputs: [{ name: "from", external }] }
      yield* Shelf.using(storeDir, task, Shelf.sweep(storeDir))
      for (const each of [...paths, path]) assert.isTrue(existsSync(each), each)
      yield* ageAll(storeDir, 30)
      yield* Shelf.sweep(storeDir)
      for (const each of [...paths, path]) assert.isFalse(existsSync(each), each)
    })
  )

  it.live("are swept by several at once, and what was left half done goes, too", () =>
    Effect.gen(function* () {
      const { made, program, storeDir } = yield* machine
      writeFiles(storeDir, { [`programs/${"c".repeat(64)}.12.34/x`]: "", [`files/${"d".repeat(64)}.1-x.unused/x`]: "" })
      yield* ageAll(storeDir, 30)
      const both = [Shelf.sweep(storeDir), made, Shelf.sweep(storeDir), Shelf.sweep(storeDir)]
      yield* Effect.all(both, { concurrency: "unbounded" })
      assert.strictEqual(yield* made, program)
      const left = readdirSync(storeDir, { recursive: true, encoding: "utf8" })
      assert.deepStrictEqual(
        left.filter((name) => /unused|\.12\.34/.test(name)),
        []
      )
    })
  )
})
