/** Runs that train on TensorFlow.js, on each of its back ends that is installed: the same bits on any worker, in silence, under a key of their own. */
import { assert, describe, it } from "vitest"
import type { TfjsVariant } from "../src/numerics/tfjs/TfjsInstalled.ts"
import { variants } from "./numerics/tfjs/variants.ts"
import { assertExecuted, imports, project } from "./rig.ts"

const study = (backend: TfjsVariant) => `${imports}import { f32 } from "ablate"
import { numericsId, Objective, Rng, Train } from "ablate/numerics"
import { ran } from "../ran.ts"

const normal = (rows: number, columns: number, seed: number) => {
  const stream = Rng.stream(seed, "data")
  return f32([rows, columns], Float32Array.from({ length: rows * columns }, () => stream.normal()))
}
export const fit = Stage.make("fit", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Finite)),
  numerics: () => numericsId("${backend}"),
  run: (_, { seed }) => Effect.gen(function* () {
    ran("fit")
    const { parameters } = yield* Train.fit({
      network: { inputs: 20, trunk: [{ units: 16, activation: "tanh" }], heads: [{ name: "y", units: 3, activation: "identity" }] },
      objectives: [Objective.squaredError({ name: "se", head: "y" })],
      optimisers: [{ method: { _tag: "Adam", learningRate: 0.01 } }],
      data: { x: normal(200, 20, seed), targets: { y: normal(200, 3, seed + 100) } },
      batch: 32, epochs: 5, seed, backend: "${backend}"
    })
    return Object.values(parameters).flatMap(({ data }) => [...data])
  })
})
/** A loss that draws by itself. */
export const noise = Stage.make("noise", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Finite),
  numerics: () => numericsId("${backend}"),
  run: (_, { seed }) => Effect.gen(function* () {
    ran("noise")
    yield* Train.fitTfjs({
      parameters: { w: normal(1, 1, seed) }, data: { x: normal(4, 1, seed) }, backend: "${backend}",
      loss: (tf, { w }, { x }) => ({ drawn: tf.mean(tf.mul(tf.mul(x!, w!), tf.randomNormal([4, 1]))) }),
      method: { _tag: "Sgd", learningRate: 0.1 }, epochs: 1, seed
    })
    return seed
  })
})
export const size = Stage.make("size", {
  inputs: { values: Artifact.json(Schema.Array(Schema.Finite)), noise: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["norm"]),
  run: ({ values }) => Effect.sync(() => {
    ran("size")
    return { norm: { value: Math.hypot(...values) } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ seed: Schema.Int }), (config) => ({ metrics: size.node({ values: fit.node({}, config), noise: noise.node({}, config) }) })),
  grid: Grid.axes({ seed: [1, 2, 3, 4] }),
  table: Table.make({ title: "Norms", rows: ["seed"], columns: [{ metric: "norm", label: "norm" }] })
})
`

for (const { isMissing, title, variant } of variants) {
  if (isMissing) console.info(title)
  describe.skipIf(isMissing)(`a run on ${title}`, () => {
    const files = { "experiments/study.ts": study(variant) }
    const all = { fit: 4, noise: 4, size: 4 }

    it("gives the same bits on one worker and on two, and tells of what a stage has it draw and of nothing else", async () => {
      const [two, one] = [project(files), project(files)]
      const [first, second] = [await two.run(["study", "--jobs", "2"]), await one.run(["study", "--jobs", "1"])]
      for (const run of [first, second]) {
        assertExecuted(run, all)
        assert.match(run.ended.stderr, /^(ablate: hidden input: noise#\d draws random numbers .*\n)+$/)
      }
      assert.deepStrictEqual(first.artifacts, second.artifacts)
      assertExecuted(await one.run(["study"]), {})
    })

    it("is another result exactly where other kernels may compute it", async () => {
      const made = project(files)
      assertExecuted(await made.run(["study"]), all)
      const env = { TF_ENABLE_ONEDNN_OPTS: "0", ONEDNN_MAX_CPU_ISA: "SSE41" }
      const other = await made.run(["study"], { env })
      if (variant === "tfjs-wasm") return assertExecuted(other, {})
      assert.strictEqual(other.executed.fit, 4)
      assert.match(
        (await made.ablate(["why", "study", "seed=1"], { env })).stdout,
        /numerics tfjs-node@\S+ library@(\S+) processor@(\S+) → tfjs-node@\S+ library@\1 processor@(?!\2)/
      )
      assertExecuted(await made.run(["study"]), {})
    })
  })
}
