/** Where a report may be written, and what becomes of what is there. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CRATE_FILE, PROVENANCE_FILE, type ReportFile, sha256 } from "../../../src/session/page/Crate.ts"
import { writeReport } from "../../../src/session/page/ReportFolder.ts"
import { temporary } from "../../rig.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** A report of these texts, with the metadata that a report has. */
const files = (experiment: string, texts: Readonly<Record<string, string>>): ReadonlyArray<ReportFile> => {
  const own = Object.entries(texts).map(([path, text]) => ({
    path,
    bytes: bytes(text),
    mediaType: "text/plain",
    about: path
  }))
  const graph = [
    { "@id": "#experiment", name: experiment },
    ...own.map((each) => ({ "@id": each.path, sha256: sha256(each.bytes) }))
  ]
  const crate = bytes(JSON.stringify({ "@graph": graph }))
  return [...own, ...[PROVENANCE_FILE, CRATE_FILE].map((path) => ({ path, bytes: crate, mediaType: "", about: "" }))]
}

const write = (folder: string, experiment: string, texts: Readonly<Record<string, string>>, isForced = false) =>
  writeReport(folder, experiment, files(experiment, texts), isForced)

const refusal = <A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ message }) => message)

const read = (...parts: ReadonlyArray<string>) => readFileSync(join(...parts), "utf8")

describe("a report's folder", () => {
  it.live("is made, and filled anew by a report of the same experiment; what only the first had goes", () =>
    Effect.gen(function* () {
      const folder = join(temporary(), "deep/report")
      yield* write(folder, "a", { "index.html": "one", "figures/old.svg": "old" })
      writeFileSync(join(folder, "mine.txt"), "mine")
      yield* write(folder, "a", { "index.html": "two" })
      assert.strictEqual(read(folder, "index.html"), "two")
      assert.deepStrictEqual(readdirSync(join(folder, "figures")), [])
      assert.strictEqual(read(folder, "mine.txt"), "mine")
    })
  )

  it.live("is refused where something else is there, and that stays as it was", () =>
    Effect.gen(function* () {
      const folder = temporary()
      writeFileSync(join(folder, "index.html"), "mine")
      assert.match(
        yield* refusal(write(folder, "a", { "index.html": "one" })),
        /not empty and holds no report.*--force/
      )
      assert.deepStrictEqual(readdirSync(folder), ["index.html"])
      const other = join(folder, "other")
      yield* write(other, "b", { "index.html": "b's" })
      assert.match(yield* refusal(write(other, "a", { "index.html": "one" })), /a report of "b" is there/)
      assert.match(yield* refusal(write(join(folder, "index.html"), "a", {})), /a file is there/)
      assert.strictEqual(read(folder, "index.html"), "mine")
    })
  )

  it.live("keeps what was changed by hand: refused, and moved aside where it is asked for", () =>
    Effect.gen(function* () {
      const folder = temporary()
      yield* write(folder, "a", { "index.html": "one", "table.md": "table" })
      writeFileSync(join(folder, "table.md"), "my words")
      assert.match(
        yield* refusal(write(folder, "a", { "index.html": "two", "table.md": "new" })),
        /table\.md was changed/
      )
      assert.strictEqual(read(folder, "index.html"), "one")
      const { kept } = yield* write(folder, "a", { "index.html": "two", "table.md": "new" }, true)
      assert.deepStrictEqual(kept, [join(folder, "table.md.kept")])
      assert.deepStrictEqual([read(folder, "table.md"), read(folder, "table.md.kept")], ["new", "my words"])
      writeFileSync(join(folder, "table.md"), "again")
      yield* write(folder, "a", { "index.html": "two", "table.md": "new" }, true)
      assert.strictEqual(read(folder, "table.md.kept-2"), "again")
      // Of a file that the next report has not, what was changed is the person's.
      writeFileSync(join(folder, "table.md"), "mine now")
      yield* write(folder, "a", { "index.html": "three" })
      assert.strictEqual(read(folder, "table.md"), "mine now")
    })
  )

  it.live("never follows a former report out of its folder", () =>
    Effect.gen(function* () {
      const root = temporary()
      const folder = join(root, "report")
      mkdirSync(folder)
      writeFileSync(join(root, "outside.txt"), "outside")
      const graph = [
        { "@id": "#experiment", name: "a" },
        { "@id": "../outside.txt", sha256: sha256(bytes("outside")) },
        { "@id": join(root, "outside.txt"), sha256: sha256(bytes("outside")) }
      ]
      writeFileSync(join(folder, CRATE_FILE), JSON.stringify({ "@graph": graph }))
      yield* write(folder, "a", { "index.html": "one" })
      assert.strictEqual(read(root, "outside.txt"), "outside")
    })
  )
})
