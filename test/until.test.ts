/** `Grid.seeds.until` through the command: rounds that go on from what is known, and come to the same however they ran. */
import { assert, describe, it } from "vitest"
import { assertExecuted, assertRefused, imports, project } from "./rig.ts"

const experiment = (rule: string) => `${imports}import { Rng } from "ablate/numerics"
import { ran } from "../ran.ts"
const Method = Schema.Literals(["plain", "better", "same"])
const Point = Schema.Struct({ method: Method, seed: Schema.Int })
export const score = Stage.make("until/score", {
  config: Point,
  output: Artifact.metrics(["score"]),
  run: (_, { method, seed }) => {
    ran("until/score")
    const noise = Rng.stream(seed, "noise").normal()
    const own = Rng.stream(seed, method).normal()
    return Effect.succeed({ score: { value: noise + (method === "better" ? 1 + own : method === "same" ? 0.5 * own : 0) } })
  }
})
export default Experiment.make("until", {
  pipeline: Pipeline.make("until", Point, (point) => ({ metrics: score.node({}, point) })),
  grid: Grid.axes({ method: ["plain", "better", "same"], seed: Grid.seeds.until(${rule}) }),
  table: Table.make({ title: "Until", rows: ["method"], columns: [{ metric: "score", label: "score" }], baseline: { method: "plain" } })
})
`
const rule = `{ metric: "score", versus: { method: "plain" }, resolve: 0.2, max: 14 }`

describe("seeds in rounds", () => {
  it("are added until each variant is settled, and the same again where all is known", async () => {
    const made = project({ "experiments/until.ts": experiment(rule) })
    const first = await made.run(["until"])
    assert.strictEqual(first.ended.code, 0, first.ended.stderr)
    const rounds = first.of("RunFinished")
    assert.isAbove(rounds.length, 2)
    const table = await made.table(["until"])
    const counts = table.rows.map(({ cells }) => cells.score?.n)
    assert.deepStrictEqual([counts[0], counts[2]], [14, 14], "the baseline goes as far as the last of them")
    assert.include([9, 14], counts[1])
    const total = counts.reduce<number>((sum, n) => sum + (n ?? 0), 0)
    assert.strictEqual(first.ran.length, total, "each seed once")
    assert.match(table.caption?.join(" ") ?? "", /better \d+ seeds, decided, .*same 14 seeds, not settled/)
    assertExecuted(await made.run(["until"]), {})
    assert.strictEqual((await made.table(["until"])).contentHash, table.contentHash)
    const { stdout } = await made.ablate(["plan", "until"])
    assert.include(stdout, `${total} known, 0 to run`)

    // By parts and with more workers.
    const store = ["--store", made.path("other")]
    const part = await made.run(["until", ...store, "--only", "method=plain,better", "--jobs", "2"])
    assert.strictEqual(part.ran.length, 2 * (counts[1] ?? 0))
    await made.run(["until", ...store, "--jobs", "2"])
    assert.strictEqual((await made.table(["until", ...store])).contentHash, table.contentHash)
  }, 120_000)

  it("are refused where the metric or the baseline is not there", async () => {
    const refused = async (changed: string) => {
      const made = project({ "experiments/until.ts": experiment(changed) })
      return made.ablate(["run", "until"])
    }
    assertRefused(await refused(rule.replace('"score"', '"scores"')), ['metric "scores"', 'Did you mean "score"?'])
    assertRefused(await refused(rule.replace('"plain"', '"plane"')), ['no row has the baseline\'s method "plane"'])
    assertRefused(await refused(rule.replace("method:", "model:")), ['versus names the axis "model"'])
    assertRefused(await refused(rule.replace("0.2", "0")), ["resolve is a number above 0"])
  })
})
