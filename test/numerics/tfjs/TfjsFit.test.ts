import { assert, describe, it } from "@effect/vitest"
import type { Tensor2D } from "@tensorflow/tfjs-core"
import { Effect, Exit } from "effect"
import { f32, i32 } from "../../../src/domain/Tensor.ts"
import {
  initialParameters,
  type Method,
  type Network,
  numericsId,
  Objective,
  Rng,
  type TfjsTraining,
  Train
} from "../../../src/numerics/index.ts"
import { loadTfjs } from "../../../src/numerics/tfjs/Tfjs.ts"
import type { TfjsVariant } from "../../../src/numerics/tfjs/TfjsInstalled.ts"
import { variants } from "./variants.ts"

const rows = 30
const stream = Rng.stream(3, "data")
const x = f32(
  [rows, 4],
  Float32Array.from({ length: rows * 4 }, () => stream.normal())
)
const y = f32(
  [rows, 2],
  Float32Array.from({ length: rows * 2 }, () => (stream.uniform() > 0.5 ? 1 : 0))
)
const network: Network = {
  inputs: 4,
  trunk: [{ units: 5, activation: "tanh" }],
  heads: [{ name: "y", units: 2, activation: "sigmoid" }]
}

/** The same network and loss, as a user would write them in TensorFlow.js. */
const own = (backend: TfjsVariant, method: Method, batch: number | "full"): TfjsTraining => ({
  backend,
  parameters: initialParameters(network, 8),
  data: { x, y },
  loss: (tf, p, { x, y }) => {
    const get = (name: string) => p[name] ?? assert.fail(name)
    const h = tf.tanh(tf.add(tf.matMul(x as Tensor2D, get("trunk.0.weight"), false, true), get("trunk.0.bias")))
    const logits = tf.add(tf.matMul(h as Tensor2D, get("heads.y.weight"), false, true), get("heads.y.bias"))
    const gap = tf.sub(tf.sigmoid(logits), y ?? assert.fail("y"))
    return { square: tf.mul(tf.sum(tf.square(gap)), 0.5) }
  },
  method,
  batch,
  epochs: 12,
  seed: 8
})

for (const { isMissing, title, variant } of variants)
  describe.skipIf(isMissing)(`a model written in TensorFlow.js: ${title}`, () => {
    for (const method of [
      { _tag: "Sgd", learningRate: 0.05 },
      { _tag: "Momentum", learningRate: 0.02 },
      { _tag: "Adam", learningRate: 0.01, weightDecay: 0.01 },
      { _tag: "AdamW", learningRate: 0.01 }
    ] as const satisfies ReadonlyArray<Method>)
      for (const batch of [7, "full"] as const)
        it.effect(`trains as the engine does the same network: ${method._tag}, batch ${batch}`, () =>
          Effect.gen(function* () {
            const found = yield* Train.fitTfjs(own(variant, method, batch))
            const expected = yield* Train.fit({
              network,
              objectives: [Objective.squaredError({ name: "square", head: "y" })],
              optimisers: [{ method }],
              data: { x, targets: { y } },
              batch,
              epochs: 12,
              seed: 8
            })
            for (const [name, tensor] of Object.entries(expected.parameters)) {
              const mine = found.parameters[name] ?? assert.fail(name)
              assert.deepStrictEqual(mine.shape, tensor.shape)
              for (const [at, value] of tensor.data.entries())
                assert.closeTo(mine.data[at] ?? Number.NaN, value, 1e-4, name)
            }
            assert.strictEqual(found.curves.loss.length, 12)
            assert.strictEqual(found.numerics, numericsId(variant))
          })
        )

    it.effect("is told of NaN by epoch and term, and of a wrong description by its field", () =>
      Effect.gen(function* () {
        const sgd = { _tag: "Sgd", learningRate: 1 } as const
        const nan = yield* Effect.flip(
          Train.fitTfjs({ ...own(variant, sgd, "full"), loss: (tf) => ({ odd: tf.scalar(Number.NaN) }) })
        )
        assert.match(nan.message, /^Training diverged in epoch 1: odd became NaN at learning rate 1\./)
        const wrong = { ...own(variant, sgd, "full"), data: { x, y: i32([3], new Int32Array(3)) } }
        assert.match((yield* Effect.flip(Train.fitTfjs(wrong))).message, /data\.y is 3 rows, expected 30/)
        for (const change of [{ epochs: 0 }, { batch: 0.5 }, { seed: 0.1 }, { parameters: {} }, { data: {} }])
          assert.isTrue(Exit.isFailure(yield* Effect.exit(Train.fitTfjs({ ...own(variant, sgd, "full"), ...change }))))
      })
    )

    it.effect("reports progress and leaves no tensor behind", () =>
      Effect.gen(function* () {
        const { tf } = yield* loadTfjs(variant)
        const epochs: Array<number> = []
        const before = tf.memory().numTensors
        yield* Train.fitTfjs({
          ...own(variant, { _tag: "Adam", learningRate: 0.01 }, 8),
          onProgress: ({ epoch }) => Effect.sync(() => epochs.push(epoch))
        })
        assert.strictEqual(epochs.at(-1), 12)
        assert.strictEqual(tf.memory().numTensors, before)
      })
    )
  })
