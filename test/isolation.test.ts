/** A stage can do anything to the thread it runs on, and the run still ends and tells the truth. */
import { assert, describe, it } from "vitest"
import { imports, type Project, project, type Run } from "./rig.ts"

/** An experiment of one stage `case/s`: one cell for every way of `ways`, whose text is the effect to run. */
const oneStage = (
  ways: Readonly<Record<string, string>>,
  {
    layer = "",
    options = "",
    top = ""
  }: { readonly layer?: string; readonly options?: string; readonly top?: string } = {}
): Project =>
  project({
    "experiments/case.ts": `${imports}import { Config, Context, Layer } from "effect"
import { ran } from "../ran.ts"
${top}
const done = Effect.succeed({ v: { value: 1 } })
export const s = Stage.make("case/s", {
  config: Schema.Struct({ way: Schema.String }),
  output: Artifact.metrics(["v"]),
  ${options}
  run: (_, { way }) => Effect.suspend((): Effect.Effect<any, any, any> => {
    ran(way)
    switch (way) {
${Object.entries(ways)
  .map(([way, effect]) => `      case ${JSON.stringify(way)}: return ${effect}`)
  .join("\n")}
    }
    return done
  }) as Effect.Effect<{ v: { value: number } }>
})
export default Experiment.make("case", {
  pipeline: Pipeline.make("case", Schema.Struct({ way: Schema.String }), (p) => ({ metrics: s.node({}, p) })),
  grid: Grid.axes({ way: ${JSON.stringify(Object.keys(ways))} }),
  ${layer === "" ? "" : `layer: ${layer},`}
  table: Table.make({ title: "Case", rows: ["way"], columns: [{ metric: "v", label: "v" }] })
})
`
  })

/** Way to the message of its last failure. */
const failures = (run: Run): ReadonlyMap<string, string> => {
  const { cells, nodes } = run.started
  return new Map(
    run
      .of("NodeFailed")
      .filter(({ willRetry }) => !willRetry)
      .map((event) => [
        cells[nodes.find(({ id }) => id === event.node)?.cells[0] ?? -1]?.labels.way ?? "",
        event.failure.message
      ])
  )
}

describe("a stage's time", () => {
  it.each(["3 days", "30 days", "5000 weeks", "infinity"])("may be %s", async (timeout) => {
    const given = timeout === "infinity" ? "Infinity" : JSON.stringify(timeout)
    const run = await oneStage(
      { quick: "Effect.as(Effect.sleep(20), { v: { value: 1 } })" },
      { options: `timeout: ${given},` }
    ).run(["case"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
  })

  it.each(["worker", "inline"])("bounds all attempts together (%s)", async (pool) => {
    const run = await oneStage(
      { fails: 'Effect.fail("no luck")', slow: "Effect.never" },
      { options: `pool: "${pool}", retries: 1000, timeout: "1 second",` }
    ).run(["case"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    const told = failures(run)
    assert.strictEqual(told.get("fails"), "no luck")
    assert.match(told.get("slow") ?? "", /no result after 1s/)
    // With pauses of 100, 200, 400 … ms four attempts fit; a timeout of each attempt would leave room for a thousand.
    assert.isAtMost(run.ran.filter((way) => way === "fails").length, 4)
    assert.strictEqual(run.ran.filter((way) => way === "slow").length, 1)
  })
})
