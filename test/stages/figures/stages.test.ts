import { assert, describe, it } from "@effect/vitest"
import { f32, type Measure } from "ablate"
import { Effect } from "effect"
import {
  biasScatterFigure,
  curvesOf,
  descriptorCurves,
  tradeoff,
  tradeoffPoint,
  trainingCurves
} from "../../../stages/figures/stages.ts"
import { parsedSvg, textsOf } from "./parsedSvg.ts"
import { amplified, seed, TRAIN } from "./seeds.ts"

interface Runnable {
  readonly run: (
    inputs: { readonly [name: string]: unknown },
    config: unknown
  ) => Effect.Effect<unknown, unknown, unknown>
}

const bytesOf = (stage: Runnable, inputs: { readonly [name: string]: unknown }, config: unknown) =>
  // The stages of figures ask for no service.
  Effect.flatMap(stage.run(inputs, config) as Effect.Effect<unknown, unknown>, (output) =>
    output instanceof Uint8Array ? Effect.succeed(output) : Effect.die("not bytes")
  )
const refusal = (stage: Runnable, inputs: { readonly [name: string]: unknown }, config: unknown) =>
  Effect.map(Effect.flip(stage.run(inputs, config) as Effect.Effect<unknown, unknown>), String)

const model = (loss: ReadonlyArray<number>) => ({
  tensors: { "trunk.0.weight": f32([1], Float32Array.of(1)) },
  meta: { loss, terms: { main: loss, "auxiliary/hard": loss.map((value) => value / 10) } }
})

describe("figures/bias-scatter", () => {
  const seeds = [amplified(0.1), amplified(0.12), amplified(0.08)]

  it.effect("gives a picture with all labels", () =>
    Effect.gen(function* () {
      // At +12 points, tie stops at 1: 11 · 12 − 0.74 points over 11 labels.
      const bytes = yield* bytesOf(biasScatterFigure, { seeds }, { title: "Figure 1", subtitle: ["Baseline"] })
      const texts = textsOf(bytes)
      for (const label of Object.keys(TRAIN)) assert.strictEqual(texts.filter((text) => text === label).length, 1)
      assert.includeMembers([...texts], ["Figure 1", "Baseline", "Mean amplification", "+10.0 points (+8.0 to +11.9)"])
    })
  )

  it.effect("escapes whatever a label is called", () =>
    Effect.gen(function* () {
      const bytes = yield* bytesOf(
        biasScatterFigure,
        { seeds: [seed({ '<&">': [0.4, 0.3], "a\u0007": [0.6, null] })] },
        { title: "<&>" }
      )
      assert.includeMembers([...textsOf(bytes)], ['<&">', "a\uFFFD", "<&>"])
    })
  )

  it.effect("refuses no seeds, and seeds that do not belong together", () =>
    Effect.gen(function* () {
      assert.match(
        yield* refusal(biasScatterFigure, { seeds: [] }, { title: "Figure 1" }),
        /figure "Figure 1": it has no seed/
      )
      assert.match(
        yield* refusal(
          biasScatterFigure,
          { seeds: [seed({ a: [0.1, 0.2] }), seed({ b: [0.1, 0.2] })] },
          { title: "Figure 1" }
        ),
        /seed 2 of the input "seeds" has the labels b; the first has a/
      )
    })
  )

  it("refuses a frame that is none when it is declared", () => {
    for (const frame of [
      [0.5, 0.2],
      [0, 1.5],
      [0.5, 0.5]
    ] as const)
      assert.throws(() => biasScatterFigure.node({ seeds: [] }, { title: "Figure 1", frame }), /frame: found/)
    assert.doesNotThrow(() => biasScatterFigure.node({ seeds: [] }, { title: "Figure 1", frame: [0.3, 1] }))
  })
})

