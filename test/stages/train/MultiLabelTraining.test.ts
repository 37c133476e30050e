import { assert, describe, it } from "@effect/vitest"
import { type Float32Tensor, f32, type Tensor } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { COCO_LABELS, GENDER_COLUMN, OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import {
  AUXILIARY_DEFAULTS,
  type AuxiliaryConfig,
  MULTI_LABEL_DEFAULTS,
  type MultiLabelConfig,
  type Surrogate
} from "../../../stages/train/MultiLabelConfig.ts"
import { predictMultiLabel } from "../../../stages/train/MultiLabelPrediction.ts"
import type { MultiLabelRows } from "../../../stages/train/MultiLabelRows.ts"
import { trainMultiLabel } from "../../../stages/train/MultiLabelTraining.ts"

const WIDTH = OUTPUTS.length
const INPUTS = 20

/** Images of one object each: an object moves its own input, a man the last one, and noise the rest. */
const sample = (count: number, purpose: string): MultiLabelRows => {
  const stream = Rng.stream(9, purpose)
  const x = Float32Array.from({ length: count * INPUTS }, () => 0.3 * stream.normal())
  const y = new Float32Array(count * WIDTH)
  for (let row = 0; row < count; row++) {
    const object = stream.below(COCO_LABELS.length)
    const man = stream.uniform() < (object % 2 === 0 ? 0.8 : 0.4)
    y[row * WIDTH + object] = 1
    y[row * WIDTH + GENDER_COLUMN] = man ? 1 : 0
    x[row * INPUTS + object] = (x[row * INPUTS + object] ?? 0) + 1
    x[row * INPUTS + INPUTS - 1] = (x[row * INPUTS + INPUTS - 1] ?? 0) + (man ? 0.5 : -0.5)
  }
  return { count, inputs: INPUTS, x, y }
}

const rows = sample(150, "rows")
const unseen = sample(100, "unseen")
const synthetic = f32([60, INPUTS], sample(60, "synthetic").x)
const train: MultiLabelConfig = { ...MULTI_LABEL_DEFAULTS, hidden: [12], learningRate: 0.01, batch: 32, epochs: 12 }

const task = (change: Partial<AuxiliaryConfig> = {}) => ({
  config: { ...AUXILIARY_DEFAULTS, ...change },
  x: synthetic
})

const bitsRight = (predicted: Tensor, truth: ArrayLike<number>) =>
  [...predicted.data].filter((bit, at) => bit === truth[at]).length / predicted.data.length

describe("variants of a seed", () => {
  it.effect("λ = 0 gives the baseline's bits: same start, same batches", () =>
    Effect.gen(function* () {
      const baseline = yield* trainMultiLabel(rows, train, 4)
      for (const surrogate of ["product", "straight-through", "sharpened", "conditional"] as const) {
        const beta = surrogate === "sharpened" ? 10 : null
        for (const [rowsPerStep, frequencies] of [
          [null, null],
          [7, "step"],
          [7, "pass"]
        ] as const) {
          const change = { lambda: 0, surrogate, beta, rowsPerStep, frequencies }
          const idle = yield* trainMultiLabel(rows, train, 4, task(change))
          assert.deepStrictEqual(idle.tensors, baseline.tensors)
          assert.deepStrictEqual(idle.meta.terms.main, baseline.meta.terms.main)
        }
      }
      const active = yield* trainMultiLabel(rows, train, 4, task())
      assert.notDeepEqual(active.tensors, baseline.tensors)
      const other = yield* trainMultiLabel(rows, train, 5)
      assert.notDeepEqual(other.tensors, baseline.tensors)
    })
  )

  it.effect("the first step of all begins at one start: the loss on a full batch is the same", () =>
    Effect.gen(function* () {
      const full = { ...train, batch: null, epochs: 1 }
      const first = (yield* trainMultiLabel(rows, full, 4)).meta.terms.main
      for (const lambda of [1, 10]) {
        const { meta } = yield* trainMultiLabel(rows, full, 4, task({ lambda, genders: "both" }))
        assert.deepStrictEqual(meta.terms.main, first)
      }
    })
  )

  it.effect("rows that a draw leaves as they were give the offline bits; others do not", () =>
    Effect.gen(function* () {
      const offline = yield* trainMultiLabel(rows, train, 4, task())
      const still = yield* trainMultiLabel(rows, train, 4, {
        ...task(),
        fresh: Effect.sync(() => Float32Array.from(synthetic.data))
      })
      assert.deepStrictEqual(still.tensors, offline.tensors)
      assert.isTrue(still.meta.auxiliary?.online)
      let draws = 0
      const moving = yield* trainMultiLabel(rows, train, 4, {
        ...task(),
        fresh: Effect.sync(() => sample(60, `draw ${draws++}`).x)
      })
      assert.strictEqual(draws, train.epochs - 1)
      assert.notDeepEqual(moving.tensors, offline.tensors)
    })
  )
})

describe("the two back ends", () => {
  const variants: ReadonlyArray<readonly [string, Partial<MultiLabelConfig>, Partial<AuxiliaryConfig> | undefined]> = [
    ["baseline", {}, undefined],
    ["softmax", { loss: "softmax-ce", decay: "decoupled" }, undefined],
    ["literal and standardised", { loss: "literal-normalised-ce", standardise: true }, { lambda: 0.3 }],
    ...(["product", "straight-through", "sharpened", "conditional"] as const).map(
      (surrogate: Surrogate) =>
        [
          surrogate,
          { loss: "bce-mean" },
          {
            surrogate,
            beta: surrogate === "sharpened" ? 4 : null,
            genders: "both",
            rowsPerStep: 20,
            frequencies: surrogate === "sharpened" || surrogate === "conditional" ? "pass" : "step"
          }
        ] as const
    )
  ]
  for (const [name, change, auxiliary] of variants)
    it.effect(`agree on ${name}`, () =>
      Effect.gen(function* () {
        const config = { ...train, ...change, epochs: 2, learningRate: 0.003 }
        const given = auxiliary === undefined ? undefined : task(auxiliary)
        const engine = yield* trainMultiLabel(rows, config, 2, given)
        const reference = yield* trainMultiLabel(rows, { ...config, backend: "tfjs" }, 2, given)
        assert.match(reference.meta.numerics, /^tfjs/)
        engine.meta.loss.forEach((loss, epoch) => {
          assert.closeTo(loss, reference.meta.loss[epoch] ?? Number.NaN, 1e-3)
        })
        const [ours, theirs] = [yield* predictMultiLabel(engine, unseen), yield* predictMultiLabel(reference, unseen)]
        ours.scores.data.forEach((score, at) => {
          assert.closeTo(score, theirs.scores.data[at] ?? Number.NaN, 1e-3)
        })
      })
    )
})

describe("what is learnt", () => {
  it.effect("labels of unseen rows, better than by saying no to everything; standardised inputs too", () =>
    Effect.gen(function* () {
      const silent = [...unseen.y].filter((bit) => bit === 0).length / unseen.y.length
      for (const standardise of [false, true]) {
        const model = yield* trainMultiLabel(rows, { ...train, epochs: 60, standardise }, 1)
        assert.strictEqual(model.meta.constantInputs, standardise ? 0 : null)
        const { predicted } = yield* predictMultiLabel(model, unseen)
        assert.isAbove(bitsRight(predicted, unseen.y), Math.max(0.93, silent))
      }
    })
  )

  it.effect("standardised inputs: moving and stretching every input changes next to nothing", () =>
    Effect.gen(function* () {
      const config = { ...train, standardise: true }
      const moved = ({ x, ...rest }: MultiLabelRows) => ({ ...rest, x: x.map((value) => 8 * value + 32) })
      const here = yield* trainMultiLabel(rows, config, 1, task())
      const there = yield* trainMultiLabel(moved(rows), config, 1, {
        ...task(),
        x: f32([60, INPUTS], moved({ ...rows, x: Float32Array.from(synthetic.data) }).x)
      })
      const a = yield* predictMultiLabel(here, unseen)
      const b = yield* predictMultiLabel(there, moved(unseen))
      a.scores.data.forEach((score, at) => {
        assert.closeTo(score, b.scores.data[at] ?? Number.NaN, 1e-3)
      })
    })
  )

  it.effect("a strong auxiliary task brings the frequencies of the synthetic rows to those of the training rows", () =>
    Effect.gen(function* () {
      const config = { ...train, epochs: 80 }
      const soft = (lambda: number) =>
        Effect.map(trainMultiLabel(rows, config, 1, task({ lambda })), ({ meta }) => meta.terms.auxiliary?.at(-1))
      const weak = (yield* soft(0.01)) ?? Number.NaN
      const strong = (yield* soft(10)) ?? Number.NaN
      assert.isBelow(strong / 10, weak / 0.01 / 2)
    })
  )
})

describe("what does not go together", () => {
  it.effect("is refused with a reason", () =>
    Effect.gen(function* () {
      const reason = (config: Partial<MultiLabelConfig>, x: Float32Tensor<readonly [number, number]>, given = rows) =>
        Effect.map(
          Effect.flip(trainMultiLabel(given, { ...train, ...config }, 1, { ...task({ surrogate: "conditional" }), x })),
          ({ message }) => message
        )
      assert.include(yield* reason({ loss: "softmax-ce" }, synthetic), "a softmax gives shares of one")
      assert.strictEqual(
        yield* reason({}, f32([2, 3], new Float32Array(6))),
        'tensor "synthetic x": found F32 of shape [2, 3], expected F32 [samples, 20], as the training rows have 20 inputs'
      )
      const broken = Float32Array.from(synthetic.data)
      broken[INPUTS + 1] = Number.NaN
      assert.include(yield* reason({}, f32([60, INPUTS], broken)), "found NaN in row 1")
      assert.include(
        yield* reason({}, synthetic, { ...rows, y: new Float32Array(rows.y.length) }),
        "no training row has any of the eleven labels"
      )
      const none = { count: 0, inputs: INPUTS, x: new Float32Array(0), y: new Float32Array(0) }
      assert.include((yield* Effect.flip(trainMultiLabel(none, train, 1))).message, "at least one row to train on")
    })
  )
})
