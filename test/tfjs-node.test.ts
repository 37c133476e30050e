/** Runs that train on TensorFlow's native library, where it is installed: the same bits on any worker, in silence, under a key of its own. */
import { assert, describe, it } from "vitest"
import { variants } from "./numerics/tfjs/variants.ts"
import { assertExecuted, imports, project } from "./rig.ts"

const study = `${imports}import { f32 } from "ablate"
import { numericsId, Objective, Rng, Train } from "ablate/numerics"
import { ran } from "../ran.ts"

const normal = (rows: number, columns: number, seed: number) => {
  const stream = Rng.stream(seed, "data")
  return f32([rows, columns], Float32Array.from({ length: rows * columns }, () => stream.normal()))
}
export const fit = Stage.make("fit", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Finite)),
  numerics: () => numericsId("tfjs"),
  run: (_, { seed }) => Effect.gen(function* () {
    ran("fit")
    const { parameters } = yield* Train.fit({
      network: { inputs: 20, trunk: [{ units: 16, activation: "tanh" }], heads: [{ name: "y", units: 3, activation: "identity" }] },
      objectives: [Objective.squaredError({ name: "se", head: "y" })],
      optimisers: [{ method: { _tag: "Adam", learningRate: 0.01 } }],
      data: { x: normal(200, 20, seed), targets: { y: normal(200, 3, seed + 100) } },
      batch: 32, epochs: 5, seed, backend: "tfjs"
    })
    return Object.values(parameters).flatMap(({ data }) => [...data])
  })
})
export const size = Stage.make("size", {
  inputs: { values: Artifact.json(Schema.Array(Schema.Finite)) },
  output: Artifact.metrics(["norm"]),
  run: ({ values }) => Effect.sync(() => {
    ran("size")
    return { norm: { value: Math.hypot(...values) } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ seed: Schema.Int }), (config) => ({ metrics: size.node({ values: fit.node({}, config) }) })),
  grid: Grid.axes({ seed: [1, 2, 3, 4] }),
  table: Table.make({ title: "Norms", rows: ["seed"], columns: [{ metric: "norm", label: "norm" }] })
})
`

for (const { isMissing, title, variant } of variants)
  if (variant === "tfjs-node")
    describe.skipIf(isMissing)(`a run on ${title}`, () => {
      it("gives the same bits on one worker and on two, prints nothing, and is another result with other kernels", async () => {
        const files = { "experiments/study.ts": study }
        const [two, one] = [project(files), project(files)]
        const all = { fit: 4, size: 4 }
        const [first, second] = [await two.run(["study", "--jobs", "2"]), await one.run(["study", "--jobs", "1"])]
        assertExecuted(first, all)
        assertExecuted(second, all)
        assert.deepStrictEqual([first.ended.stderr, second.ended.stderr], ["", ""])
        assert.deepStrictEqual([...first.artifacts], [...second.artifacts])
        assertExecuted(await one.run(["study"]), {})

        const env = { TF_ENABLE_ONEDNN_OPTS: "0", ONEDNN_MAX_CPU_ISA: "SSE41" }
        const other = await one.run(["study"], { env })
        assert.strictEqual(other.executed.fit, 4)
        const why = await one.ablate(["why", "study", "fit#0"], { env })
        assert.match(
          why.stdout,
          /numerics tfjs-node@\S+ library@\S+ processor@(\S+) → tfjs-node@\S+ library@\S+ processor@(?!\1)/
        )
        assertExecuted(await one.run(["study"]), {})
      })
    })
