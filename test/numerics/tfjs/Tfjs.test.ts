import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Tensor } from "../../../src/domain/Tensor.ts"
import { EngineSession } from "../../../src/numerics/engine/EngineSession.ts"
import { initialParameters, type Method, numericsId, Train } from "../../../src/numerics/index.ts"
import { resolve } from "../../../src/numerics/Problem.ts"
import { TrainingRefused } from "../../../src/numerics/TrainingRefused.ts"
import { loadTfjs } from "../../../src/numerics/tfjs/Tfjs.ts"
import { TfjsSession } from "../../../src/numerics/tfjs/TfjsSession.ts"
import { cases } from "../cases.ts"
import { variants } from "./variants.ts"

/** Largest difference over the largest value. */
const distance = (a: Tensor | undefined, b: Tensor | undefined): number => {
  if (a === undefined || b === undefined || a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY
  let gap = 0
  let largest = 0
  b.data.forEach((value, i) => {
    const difference = Math.abs((a.data[i] ?? Number.NaN) - value)
    gap = difference <= gap ? gap : difference
    largest = Math.max(largest, Math.abs(value))
  })
  return gap === 0 ? 0 : gap / Math.max(largest, 1e-30)
}

const sgd = { method: { _tag: "Sgd", learningRate: 1 } } as const

for (const { isMissing, title, variant } of variants)
  describe.skipIf(isMissing)(`The engine against TensorFlow.js autodiff: ${title}`, () => {
    for (const [name, described] of Object.entries(cases)) {
      it.effect(`gradients: ${name}`, () =>
        Effect.gen(function* () {
          const tfjs = yield* loadTfjs(variant)
          const problem = resolve({ ...described, optimisers: [sgd], seed: 5, epochs: 1 })
          if (problem instanceof TrainingRefused) return yield* problem
          const start = initialParameters(described.network, 5)
          const selections = problem.segments.map(() => ({ rows: new Int32Array(0), start: 0, count: 0 }))
          const engine = new EngineSession(problem, start)
          const reference = new TfjsSession(tfjs, problem, start)
          const expected = reference.gradients(selections, 0)
          // Of one step at rate 1, the parameters' change is the gradient with its penalties; the bare one has more bits.
          engine.differentiate(selections)
          const found = engine.gradients(0)
          const penalised = described.objectives.some((objective) => objective._tag === "L2")
          assert.sameMembers(Object.keys(found), Object.keys(expected))
          if (!penalised) {
            for (const [parameter, tensor] of Object.entries(expected)) {
              assert.isBelow(distance(found[parameter], tensor), 1e-5, parameter)
            }
          }
          engine.step(selections, 1)
          reference.step(selections, 1)
          const after = reference.parameters()
          for (const [parameter, tensor] of Object.entries(engine.parameters())) {
            assert.isBelow(distance(tensor, after[parameter]), 1e-5, parameter)
          }
          for (let i = 0; i < problem.terms.length; i++) {
            const value = reference.terms[i] ?? Number.NaN
            assert.closeTo(engine.terms[i] ?? Number.NaN, value, 1e-5 * Math.max(1e-3, Math.abs(value)))
            assert.closeTo(engine.observations[i] ?? Number.NaN, reference.observations[i] ?? Number.NaN, 1e-5)
          }
          engine.penalties().forEach((value, i) => {
            const other = reference.penalties()[i] ?? Number.NaN
            assert.closeTo(value, other, 1e-5 * Math.abs(other))
          })
          reference.dispose()
        })
      )
    }

    const methods: Readonly<Record<string, Method>> = {
      SGD: { _tag: "Sgd", learningRate: 0.01 },
      momentum: { _tag: "Momentum", learningRate: 0.002 },
      "Nesterov momentum": { _tag: "Momentum", learningRate: 0.002, momentum: 0.8, nesterov: true },
      Adam: { _tag: "Adam", learningRate: 1e-3 },
      "Adam with weight decay": {
        _tag: "Adam",
        learningRate: 1e-3,
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-6,
        weightDecay: 0.01
      },
      AdamW: { _tag: "AdamW", learningRate: 1e-3, weightDecay: 0.1 }
    }
    for (const [name, method] of Object.entries(methods)) {
      it.effect(`200 steps of ${name}`, () =>
        Effect.gen(function* () {
          const described = cases["bounded negative cross-entropy beside a positive one"]
          if (described === undefined) return assert.fail("no such case")
          const training = { ...described, optimisers: [{ method }], epochs: 40, batch: 15, seed: 2 }
          const engine = yield* Train.fit(training)
          const reference = yield* Train.fit({ ...training, backend: variant })
          assert.strictEqual(reference.numerics, numericsId(variant))
          for (const [parameter, tensor] of Object.entries(engine.parameters)) {
            assert.isBelow(distance(tensor, reference.parameters[parameter]), 1e-4, parameter)
          }
          engine.curves.loss.forEach((loss, i) => {
            assert.closeTo(loss, reference.curves.loss[i] ?? Number.NaN, 1e-4)
          })
        })
      )
    }

    it.effect("two optimisers on overlapping parameters, clipped and scheduled", () =>
      Effect.gen(function* () {
        const described = cases["negative bias terms behind gates"]
        if (described === undefined) return assert.fail("no such case")
        const training = {
          ...described,
          optimisers: [
            {
              method: { _tag: "Adam", learningRate: 1e-3 },
              parameters: ["trunk", "heads.y"],
              objectives: ["se"],
              clip: { norm: 0.5 }
            },
            {
              method: { _tag: "Momentum", learningRate: 1e-2 },
              parameters: ["trunk", "heads.fear.weight", "heads.anger"],
              objectives: ["fear", "anger"],
              clip: { value: 0.05 }
            }
          ],
          schedule: { _tag: "Step", every: 20, factor: 0.5 },
          epochs: 50,
          seed: 3
        } as const
        const engine = yield* Train.fit(training)
        const reference = yield* Train.fit({ ...training, backend: variant })
        for (const [parameter, tensor] of Object.entries(engine.parameters)) {
          assert.isBelow(distance(tensor, reference.parameters[parameter]), 1e-4, parameter)
        }
        const scores = yield* Train.predict({
          ...training,
          parameters: engine.parameters,
          x: training.data.x,
          gates: training.data.gates
        })
        const others = yield* Train.predict({
          ...training,
          parameters: engine.parameters,
          x: training.data.x,
          gates: training.data.gates,
          backend: variant
        })
        for (const head of ["y", "fear", "anger"]) {
          assert.isBelow(distance(scores[head]?.outputs, others[head]?.outputs), 1e-5, head)
          assert.isBelow(distance(scores[head]?.logits, others[head]?.logits), 1e-4, head)
        }
      })
    )

    it.effect("leaves no tensor behind", () =>
      Effect.gen(function* () {
        const { tf } = yield* loadTfjs(variant)
        const described = cases["expectation matching, product"]
        if (described === undefined) return assert.fail("no such case")
        const before = tf.memory().numTensors
        yield* Train.fit({
          ...described,
          optimisers: [sgd],
          epochs: 3,
          batch: 8,
          seed: 1,
          backend: variant,
          validation: { rows: { fraction: 0.2 } }
        })
        assert.strictEqual(tf.memory().numTensors, before)
      })
    )
  })
