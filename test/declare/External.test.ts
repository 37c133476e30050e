import { assert, describe, it } from "@effect/vitest"
import * as External from "../../src/declare/External.ts"

describe("inputs from outside", () => {
  it("keep the path as given and say where it came from; nothing is read", () => {
    const { _tag, artifact, kind, origin, path } = External.file("no/such/file.bin", "--set words.path")
    assert.deepStrictEqual(
      { _tag, artifact: artifact.kind, kind, origin, path },
      { _tag: "ExternalNode", artifact: "file", kind: "file", origin: "--set words.path", path: "no/such/file.bin" }
    )
    const folder = External.folder("/no/such/folder")
    assert.strictEqual(folder.kind, "folder")
    assert.strictEqual(folder.path, "/no/such/folder")
    assert.strictEqual(folder.origin, "the experiment")
  })
})
