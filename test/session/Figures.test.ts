import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { imports, project } from "../rig.ts"

const study = (figures: string, ofTable = "") => ({
  "experiments/study.ts": `${imports}
const number = Artifact.json(Schema.Finite)
export const score = Stage.make("score", {
  config: Schema.Struct({ method: Schema.String, seed: Schema.Int }),
  output: number,
  run: (_, { method, seed }) => method === "b" && seed === 0 ? Effect.fail("b cannot") : Effect.succeed(seed + 10)
})
export const picture = Stage.make("picture", {
  inputs: { scores: Artifact.list(number) },
  output: Artifact.bytes,
  run: ({ scores }) => Effect.succeed(new TextEncoder().encode("<svg>" + scores.join() + "</svg>"))
})
export const figures = Stage.make("figures", {
  inputs: { score: number },
  output: Artifact.metrics(["x"]),
  run: ({ score }) => Effect.succeed({ x: { value: score } })
})
const Params = Schema.Struct({ method: Schema.String, seed: Schema.Int })
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Params, ({ method, seed }) => ({
    score: score.node({}, { method, seed }),
    metrics: figures.node({ score: score.node({}, { method, seed }) })
  })),
  grid: Grid.axes({ method: ["a", "b"] }).cross({ seed: Grid.seeds(3) }),
  table: Table.make({ title: "T", rows: ["method"], ${ofTable}columns: [{ metric: "x", label: "x" }] }),
  figures: ${figures}
})
`
})

const both = `["a", "b"].map((method) => ({
    file: "figure-" + method + ".svg",
    of: (point) => point.method === method,
    node: (cells) => picture.node({ scores: cells.map(({ outputs }) => outputs.score) })
  }))`

describe("figures of an experiment", () => {
  it("are written by a run, named after its table, and again wherever `table --figures` says; failed ones are not there", async () => {
    const made = project(study(both))
    const ran = await made.ablate(["run", "study", "--ui", "stream"])
    assert.strictEqual(ran.code, 1, ran.stderr)
    assert.include(ran.stdout, "Figures in .ablate/figures/study: figure-a.svg\n")
    assert.deepStrictEqual(made.files(".ablate/figures/study"), ["figure-a.svg"])
    assert.strictEqual(made.read(".ablate/figures/study/figure-a.svg"), "<svg>10,11,12</svg>")
    const table = await made.ablate(["table", "study", "--figures", "out/pictures"])
    assert.strictEqual(table.code, 0, table.stderr)
    assert.include(table.stderr, "1 of 2 figures written to out/pictures")
    assert.strictEqual(readFileSync(made.path("out/pictures/figure-a.svg"), "utf8"), "<svg>10,11,12</svg>")
  })

  it("are of the cells that are selected, and left out where none of theirs is", async () => {
    const made = project(study(both))
    const ran = await made.run(["study", "--only", "method=a,seed=1,seed=2"])
    assert.strictEqual(ran.ended.code, 0, ran.ended.stderr)
    assert.strictEqual(ran.executed.score, 2)
    assert.strictEqual(made.read(".ablate/figures/study/figure-a.svg"), "<svg>11,12</svg>")
    assert.deepStrictEqual(made.files(".ablate/figures/study"), ["figure-a.svg"])
  })

  it("need a plain file name, and --figures an experiment that has some", async () => {
    const bad = project(study(`[{ file: "../x.svg", node: () => picture.node({ scores: [] }) }]`))
    const refused = await bad.ablate(["run", "study"])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, 'a figure\'s file is a name with an extension (figure-1.svg), found "../x.svg"')
    const none = project(study("[]"))
    await none.ablate(["run", "study", "--ui", "stream", "--only", "method=a"])
    const table = await none.ablate(["table", "study", "--figures", "out"])
    assert.strictEqual(table.code, 2)
    assert.include(table.stderr, 'experiment "study" declares no figures')
  })

  it("are drawn of the table and of what cells published; those with nothing to draw are told", async () => {
    const made = project(
      study(
        `[
        { file: "picture.svg", of: ({ method }) => method === "a", node: (cells) => picture.node({ scores: cells.map(({ outputs }) => outputs.score) }) },
        Figure.forest({ metric: "x", title: "Differences & more" }),
        Figure.curves({ from: "score", curves: (score) => ({ score: [score, score / 2] }), where: { method: "a" } }),
        Figure.sweep({ metric: "x", axis: "method" })
      ]`,
        'baseline: { method: "a" }, '
      )
    )
    const ran = await made.ablate(["run", "study", "--ui", "stream"])
    assert.strictEqual(ran.code, 1, ran.stderr)
    assert.include(ran.stdout, "Figures in .ablate/figures/study: picture.svg, forest-x.svg, curves-score.svg\n")
    const told = "ablate: figure sweep-x-method.svg left out: labels of method that have no place on it: a, b"
    assert.include(ran.stderr, told)
    const forest = made.read(".ablate/figures/study/forest-x.svg")
    assert.include(forest, "<title>Differences &amp; more</title>")
    // b failed with its first seed: two are shared with a, and both measured the same.
    assert.include(forest, "Differences over 2 shared seeds")
    assert.include(made.read(".ablate/figures/study/curves-score.svg"), "Lines: mean of 3 seeds.")
    const table = await made.ablate(["table", "study", "--figures", "out"])
    assert.strictEqual(table.code, 0, table.stderr)
    assert.include(table.stderr, told)
    assert.include(table.stderr, "3 of 4 figures written to out")
    assert.strictEqual(made.read("out/forest-x.svg"), forest)
  })

  it("that name what is not there are refused before anything runs; one whose function fails is left out alone", async () => {
    const made = project(study(`[Figure.forest({ metric: "y" })]`))
    const refused = await made.ablate(["run", "study"])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, 'experiments/study.ts: figure forest-y.svg: "y" is no column of the table.')
    const broken = project(study(`[Figure.curves({ from: "score", curves: (score) => score.no.such })]`))
    const failed = await broken.ablate(["run", "study", "--only", "method=a", "--ui", "stream"])
    assert.strictEqual(failed.code, 0, failed.stderr)
    assert.include(failed.stdout, "study · run")
    assert.match(
      failed.stderr,
      /figure curves-score\.svg left out: its function failed on the output "score" of cell method=a,seed=0/
    )
  })
})
