import { assert, describe, it } from "@effect/vitest"
import { Data, Deferred, Effect, Exit, Fiber } from "effect"
import { f32 } from "../../src/domain/Tensor.ts"
import {
  type Backend,
  Objective,
  type Parameters,
  type Progress,
  Train,
  type Training
} from "../../src/numerics/index.ts"
import { bits, normal } from "./cases.ts"

const SAMPLES = 21
const WIDTH = 10

const draw = (epoch: number): Float32Array => Float32Array.from(normal([SAMPLES, WIDTH], `draw ${epoch}`).data)

const refresh = (epoch: number) => Effect.sync(() => draw(epoch))

const synthetic = { x: f32([SAMPLES, WIDTH], draw(1)) }

// Without momentum, and in one step an epoch, a training is its epochs one after the other.
const described = {
  network: {
    inputs: WIDTH,
    trunk: [{ units: 13, activation: "relu" }],
    heads: [{ name: "y", units: 4, activation: "sigmoid" }]
  },
  objectives: [
    Objective.binaryCrossEntropy({ name: "bce", head: "y" }),
    Objective.expectationMatching({
      name: "aux",
      head: "y",
      batch: "synthetic",
      attribute: 3,
      targets: [
        { unit: 0, value: 0.4 },
        { unit: 1, value: 0.1 }
      ]
    })
  ],
  optimisers: [{ method: { _tag: "Sgd", learningRate: 0.1 } }],
  data: { x: normal([30, WIDTH], "x"), targets: { y: bits([30, 4], "y") } },
  epochs: 5,
  seed: 3
} satisfies Training

const byHand = Effect.fnUntraced(function* (backend: Backend) {
  let initial: Parameters | undefined
  const losses: Array<number> = []
  for (let epoch = 1; epoch <= described.epochs; epoch++) {
    const fitted = yield* Train.fit({
      ...described,
      epochs: 1,
      backend,
      extra: { synthetic: { x: f32([SAMPLES, WIDTH], draw(epoch)) } },
      ...(initial === undefined ? {} : { initial })
    })
    initial = fitted.parameters
    losses.push(...fitted.curves.loss)
  }
  return { parameters: initial, losses }
})

describe("extra rows that change from epoch to epoch", () => {
  for (const backend of ["engine", "tfjs"] as const) {
    it.effect(`${backend}: the bits of trainings of one epoch each, with those rows`, () =>
      Effect.gen(function* () {
        const expected = yield* byHand(backend)
        const fitted = yield* Train.fit({ ...described, backend, extra: { synthetic: { ...synthetic, refresh } } })
        assert.deepStrictEqual(fitted.parameters, expected.parameters)
        assert.deepStrictEqual(fitted.curves.loss, expected.losses)
        const fixed = yield* Train.fit({ ...described, backend, extra: { synthetic } })
        assert.notDeepEqual(fixed.parameters, fitted.parameters)
        assert.strictEqual(fixed.curves.loss[0], fitted.curves.loss[0])
      })
    )
  }

  it.effect("the back ends agree where a step sees some of them, over several steps an epoch", () =>
    Effect.gen(function* () {
      const training = { ...described, batch: 8, extra: { synthetic: { ...synthetic, rowsPerStep: 6, refresh } } }
      const engine = yield* Train.fit(training)
      const again = yield* Train.fit(training)
      assert.deepStrictEqual(again, engine)
      const reference = yield* Train.fit({ ...training, backend: "tfjs" })
      engine.curves.loss.forEach((loss, i) => {
        assert.closeTo(loss, reference.curves.loss[i] ?? Number.NaN, 1e-5)
      })
      for (const [name, { data }] of Object.entries(engine.parameters))
        data.forEach((value, i) => {
          assert.closeTo(value, reference.parameters[name]?.data[i] ?? Number.NaN, 1e-4)
        })
    })
  )

  it.effect("are asked for once before every epoch but the first, and their numbering is the epochs'", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const epochs: Array<number> = []
      yield* Train.fit({
        ...described,
        batch: 7,
        extra: {
          synthetic: {
            ...synthetic,
            refresh: (epoch) =>
              Effect.as(
                Effect.sync(() => void asked.push(epoch)),
                draw(epoch)
              )
          },
          other: { x: synthetic.x }
        },
        onProgress: ({ epoch }: Progress) => Effect.sync(() => void epochs.push(epoch))
      })
      assert.deepStrictEqual(asked, [2, 3, 4, 5])
      assert.strictEqual(epochs.at(-1), 5)
    })
  )

  it.effect("a training that stops early asks no more", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const fitted = yield* Train.fit({
        ...described,
        epochs: 100,
        extra: {
          synthetic: {
            ...synthetic,
            refresh: (epoch) =>
              Effect.as(
                Effect.sync(() => void asked.push(epoch)),
                draw(epoch)
              )
          }
        },
        validation: { rows: described.data, patience: 3, metric: { better: "lower", evaluate: () => 1 } }
      })
      assert.strictEqual(fitted.stopped, "patience")
      assert.strictEqual(fitted.epochs, 4)
      assert.deepStrictEqual(asked, [2, 3, 4])
    })
  )

  it.effect("a wrong number of values is refused, and so is one that is not finite", () =>
    Effect.gen(function* () {
      const refusal = (x: Float32Array) =>
        Effect.flip(
          Train.fit({ ...described, extra: { synthetic: { ...synthetic, refresh: () => Effect.succeed(x) } } })
        )
      const short = yield* refusal(new Float32Array(SAMPLES * WIDTH - 1))
      assert.strictEqual(short._tag, "TrainingRefused")
      assert.include(
        short.message,
        "extra.synthetic.refresh is 209 values, expected 210, as extra.synthetic.x has [21, 10]"
      )
      const broken = draw(2)
      broken[57] = Number.NaN
      assert.include(
        (yield* refusal(broken)).message,
        "extra.synthetic.refresh is NaN in row 5, expected finite values"
      )
    })
  )

  it.effect("their failure is the training's", () =>
    Effect.gen(function* () {
      class NoSamples extends Data.TaggedError("NoSamples")<{ readonly epoch: number }> {}
      const error = yield* Effect.flip(
        Train.fit({
          ...described,
          extra: {
            synthetic: {
              ...synthetic,
              refresh: (epoch) => (epoch < 3 ? Effect.succeed(draw(epoch)) : Effect.fail(new NoSamples({ epoch })))
            }
          }
        })
      )
      assert.deepInclude(error, { _tag: "NoSamples", epoch: 3 })
    })
  )

  it.live("a training that waits for them is interrupted there", () =>
    Effect.gen(function* () {
      const waiting = yield* Deferred.make<void>()
      const refresh = () => Effect.andThen(Deferred.succeed(waiting, undefined), Effect.never)
      const fiber = yield* Effect.forkChild(
        Train.fit({ ...described, extra: { synthetic: { ...synthetic, refresh } } })
      )
      yield* Deferred.await(waiting)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    })
  )
})
