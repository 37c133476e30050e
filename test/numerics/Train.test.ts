import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { f32 } from "../../src/domain/Tensor.ts"
import {
  initialParameters,
  Objective,
  type Progress,
  Train,
  type Training,
  TrainingDiverged
} from "../../src/numerics/index.ts"
import { bits, classes, normal } from "./cases.ts"
import { countedClock } from "./countedClock.ts"
import { fixedHash, fixedProblem, hashOf } from "./fixedProblem.ts"

/** The promise of the engine: these bits, on every machine. It changes only with the arithmetic, and then numericsId does too. */
const COMMITTED = "3d62a3d454465674cce081228f49b4312a0b8d89dfb1cdcbe6773abea09e8b6a"

const small = {
  network: {
    inputs: 6,
    trunk: [{ units: 9, activation: "relu" }],
    heads: [{ name: "y", units: 3, activation: "softmax" }]
  },
  objectives: [Objective.categoricalCrossEntropy({ name: "ce", head: "y" })],
  optimisers: [{ method: { _tag: "Adam", learningRate: 0.01 } }],
  data: { x: normal([50, 6], "x"), targets: { y: classes(50, 3, "y") } },
  epochs: 20,
  batch: 16,
  seed: 1
} satisfies Training

describe("Train.fit: the same bits", () => {
  it.effect("as committed, in this thread and side by side", () =>
    Effect.gen(function* () {
      const hashes = yield* Effect.all([fixedHash, fixedHash, fixedHash], { concurrency: "unbounded" })
      assert.deepStrictEqual(hashes, [COMMITTED, COMMITTED, COMMITTED])
    })
  )

  it("in a worker thread", async () => {
    const worker = new Worker(new URL("./fixedProblem.worker.ts", import.meta.url))
    const [hash] = await once(worker, "message")
    assert.strictEqual(hash, COMMITTED)
    await worker.terminate()
  })

  it.effect(
    "whoever watches, and other bits for another seed",
    () =>
      Effect.gen(function* () {
        const watched = yield* Train.fit({ ...fixedProblem, onProgress: () => Effect.sleep(0) })
        assert.strictEqual(hashOf(watched), COMMITTED)
        const other = yield* Train.fit({ ...fixedProblem, seed: 21 })
        assert.notStrictEqual(hashOf(other), COMMITTED)
      }),
    { timeout: 20_000 }
  )

  it.effect("a further head moves neither the start nor the batches of the others", () =>
    Effect.gen(function* () {
      const plain = yield* Train.fit(small)
      const further = yield* Train.fit({
        ...small,
        network: { ...small.network, heads: [...small.network.heads, { name: "z", units: 2, activation: "sigmoid" }] },
        objectives: [...small.objectives, Objective.squaredError({ name: "se", head: "z", trunkFactor: 0 })],
        data: { ...small.data, targets: { ...small.data.targets, z: bits([50, 2], "z") } }
      })
      for (const [name, tensor] of Object.entries(plain.parameters))
        assert.deepStrictEqual(further.parameters[name], tensor)
      assert.deepStrictEqual(further.curves.terms.ce, plain.curves.terms.ce)
    })
  )

  it.effect("a full batch ignores the batch stream; every row of an epoch is seen once", () =>
    Effect.gen(function* () {
      const seen = new Map<number, number>()
      yield* Train.fit({
        ...small,
        epochs: 3,
        objectives: [
          Objective.make({
            name: "count",
            head: "y",
            evaluator: () => ({
              at: "output",
              over: "sum",
              evaluate: (batch, gradient) => {
                gradient.fill(0)
                for (let r = 0; r < batch.rows; r++) {
                  const row = batch.targets.row?.[r] ?? -1
                  seen.set(row, (seen.get(row) ?? 0) + 1)
                }
                return 0
              }
            })
          })
        ],
        data: {
          ...small.data,
          targets: {
            row: f32(
              [50],
              Float32Array.from({ length: 50 }, (_, i) => i)
            )
          }
        }
      })
      assert.strictEqual(seen.size, 50)
      assert.deepStrictEqual([...new Set(seen.values())], [3])
      const full = { ...small, batch: "full", initial: initialParameters(small.network, 1) } as const
      const one = yield* Train.fit(full)
      const two = yield* Train.fit({ ...full, seed: 2 })
      assert.deepStrictEqual(one.parameters, two.parameters)
    })
  )
})

