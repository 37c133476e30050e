/** Examples, run as their first lines say. */
import { spawnSync } from "node:child_process"
import { cpSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { type Project, project } from "./rig.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const hasPython = spawnSync("python3", ["--version"]).status === 0

/** A project of its own with the examples in it, so that they can be edited. */
const examples = (): Project => {
  const made = project({ "README.md": "One fish, two fish, red fish." })
  cpSync(`${root}examples`, made.path("examples"), { recursive: true })
  return made
}

describe("the examples", () => {
  it.runIf(hasPython)(
    "07-python: fits that come from the cache until a helper of theirs is edited (needs python3)",
    async () => {
      const made = examples()
      const first = await made.run(["examples/07-python.ts"])
      assert.deepStrictEqual(first.executed, { "python/points": 3, "python/fit": 9 }, first.ended.stderr)
      const table = await made.table(["examples/07-python.ts"])
      assert.closeTo(table.rows.at(-1)?.cells.slope?.mean ?? 0, 2, 0.1)
      made.edit("examples/python/lib/descent.py", "2 / n * sum(errors)", "sum(errors) * 2 / n")
      const why = await made.ablate(["why", "examples/07-python.ts", "rate=0.1,seed=0"])
      assert.include(why.stdout, "descent.py changed")
      assert.deepStrictEqual((await made.run(["examples/07-python.ts"])).executed, { "python/fit": 9 })
    }
  )

  it("08-shell: counts words, and sorts once for all cells", async () => {
    const made = examples()
    const run = await made.run(["examples/08-shell.ts"])
    assert.deepStrictEqual(run.executed, { "shell/words": 1, "shell/counts": 3 }, run.ended.stderr)
    const { rows } = await made.table(["examples/08-shell.ts"])
    assert.deepStrictEqual(
      rows.map(({ cells }) => [cells.words?.mean, cells.different?.mean]),
      [
        [3, 3],
        [6, 4],
        [6, 4]
      ]
    )
    made.write({ "README.md": "One fish. Two fish! Red fish?" })
    assert.deepStrictEqual((await made.run(["examples/08-shell.ts"])).executed, { "shell/words": 1 }, "the same words")
  })

  it("09-select: a further candidate costs its own nodes, and what is not chosen nothing behind the choice", async () => {
    const made = examples()
    const asked = ["examples/09-select.ts", "--only", "rows=20,how=chosen,seed=0"]
    const first = await made.run(asked)
    const each = { "select/fit": 9, "select/measure": 10, "select/best-degree": 1, "select/best-fit": 1 }
    assert.deepStrictEqual(first.executed, { "select/points": 3, ...each }, first.ended.stderr)
    made.edit("examples/09-select.ts", "8, 9]", "8, 9, 10]")
    assert.deepStrictEqual((await made.run(asked)).executed, {
      "select/fit": 1,
      "select/measure": 1,
      "select/best-degree": 1,
      "select/best-fit": 1
    })
    made.edit("examples/09-select.ts", "points: validation }", "points: test }")
    const leaking = await made.ablate(["plan", "examples/09-select.ts"])
    assert.strictEqual(leaking.code, 2)
    assert.include(leaking.stderr, 'candidate "degree=1" depends on a held-out node: select/points → select/measure')
  })
})
