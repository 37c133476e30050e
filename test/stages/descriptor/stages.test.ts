import { assert, describe, it } from "@effect/vitest"
import { type Artifact, f32, i32 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import type { FitConfig } from "../../../stages/descriptor/DescriptorConfig.ts"
import type { DescriptorModel, SyntheticRows } from "../../../stages/descriptor/DescriptorMeta.ts"
import { refresher } from "../../../stages/descriptor/draw.ts"
import { fitDescriptor, sampleDescriptor } from "../../../stages/descriptor/stages.ts"

const runnable = <A>(effect: Effect.Effect<A, unknown, unknown>) => effect as Effect.Effect<A, Error>

/** Features of mean 10 and deviation 3, the last one constant. */
const count = 500
const d = 6
const stream = Rng.stream(2, "rows")
const x = f32(
  [count, d],
  Float32Array.from({ length: count * d }, (_, i) => (i % d === d - 1 ? 4 : 10 + 3 * stream.normal()))
)
const rows = { tensors: { x }, meta: { source: "rows", embeddings: "made up", standIn: true, skipped: 0 } }
const train = i32(
  [400],
  Int32Array.from({ length: 400 }, (_, at) => at)
)
const split = { tensors: { train, test: i32([0], new Int32Array(0)) }, meta: { train: 400, test: 100 } }
const config: FitConfig = {
  energy: { kind: "linear", filters: 10, tolerance: null },
  sigma: 1,
  epsilon: 0.3,
  steps: 5,
  chains: 20,
  learningRate: 0.01,
  beta1: 0.9,
  iterations: 12,
  clip: 1,
  seed: 1
}

const learnt = (change: Partial<FitConfig> = {}) =>
  runnable(fitDescriptor.run({ rows, split }, { ...config, ...change })) as Effect.Effect<DescriptorModel, Error>
const draw = (model: DescriptorModel, change: object = {}) =>
  runnable(
    sampleDescriptor.run({ model }, { samples: 900, steps: 20, start: "chains", seed: 1, ...change })
  ) as Effect.Effect<Artifact.Value<typeof SyntheticRows>, Error>

describe("the descriptor's stages", () => {
  it.effect("learn a model that survives its file, and draw rows in the embeddings' units from it", () =>
    Effect.gen(function* () {
      const model = yield* learnt()
      assert.sameMembers(Object.keys(model.tensors.parameters), ["trunk.0.weight", "trunk.0.bias", "heads.f.weight"])
      assert.deepStrictEqual(model.tensors.chains.shape, [20, d])
      const { meta } = model
      assert.deepStrictEqual([meta.inputs, meta.rows, meta.constantFeatures, meta.iterations], [d, 400, [d - 1], 12])
      const bytes = yield* fitDescriptor.output.encode(model)
      assert.deepStrictEqual(yield* fitDescriptor.output.decode(bytes), model)
      for (const start of ["chains", "normal"]) {
        const drawn = yield* draw(model, { start })
        assert.deepStrictEqual(drawn.tensors.x.shape, [900, d])
        const values = Array.from(drawn.tensors.x.data).filter((_, i) => i % d === 0)
        const mean = values.reduce((sum, value) => sum + value, 0) / 900
        assert.closeTo(mean, 10, 1)
        const { diagnostics } = drawn.meta
        assert.strictEqual(diagnostics.finite, 1)
        assert.isBelow(diagnostics.gapMean, 0.1)
        assert.closeTo(diagnostics.varianceMean ?? 0, 1, 0.15)
        assert.deepStrictEqual(
          yield* sampleDescriptor.output.decode(yield* sampleDescriptor.output.encode(drawn)),
          drawn
        )
      }
      assert.deepStrictEqual((yield* draw(model)).tensors, (yield* draw(model)).tensors)
      assert.notDeepEqual((yield* draw(model, { seed: 2 })).tensors, (yield* draw(model)).tensors)
    })
  )

  it.effect("draw anew online: chains go on from draw to draw, alike whenever they are opened again", () =>
    Effect.gen(function* () {
      const model = yield* learnt()
      const fresh = yield* refresher(model, { samples: 64, steps: 3, burnIn: 30, seed: 4 })
      const draws = [yield* fresh, yield* fresh, yield* fresh]
      const again = yield* refresher(model, { samples: 64, steps: 3, burnIn: 30, seed: 4 })
      for (const each of draws) assert.deepStrictEqual(yield* again, each)
      const [first = new Float32Array(0), second = first] = draws
      assert.lengthOf(first, 64 * d)
      // One burn-in and three steps are the same as their sum.
      const whole = yield* refresher(model, { samples: 64, steps: 1, burnIn: 33, seed: 4 })
      const skipped = yield* whole
      for (let i = 0; i < second.length; i++) assert.closeTo(skipped[i] ?? 0, second[i] ?? 0, 1e-4)
      assert.notDeepEqual(first, second)
    })
  )

  it.effect("fail where the model lacks a parameter, and name it", () =>
    Effect.gen(function* () {
      const { meta, tensors } = yield* learnt({ iterations: 1 })
      const { "trunk.0.bias": _, ...parameters } = tensors.parameters
      const error = yield* Effect.flip(draw({ meta, tensors: { ...tensors, parameters } }))
      assert.include(error.message, "trunk.0.bias")
    })
  )
})
