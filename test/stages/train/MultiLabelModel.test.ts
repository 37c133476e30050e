import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { ln, type Objective, Train, type Training } from "ablate/numerics"
import { Effect } from "effect"
import type { MainLoss } from "../../../stages/train/MultiLabelConfig.ts"
import { AUXILIARY_DEFAULTS, MULTI_LABEL_DEFAULTS, type Surrogate } from "../../../stages/train/MultiLabelConfig.ts"
import {
  auxiliaryObjective,
  mainObjective,
  multiLabelNetwork,
  multiLabelOptimiser,
  SYNTHETIC
} from "../../../stages/train/MultiLabelModel.ts"

const logit = (p: number) => ln(p / (1 - p))

/** Rows whose logits are these, through a network without a trunk whose weights are the identity: the loss of its first epoch. */
const losses = Effect.fnUntraced(function* (
  activation: "sigmoid" | "softmax",
  main: { readonly logits: ReadonlyArray<ReadonlyArray<number>>; readonly y: ReadonlyArray<ReadonlyArray<number>> },
  objectives: ReadonlyArray<Objective.Objective>,
  synthetic?: ReadonlyArray<ReadonlyArray<number>>
) {
  const width = main.y[0]?.length ?? 0
  const matrix = (rows: ReadonlyArray<ReadonlyArray<number>>) =>
    f32([rows.length, width], Float32Array.from(rows.flat()))
  const identity = Float32Array.from({ length: width * width }, (_, at) => (at % (width + 1) === 0 ? 1 : 0))
  const training: Training = {
    network: { inputs: width, trunk: [], heads: [{ name: "y", units: width, activation }] },
    objectives,
    optimisers: [{ method: { _tag: "Sgd", learningRate: 1e-30 } }],
    data: { x: matrix(main.logits), targets: { y: matrix(main.y) } },
    ...(synthetic === undefined ? {} : { extra: { [SYNTHETIC]: { x: matrix(synthetic) } } }),
    epochs: 1,
    seed: 1,
    initial: { "heads.y.weight": f32([width, width], identity), "heads.y.bias": f32([width], new Float32Array(width)) }
  }
  const { curves } = yield* Train.fit(training)
  return Object.fromEntries(Object.entries(curves.terms).map(([name, [first]]) => [name, first ?? Number.NaN]))
})

const y = [
  [1, 0, 1],
  [0, 1, 0]
]
const sigmoidLogits = [
  [0.9, 0.2, 0.6],
  [0.3, 0.7, 0.4]
].map((row) => row.map(logit))

describe("the main loss (oracle choi_main_loss)", () => {
  const expected: ReadonlyArray<readonly [MainLoss, number]> = [
    ["bce-sum", 1.0317526011907412],
    ["bce-mean", 0.3439175337302471],
    ["softmax-ce", 1.1712170970429934]
  ]
  for (const [loss, value] of expected)
    it.effect(loss, () =>
      Effect.gen(function* () {
        const logits = loss === "softmax-ce" ? [[2, 1, 1], [1, 3, 1]] : sigmoidLogits // biome-ignore format: two rows
        const activation = multiLabelNetwork(3, { ...MULTI_LABEL_DEFAULTS, loss }).heads[0]?.activation
        if (activation !== "sigmoid" && activation !== "softmax") return assert.fail(`${activation}`)
        const { main } = yield* losses(activation, { logits, y }, [mainObjective(loss)])
        assert.closeTo(main ?? Number.NaN, value, 1e-6)
      })
    )

  it.effect("literal-normalised-ce depends on the outputs' ratios alone", () =>
    Effect.gen(function* () {
      // The oracle's raw scores 2, 1, 1 and 1, 3, 1, divided by 4 so that they are sigmoids' outputs.
      const logits = [
        [0.5, 0.25, 0.25],
        [0.25, 0.75, 0.25]
      ].map((row) => row.map(logit))
      const { main } = yield* losses("sigmoid", { logits, y }, [mainObjective("literal-normalised-ce")])
      assert.closeTo(main ?? Number.NaN, 1.2951335827229133, 1e-6)
    })
  )
})

