/** That a training computes on its own back end, whoever else uses TensorFlow.js in its thread. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Train } from "../../../src/numerics/index.ts"
import { loadTfjs } from "../../../src/numerics/tfjs/Tfjs.ts"
import { cases } from "../cases.ts"
import { reasonAgainst, variants } from "./variants.ts"

const training = {
  ...(cases["bounded negative cross-entropy beside a positive one"] ?? assert.fail("no such case")),
  optimisers: [{ method: { _tag: "Adam", learningRate: 1e-2 } }],
  epochs: 6,
  batch: 15,
  seed: 4
} as const

const trained = (backend: "tfjs-node" | "tfjs-wasm") =>
  Effect.map(Train.fit({ ...training, backend }), ({ parameters }) => parameters)

for (const { isMissing, title, variant } of variants)
  describe.skipIf(isMissing)(`a training on ${title}`, () => {
    it.effect("gives the same bits twice, and where another back end is set between its steps", () =>
      Effect.gen(function* () {
        const alone = yield* trained(variant)
        assert.deepStrictEqual(yield* trained(variant), alone)
        const { tf } = yield* loadTfjs(variant)
        // One that has no kernels at all.
        tf.registerBackend("none", () => new tf.KernelBackend())
        const disturbed = yield* Effect.all(
          [
            trained(variant),
            Effect.replicateEffect(
              Effect.andThen(
                Effect.promise(() => tf.setBackend("none")),
                Effect.yieldNow
              ),
              50
            )
          ],
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(disturbed[0], alone)
      })
    )
  })

const reason = reasonAgainst("tfjs-node") ?? reasonAgainst("tfjs-wasm")
describe.skipIf(reason !== undefined)(
  `both back ends in one thread${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    it.effect("in turns give what each gives alone, which are not the same bits", () =>
      Effect.gen(function* () {
        const [wasm, native] = [yield* trained("tfjs-wasm"), yield* trained("tfjs-node")]
        assert.notDeepEqual(wasm, native)
        const both: Effect.Effect<ReadonlyArray<unknown>, unknown> = Effect.all(
          [trained("tfjs-wasm"), trained("tfjs-node")],
          {
            concurrency: "unbounded"
          }
        )
        assert.deepStrictEqual(yield* both, [wasm, native])
      })
    )
  }
)
