import { mkdtempSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { systemFault, systemMessage } from "../../src/cli/SystemFault.ts"

const thrown = (act: () => unknown): unknown =>
  Result.match(Result.try({ try: act, catch: (error) => error }), {
    onSuccess: () => undefined,
    onFailure: (error) => error
  })

describe("an error of the system", () => {
  it("is told with its path, what was wrong and what to do", () => {
    const folder = mkdtempSync(join(tmpdir(), "ablate-fault-"))
    const file = join(folder, "file")
    writeFileSync(file, "")
    assert.strictEqual(
      systemFault(thrown(() => readFileSync(join(folder, "gone")))),
      `${join(folder, "gone")} cannot be read: there is no such file or folder (ENOENT, open); it may have been removed meanwhile: check the path, then try again`
    )
    assert.include(systemFault(thrown(() => statSync(join(file, "below")))) ?? "", "a part of this path is a file")
    assert.include(systemFault(thrown(() => readFileSync(folder))) ?? "", "it is a folder, not a file")
    assert.include(systemFault(thrown(() => rmdirSync(join(folder, "gone")))) ?? "", "cannot be written")
    const denied = { code: "EACCES", syscall: "scandir", path: "/data" }
    assert.include(systemFault(denied) ?? "", "/data cannot be read: permission denied (EACCES, scandir)")
    assert.strictEqual(systemFault(new Error("outer", { cause: denied })), systemFault(denied))
    assert.include(systemFault({ code: "ENOENT", syscall: "uv_cwd" }) ?? "", "the working directory is not there")
  })

  it("is told apart from a bug, and from messages that say more", () => {
    for (const bug of [new TypeError("x is not a function"), "text", null, undefined, { code: "ERR_INVALID_ARG_TYPE" }])
      assert.isUndefined(systemFault(bug))
    assert.include(systemMessage("EACCES: permission denied, open '/a/b'"), "/a/b cannot be read: permission denied")
    const own = "The store /a cannot be written (EACCES: permission denied, access '/a'): give yourself access"
    assert.strictEqual(systemMessage(own), own)
  })
})
