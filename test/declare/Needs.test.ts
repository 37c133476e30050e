import { assert, describe, it } from "@effect/vitest"
import { DeclarationError } from "../../src/declare/DeclarationError.ts"
import { type Needs, resourcesOf } from "../../src/declare/Needs.ts"
import { bytesOf } from "../../src/domain/Resources.ts"

describe("what a stage needs", () => {
  it("is one core where it says nothing, and what it says else", () => {
    assert.deepStrictEqual(resourcesOf("s", {}), { cpus: 1, memory: 0, gpus: 0, tags: [] })
    assert.deepStrictEqual(resourcesOf("s", { cpus: 0.5, memory: "8 GB", gpus: 2, tags: ["b", "a", "b"] }), {
      ...{ cpus: 0.5, memory: 8e9, gpus: 2, tags: ["a", "b"] }
    })
    for (const [text, bytes] of [
      ["512", 512],
      ["1.5 kB", 1500],
      ["16G", 16 * 2 ** 30],
      ["2GiB", 2 ** 31],
      ["3 tb", 3e12]
    ] as const)
      assert.strictEqual(bytesOf(text), bytes, text)
    for (const text of ["", "GB", "8 apples", "-1 GB", "1e3"]) assert.isUndefined(bytesOf(text), text)
  })

  it("is refused by name where it is no amount", () => {
    const refused: ReadonlyArray<readonly [Needs, RegExp]> = [
      [{ cpus: 0 }, /cpus is a number above 0, found 0/],
      [{ cpus: Number.NaN }, /cpus/],
      [{ gpus: 0.5 }, /gpus is a whole number from 0, found 0.5/],
      [{ memory: "8 apples" }, /memory is bytes or text such as "8 GB", found "8 apples"/],
      [{ memory: -1 }, /memory/],
      [{ tags: ["a b"] }, /a tag is a word/]
    ]
    for (const [needs, message] of refused)
      assert.throws(() => resourcesOf(`stage "s"`, needs), DeclarationError, message)
  })
})
