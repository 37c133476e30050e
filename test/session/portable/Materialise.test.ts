/** A program computed in another folder, of which nothing is there but the packages. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import { materialise } from "../../../src/session/portable/Materialise.ts"
import {
  computed,
  elsewhere,
  type Files,
  folder,
  published,
  resultOf,
  storeOf,
  study,
  values,
  withHash,
  writeFiles
} from "./rig.ts"

beforeAll(() => {
  process.env.PORTABLE_WORD = "blue"
})

/** Publishes from a folder of its own, and makes what is asked with its hash before the project is gone. */
const shared = (files: Files = study) =>
  Effect.gen(function* () {
    const root = folder(files)
    const store = join(folder({}), "store")
    const { opened, portable, tasks } = yield* Effect.provide(published(root), storeOf(store), { local: true })
    rmSync(root, { recursive: true })
    return { store, opened, portable, tasks, root }
  })

const on = (store: string, root: string, portable: Parameters<typeof materialise>[1]) =>
  Effect.provide(materialise({ root, storeDir: join(root, ".ablate") }, portable), storeOf(store), { local: true })

describe("a portable program", () => {
  it.live("computes where only its packages are what it computes at home", () =>
    Effect.gen(function* () {
      const { portable, store, tasks } = yield* shared()
      const root = elsewhere()
      const program = yield* on(store, root, portable)
      const outcomes = yield* computed(
        join(root, ".ablate"),
        tasks.map((task) => withHash(task, program))
      )
      for (const [stage, value] of Object.entries(values))
        assert.deepStrictEqual(resultOf(outcomes.get(stage)), value, stage)
      const failed = outcomes.get("failing")
      assert(failed?._tag === "Failed")
      assert.match(JSON.stringify(failed.failure), /experiments\/study\.ts:\d+:\d+/)
      assert.strictEqual(yield* on(store, root, portable), program)
    })
  )

  it.live("is the same bytes whatever folder it is made in", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* shared(), yield* shared()]
      assert.notStrictEqual(one.root, other.root)
      assert.notStrictEqual(one.opened.program.hash, other.opened.program.hash)
      assert.strictEqual(one.portable, other.portable)
      const edited = yield* shared({ ...study, "data/one.txt": "2" })
      assert.notStrictEqual(edited.portable, one.portable)
    })
  )

  const refusals: ReadonlyArray<readonly [what: string, files: Files, says: RegExp]> = [
    ["not installed", { "node_modules/outer": null }, /package outer 1\.2\.0 is not installed here: run npm ci in /],
    [
      "of another version",
      { "node_modules/inner/package.json": JSON.stringify({ name: "inner", version: "3.1.0", main: "main.cjs" }) },
      /package inner is 3\.1\.0 here, and 3\.0\.0 where the run was started: run npm ci/
    ],
    [
      "of another content",
      { "node_modules/inner/main.cjs": "exports.inner = 3\n" },
      /package inner 3\.0\.0 has another content here \([0-9a-f]{12}…\) than where the run was started \([0-9a-f]{12}…\)/
    ]
  ]
  it.live.each(refusals)("is refused where a package is %s", ([, files, says]) =>
    Effect.gen(function* () {
      const { portable, store } = yield* shared()
      const root = elsewhere(files)
      const error = yield* Effect.flip(on(store, root, portable))
      assert.strictEqual(error._tag, "ProgramRefused")
      assert.match(error.message, says)
    })
  )

  it.live("is refused after its packages have changed, and taken again when they are as they were", () =>
    Effect.gen(function* () {
      const { portable, store } = yield* shared()
      const root = elsewhere()
      const program = yield* on(store, root, portable)
      writeFiles(root, { "node_modules/inner/main.cjs": "exports.inner = 33\n" })
      assert.match((yield* Effect.flip(on(store, root, portable))).message, /inner 3\.0\.0 has another content/)
      writeFiles(root, { "node_modules/inner/main.cjs": "exports.inner = 2\n" })
      assert.strictEqual(yield* on(store, root, portable), program)
    })
  )

  it.live("is refused where a variable that Config reads has another value", () =>
    Effect.gen(function* () {
      const { portable, store } = yield* shared()
      process.env.PORTABLE_WORD = "red"
      const error = yield* Effect.flip(on(store, elsewhere(), portable)).pipe(
        Effect.ensuring(Effect.sync(() => (process.env.PORTABLE_WORD = "blue")))
      )
      assert.match(error.message, /variable PORTABLE_WORD, which is read by Config, is another one here/)
      assert.notInclude(error.message, "blue")
    })
  )
})