describe("the auxiliary term (oracle choi_aux_loss)", () => {
  // The oracle has two labels and gender in the third column; here gender is the twelfth, and labels beyond the two have no term.
  const synthetic = [
    [0.9, 0.2, 0.8],
    [0.6, 0.7, 0.3],
    [0.4, 0.9, 0.9],
    [0.55, 0.1, 0.51]
  ].map(([a = 0, b = 0, g = 0]) => [a, b, ...new Array<number>(9).fill(0.5), g].map(logit))
  const main = { logits: [new Array<number>(12).fill(0)], y: [new Array<number>(12).fill(0)] }
  const targets = [
    { label: "truck", gender: "man", value: 0.3 },
    { label: "motorcycle", gender: "man", value: 0.2 }
  ] as const
  const of = (surrogate: Surrogate, lambda = 1) =>
    losses(
      "sigmoid",
      main,
      [
        mainObjective("bce-sum"),
        auxiliaryObjective(
          { ...AUXILIARY_DEFAULTS, surrogate, lambda, beta: surrogate === "sharpened" ? 1 : null },
          targets,
          4
        )
      ],
      synthetic
    )

  it.effect("product: the soft sum trains, the hard one is kept", () =>
    Effect.gen(function* () {
      const terms = yield* of("product")
      assert.closeTo(terms.auxiliary ?? Number.NaN, 0.19287500000000007, 1e-6)
      assert.closeTo(terms["auxiliary/hard"] ?? Number.NaN, 0.25, 1e-6)
    })
  )

  it.effect("straight-through has the hard value; λ weighs it, and not the value that is kept", () =>
    Effect.gen(function* () {
      const terms = yield* of("straight-through", 3)
      assert.closeTo(terms.auxiliary ?? Number.NaN, 0.75, 1e-6)
      assert.closeTo(terms["auxiliary/hard"] ?? Number.NaN, 0.25, 1e-6)
    })
  )

  it.effect("sharpened with β = 1 is the product; conditional is Σpq/Σp", () =>
    Effect.gen(function* () {
      assert.closeTo((yield* of("sharpened")).auxiliary ?? Number.NaN, 0.19287500000000007, 1e-6)
      const { auxiliary, "auxiliary/hard": hard } = yield* of("conditional")
      assert.closeTo(auxiliary ?? Number.NaN, 0.6287755102040816 - 0.3 + (0.6478947368421053 - 0.2), 1e-6)
      assert.closeTo(hard ?? Number.NaN, 2 / 3 - 0.3 + (0.5 - 0.2), 1e-6)
    })
  )

  it.effect("women's terms are the complement within the label", () =>
    Effect.gen(function* () {
      const { auxiliary } = yield* losses(
        "sigmoid",
        main,
        [auxiliaryObjective(AUXILIARY_DEFAULTS, [{ label: "truck", gender: "woman", value: 0.1 }], 4)],
        synthetic
      )
      const expected = (0.9 * 0.2 + 0.6 * 0.7 + 0.4 * 0.1 + 0.55 * 0.49) / 4 - 0.1
      assert.closeTo(auxiliary ?? Number.NaN, expected, 1e-6)
    })
  )
})

describe("the optimiser", () => {
  it("decays as configured", () => {
    const of = (decay: "coupled" | "decoupled" | "none", l2: number | null) =>
      multiLabelOptimiser({ decay, l2, learningRate: 3e-5 }).method
    assert.deepStrictEqual(of("coupled", 1e-3), { _tag: "Adam", learningRate: 3e-5, weightDecay: 1e-3 })
    assert.deepStrictEqual(of("decoupled", 1e-3), { _tag: "AdamW", learningRate: 3e-5, weightDecay: 1e-3 })
    assert.deepStrictEqual(of("none", null), { _tag: "Adam", learningRate: 3e-5, weightDecay: 0 })
  })
})