describe("Train.fit: learning", () => {
  it.effect("fits separable classes, and predict gives the scores that training saw", () =>
    Effect.gen(function* () {
      const x = normal([200, 6], "points")
      const label = Int32Array.from(
        { length: 200 },
        (_, r) => ((x.data[6 * r] ?? 0) > 0 ? 1 : 0) + ((x.data[6 * r + 1] ?? 0) > 0 ? 1 : 0)
      )
      const fitted = yield* Train.fit({
        ...small,
        data: { x, targets: { y: { dtype: "I32", shape: [200], data: label } } },
        epochs: 150
      })
      assert.isBelow(fitted.curves.loss.at(-1) ?? 9, 0.1)
      assert.strictEqual(fitted.curves.loss.length, 150)
      const scores = yield* Train.predict({ network: small.network, parameters: fitted.parameters, x })
      const outputs = scores.y?.outputs.data ?? []
      let right = 0
      for (let r = 0; r < 200; r++) {
        const row = [0, 1, 2].map((k) => outputs[3 * r + k] ?? 0)
        assert.closeTo(
          row.reduce((sum, v) => sum + v, 0),
          1,
          1e-6
        )
        if (row.indexOf(Math.max(...row)) === label[r]) right++
      }
      assert.isAbove(right, 195)
      // One row alone has the same bits as among others.
      const alone = yield* Train.predict({
        network: small.network,
        parameters: fitted.parameters,
        x: f32([1, 6], Float32Array.from(x.data.slice(6 * 77, 6 * 78)))
      })
      assert.deepStrictEqual([...(alone.y?.outputs.data ?? [])], [...outputs.slice(3 * 77, 3 * 78)])
    })
  )

  it.effect("early stopping returns the best epoch's parameters and holds rows out of training", () =>
    Effect.gen(function* () {
      const fitted = yield* Train.fit({
        ...small,
        epochs: 500,
        optimisers: [{ method: { _tag: "Adam", learningRate: 0.05 } }],
        validation: { rows: { fraction: 0.3 }, patience: 7 }
      })
      assert.strictEqual(fitted.stopped, "patience")
      assert.strictEqual(fitted.epochs, fitted.bestEpoch + 7)
      const { validation } = fitted.curves
      assert.strictEqual(validation[fitted.bestEpoch - 1], Math.min(...validation))
      const again = yield* Train.fit({
        ...small,
        epochs: fitted.bestEpoch,
        optimisers: [{ method: { _tag: "Adam", learningRate: 0.05 } }],
        validation: { rows: { fraction: 0.3 }, restoreBest: false }
      })
      assert.deepStrictEqual(again.parameters, fitted.parameters)
      const metric = yield* Train.fit({
        ...small,
        validation: {
          rows: small.data,
          metric: { better: "higher", evaluate: (outputs, rows) => (outputs.y?.shape[0] ?? 0) + (rows.x.shape[1] ?? 0) }
        }
      })
      assert.deepStrictEqual(metric.curves.validation, new Array(20).fill(56))
      assert.strictEqual(metric.bestEpoch, 1)
    })
  )

  it.effect("reports progress, terms adding up to the loss, and the last epoch", () =>
    Effect.gen(function* () {
      const reports: Array<Progress> = []
      const fitted = yield* Train.fit({
        ...fixedProblem,
        epochs: 5,
        onProgress: (progress) => Effect.sync(() => void reports.push(progress))
      })
      const last = reports.at(-1)
      assert.strictEqual(last?.epoch, 5)
      assert.strictEqual(last?.loss, fitted.curves.loss[4])
      const sum = Object.values(last?.terms ?? {}).reduce((total, v) => total + v, 0)
      assert.closeTo(sum, last?.loss ?? Number.NaN, 1e-12)
      assert.sameMembers(Object.keys(fitted.curves.terms), ["ce", "bce", "l2"])
    })
  )
})

