/** The API reference: that every public name says what it is, and that what the docstrings link to is there. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, it } from "vitest"

const docs = fileURLToPath(new URL("../docs", import.meta.url))
const typedoc = fileURLToPath(new URL("../docs/node_modules/typedoc/bin/typedoc", import.meta.url))

it("is made of the docstrings without a warning", () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [typedoc, "--emit", "none"], {
    cwd: docs,
    encoding: "utf8"
  })
  assert.strictEqual(status, 0, `${stdout}${stderr}`)
}, 240_000)
