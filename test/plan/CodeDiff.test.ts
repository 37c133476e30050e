import { assert, describe, it } from "@effect/vitest"
import { codeChanges } from "../../src/plan/CodeDiff.ts"

const readable = (files: { readonly [file: string]: ReadonlyArray<string> }, header: ReadonlyArray<string> = []) =>
  [
    ...header,
    ...Object.entries(files).flatMap(([file, lines]) => [`//#region ${file}`, ...lines, "//#endregion"]),
    "// effect@4.1.0",
    ""
  ].join("\n")

const one = ["const a = 1", "const b = 2", "const c = 3", "const d = 4", "const e = 5", "const f = 6"]

describe("code changes", () => {
  it("are told by the file they are in, with two lines around them", () => {
    const changes = codeChanges(
      readable({ "stages/a.ts": one, "stages/b.ts": ["export {}"] }),
      readable({ "stages/a.ts": one.with(4, "const e = 7"), "stages/b.ts": ["export {}"] })
    )
    assert.deepStrictEqual(changes, [
      {
        file: "stages/a.ts",
        lines: ["@@ -3,4 +3,4 @@", " const c = 3", " const d = 4", "-const e = 5", "+const e = 7", " const f = 6"]
      }
    ])
  })

  it("show a file that came and one that went, in the order of their names", () => {
    const changes = codeChanges(
      readable({ "z.ts": ["z()"], "m.ts": ["m()"] }),
      readable({ "a.ts": ["a()"], "m.ts": ["m()"] })
    )
    assert.deepStrictEqual(
      changes.map(({ file, lines }) => [file, lines.slice(1)]),
      [
        ["a.ts", ["+a()"]],
        ["z.ts", ["-z()"]]
      ]
    )
  })

  it("are none for equal code", () => {
    assert.deepStrictEqual(codeChanges(readable({ "a.ts": one }), readable({ "a.ts": one })), [])
    assert.deepStrictEqual(codeChanges("", ""), [])
  })

  it("an import or a package that changed belongs to no file of the project", () => {
    const from = readable({ "a.ts": one }, [`import { x } from "p"`])
    const changes = codeChanges(from, from.replace("effect@4.1.0", "effect@4.2.0"))
    assert.strictEqual(changes.length, 1)
    assert.strictEqual(changes[0]?.file, "imports and packages")
    assert.includeMembers([...(changes[0]?.lines ?? [])], ["-// effect@4.1.0", "+// effect@4.2.0"])
  })
})