describe("Train.fit: what goes wrong", () => {
  it.effect("a diverging loss names epoch, term and learning rate", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Train.fit({
          ...small,
          network: { ...small.network, heads: [{ name: "y", units: 3, activation: "identity" }] },
          objectives: [Objective.squaredError({ name: "se", head: "y" })],
          data: { x: small.data.x, targets: { y: normal([50, 3], "t") } },
          optimisers: [{ method: { _tag: "Sgd", learningRate: 1e6 } }]
        })
      )
      assert.instanceOf(error, TrainingDiverged)
      assert.match(
        error.message,
        /^Training diverged in epoch \d+: se became (NaN|Infinity) at learning rate 1000000\./
      )
    })
  )

  it.effect("an overflow in the last update is not returned as a result", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Train.fit({
          ...small,
          objectives: [Objective.categoricalCrossEntropy({ name: "ce", head: "y", weight: 1e4 })],
          batch: "full",
          epochs: 1,
          optimisers: [{ method: { _tag: "Sgd", learningRate: 3e38 } }]
        })
      )
      assert.match(error.message, /^Training diverged in epoch 1: (trunk|heads)\./)
    })
  )

  it.live("reports at most ten times a second, lets other fibers run, and is interrupted between slices", () =>
    Effect.gen(function* () {
      const clock = yield* countedClock(1)
      const at: Array<number> = []
      const enough = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        Train.fit({
          ...fixedProblem,
          epochs: 1_000_000,
          onProgress: () =>
            Effect.suspend(() => (at.push(clock.now()) === 5 ? Deferred.succeed(enough, undefined) : Effect.void))
        })
      )
      // Both wait for the training to yield: one that did not would leave the test hanging.
      yield* Deferred.await(enough)
      yield* Fiber.interrupt(fiber)
      for (const [i, time] of at.entries()) if (i > 0) assert.isAtLeast(time - (at[i - 1] ?? 0), 100)
    })
  )

  const refusals: ReadonlyArray<readonly [string, Partial<Training>, string]> = [
    [
      "a wrong width of x",
      { data: { ...small.data, x: normal([50, 5], "x") } },
      "data.x is F32 of shape [50, 5], expected [rows, 6] with at least one row"
    ],
    [
      "a missing target",
      { data: { x: small.data.x } },
      "data.targets.y is missing, expected a tensor, read by objective ce"
    ],
    [
      "too few rows of a target",
      { data: { x: small.data.x, targets: { y: classes(49, 3, "y") } } },
      "data.targets.y is I32 of shape [49], expected [50] or [50, k], as data.x has 50 rows"
    ],
    ["an unknown class", { data: { x: small.data.x, targets: { y: classes(50, 4, "y") } } }, "expected classes 0 to 2"],
    [
      "an unknown head",
      { objectives: [Objective.squaredError({ name: "se", head: "z" })] },
      'objectives.se.head is "z", expected one of y'
    ],
    [
      "a head of the wrong kind",
      { objectives: [Objective.binaryCrossEntropy({ name: "b", head: "y" })] },
      'objectives.b.head is "y" with activation softmax, expected a sigmoid head'
    ],
    [
      "an unknown parameter",
      { optimisers: [{ ...small.optimisers[0], parameters: ["trunk.3"] }] as Training["optimisers"] },
      'optimisers.0.parameters is "trunk.3", expected a name or prefix among trunk.0.weight'
    ],
    [
      "a wrong start",
      { initial: { "trunk.0.bias": f32([3], new Float32Array(3)) } },
      "initial.trunk.0.bias is F32 of shape [3], expected shape [9]"
    ],
    [
      "no learning rate",
      { optimisers: [{ method: { _tag: "Sgd", learningRate: 0 } }] },
      "optimisers.0.method.learningRate is 0, expected a positive number"
    ],
    ["no epochs", { epochs: 0 }, "epochs is 0, expected an integer of at least 1"]
  ]
  for (const [name, change, expected] of refusals) {
    it.effect(`refuses ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Train.fit({ ...small, ...change }))
        assert.strictEqual(error._tag, "TrainingRefused")
        assert.include(error.message, expected)
      })
    )
  }
})