describe("figures of curves", () => {
  it.effect("draw a model's loss and its terms, those that are chosen by their labels", () =>
    Effect.gen(function* () {
      const models = [model([3, 2, 1]), model([5, 4, 3])]
      const all = textsOf(yield* bytesOf(trainingCurves, { models }, { title: "Loss" }))
      assert.includeMembers([...all], ["auxiliary/hard: 0.2", "loss: 2", "main: 2", "epoch"])
      const curves = [{ name: "main", label: "cross entropy" }]
      const some = textsOf(yield* bytesOf(trainingCurves, { models }, { title: "Loss", scale: "log", curves }))
      assert.include(some, "cross entropy: 2")
      assert.notInclude(some, "loss: 2")
    })
  )

  it.effect("draw the diagnostics of a descriptor model over iterations, and records of any names", () =>
    Effect.gen(function* () {
      const models = [{ tensors: {}, meta: { curves: { gapMean: [0.5, 0.1], gapMax: [2, 1] } } }]
      const texts = textsOf(yield* bytesOf(descriptorCurves, { models }, { title: "Descriptor", yTitle: "gap" }))
      assert.includeMembers([...texts], ["gapMean: 0.1", "gapMax: 1", "iteration", "gap"])
      assert.include(textsOf(yield* bytesOf(curvesOf, { runs: [{ any: [2, 1] }] }, { title: "Any" })), "any: 1")
    })
  )

  it.effect("refuse what is not there", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal(curvesOf, { runs: [] }, { title: "Loss" }), /no run to draw/)
      assert.match(
        yield* refusal(curvesOf, { runs: [{ a: [1] }] }, { title: "Loss", curves: [{ name: "b" }] }),
        /run 1 has no curve "b"; it has a/
      )
      assert.match(
        yield* refusal(curvesOf, { runs: [{ a: [0] }] }, { title: "Loss", scale: "log" }),
        /no value is above 0/
      )
      const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`${index}`, [1]]))
      assert.match(
        yield* refusal(curvesOf, { runs: [many] }, { title: "Loss" }),
        /found 17 curves, expected at most 16/
      )
    })
  )
})

describe("figures/tradeoff", () => {
  const metrics = (accuracy: number, zhao: number | null): { readonly [name: string]: Measure } => ({
    accuracy: { value: accuracy },
    zhao: { value: zhao }
  })
  const config = { name: "baseline", x: "zhao", y: "accuracy" }
  const axes = { x: { title: "Amplification", better: "lower" }, y: { title: "Accuracy", better: "higher" } }

  it.effect("draws the points that its other stage makes of the seeds' metrics", () =>
    Effect.gen(function* () {
      const point = (name: string, zhao: number) =>
        tradeoffPoint.run(
          { seeds: [metrics(0.8, zhao), metrics(0.82, zhao + 0.02)] },
          { ...config, name }
        ) as Effect.Effect<unknown, unknown>
      const points = yield* Effect.all([point("baseline", 0.1), point("auxiliary", 0.05)])
      const texts = textsOf(yield* bytesOf(tradeoff, { points }, { title: "Sweep", ...axes }))
      assert.includeMembers([...texts], ["baseline", "auxiliary", "Amplification (lower is better)"])
    })
  )

  it.effect("refuses a metric that is not there, and variants of one name", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal(tradeoffPoint, { seeds: [] }, config), /no seed/)
      assert.match(
        yield* refusal(tradeoffPoint, { seeds: [{ other: { value: 1 } }] }, config),
        /no metric "zhao".*the first has other/
      )
      const point = yield* tradeoffPoint.run({ seeds: [metrics(0.8, 0.1)] }, config) as Effect.Effect<unknown, unknown>
      assert.match(
        yield* refusal(tradeoff, { points: [point, point] }, { title: "Sweep", ...axes }),
        /two variants are called "baseline"/
      )
    })
  )

  it.effect("gives well-formed pictures", () =>
    Effect.gen(function* () {
      const point = yield* tradeoffPoint.run(
        { seeds: [metrics(0.8, 0.1)] },
        { ...config, name: "<λ & μ>" }
      ) as Effect.Effect<unknown, unknown>
      const elements = parsedSvg(yield* bytesOf(tradeoff, { points: [point] }, { title: "Sweep", ...axes }))
      assert.strictEqual(elements.filter(({ text }) => text === "<λ & μ>").length, 1)
    })
  )
})
