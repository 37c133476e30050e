/** Tables as files: exported, checked, compared, by the command and its exit codes. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { imports, project } from "./rig.ts"

const study = `${imports}
export const score = Stage.make("score", {
  config: Schema.Struct({ method: Schema.String, seed: Schema.Int }),
  output: Artifact.metrics(["accuracy", "loss"]),
  pool: "inline",
  run: (_, { method, seed }) => Effect.succeed({ accuracy: { value: 1 / (method.length + seed + 1) }, loss: { value: method.length * seed + 0.25 } })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String, seed: Schema.Int }), (p) => ({ metrics: score.node({}, p) })),
  grid: Grid.axes({ method: ["plain", "other", "third one"], seed: Grid.seeds(3) }),
  table: Table.make({ title: "Study", rows: ["method"], columns: [{ metric: "accuracy", label: "accuracy" }, { metric: "loss", label: "loss", group: "cost" }], baseline: { method: "plain" } })
})
`

describe("a table as a file", () => {
  it("is printed in parts, stands, falls with a digit, and is compared", async () => {
    const made = project({ "experiments/study.ts": study })
    await made.run(["study"])
    const file = (name: string) => join(made.root, name)
    const exported = await made.ablate(["table", "study", "--format", "csv"])
    writeFileSync(file("study.csv"), exported.stdout)

    const stands = await made.ablate(["verify", "study.csv"])
    assert.strictEqual(stands.code, 0, stands.stderr)
    assert.match(
      stands.stdout,
      /^study\.csv: csv, study, by its content, of run \d{8}-\d{6}-\w+\nAll \d+ figures stand\.\n$/
    )

    writeFileSync(file("changed.csv"), readFileSync(file("study.csv"), "utf8").replace("5.25;10.25", "5.25;10.35"))
    const falls = await made.ablate(["verify", "changed.csv"])
    assert.strictEqual(falls.code, 1, falls.stderr)
    assert.include(falls.stdout, "line 3: method=plain, loss, values[2]: 10.35 → 10.25")

    writeFileSync(file("cut.csv"), readFileSync(file("study.csv"), "utf8").slice(0, -200))
    const cut = await made.ablate(["verify", "cut.csv"])
    assert.strictEqual(cut.code, 2)
    assert.match(cut.stderr, /^ablate: cut\.csv, line 7: expected \d+ fields as in the heading, found "\d+"\n$/)

    const same = await made.ablate(["compare", "study.csv", "study", "--fail-on-change"])
    assert.deepStrictEqual([same.code, same.stderr], [0, ""])
    const differs = await made.ablate(["compare", "changed.csv", "study", "--fail-on-change"])
    assert.strictEqual(differs.code, 3, differs.stderr)
    assert.include(differs.stdout, "1 of 6 figures changed, 5 have the same bits.")
  })

  it("keeps to the width that is asked for, and names what it does not know", async () => {
    const made = project({ "experiments/study.ts": study })
    await made.run(["study"])
    const narrow = await made.ablate(["table", "study", "--notes", "none"], { env: { COLUMNS: "42" } })
    assert.isTrue(
      narrow.stdout.split("\n").every((line) => line.length <= 64),
      narrow.stdout
    )
    assert.match(narrow.stdout, /Left out at 42 columns:.*--columns\s+all\./s)
    const sorted = await made.ablate(["table", "study", "--sort", "loss:asc", "--columns", "cost", "--precision", "1"])
    assert.match(sorted.stdout, /plain +5\.3 .*\nother +5\.3 .*\nthird one +9\.3 /)
    assert.notInclude(sorted.stdout, "\u001b")
    const unknown = await made.ablate(["table", "study", "--sort", "los"])
    assert.deepStrictEqual(
      [unknown.code, unknown.stderr],
      [
        2,
        'ablate: the table has no column "los". Did you mean "loss"? It has accuracy, loss, cost loss, cost, method\n'
      ]
    )
    const row = await made.ablate(["table", "study", "--rows", "method=plan"])
    assert.deepStrictEqual([row.code, /Did you mean "plain"\?/.test(row.stderr)], [2, true])
  })
})
