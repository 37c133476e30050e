/** Rows, split and predictions of the COCO study, made up for tests. */
import { f32, i32, type Stage, u8 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"

const WIDTH = OUTPUTS.length

export interface MadeUp {
  readonly train: number
  readonly test: number
  /** Standard deviation of the noise on the logits, whose signal is ±2. */
  readonly noise: number
  readonly seed?: number
}

/**
 * About 70 % men, each object with a fifth of the women and `.1 … .5` of the men; the rows of the two parts alternate as far
 * as they go. Predictions see the truth through noise.
 */
export const madeUp = ({ noise, seed = 1, test, train }: MadeUp) => {
  const rng = Rng.stream(seed, "test/coco")
  const count = train + test
  const y = new Uint8Array(count * WIDTH)
  for (let row = 0; row < count; row++) {
    const man = rng.uniform() < 0.7 ? 1 : 0
    y[row * WIDTH + WIDTH - 1] = man
    for (let at = 0; at < WIDTH - 1; at++)
      y[row * WIDTH + at] = rng.uniform() < (man === 1 ? 0.1 + 0.04 * at : 0.2) ? 1 : 0
  }
  const isTest = Array.from({ length: count }, (_, row) => (row % 2 === 0 ? row / 2 < test : (row + 1) / 2 > train))
  const rowsOf = (wanted: boolean) => Int32Array.from(isTest.flatMap((is, row) => (is === wanted ? [row] : [])))
  const parts = { train: rowsOf(false), test: rowsOf(true) }
  const said = (rows: Int32Array) => {
    const shape = [rows.length, WIDTH] as const
    const truth = Uint8Array.from(
      { length: rows.length * WIDTH },
      (_, at) =>
        // The row's own column.
        y[(rows[Math.floor(at / WIDTH)] ?? 0) * WIDTH + (at % WIDTH)] ?? 0
    )
    const logits = Float32Array.from(truth, (bit) => (bit === 1 ? 2 : -2) + noise * rng.normal())
    // Any increasing map into [0, 1] with ½ at 0 will do for scores.
    const scores = logits.map((logit) => 0.5 + logit / (2 * (1 + Math.abs(logit))))
    const predicted = Uint8Array.from(logits, (logit) => (logit >= 0 ? 1 : 0))
    return { logits: f32(shape, logits), scores: f32(shape, scores), predicted: u8(shape, predicted) }
  }
  const ofTrain = said(parts.train)
  const ofTest = said(parts.test)
  const ids = i32(
    [count],
    Int32Array.from({ length: count }, (_, row) => row)
  )
  return {
    rows: {
      tensors: { x: f32([count, 1], new Float32Array(count)), y: u8([count, WIDTH], y), ids },
      meta: { source: "made-up images", embeddings: "none", standIn: true, skipped: 0 }
    },
    split: {
      tensors: { train: i32([parts.train.length], parts.train), test: i32([parts.test.length], parts.test) },
      meta: { train: parts.train.length, test: parts.test.length }
    },
    predictions: {
      tensors: {
        trainLogits: ofTrain.logits,
        trainScores: ofTrain.scores,
        trainPredicted: ofTrain.predicted,
        testLogits: ofTest.logits,
        testScores: ofTest.scores,
        testPredicted: ofTest.predicted
      },
      meta: { source: "truth through noise" }
    }
  }
}

/** Runs a stage and gives what its output decodes to after it is stored. */
export const runStage = <C, I extends Stage.Inputs, A, R>(
  stage: Stage.Stage<C, I, A, R>,
  inputs: { readonly [name: string]: unknown },
  config: unknown = {}
): Effect.Effect<A, unknown> =>
  // The engine's view of a stage has its types erased; those tested here ask for no service.
  (stage.run(inputs, config) as Effect.Effect<A, unknown>).pipe(
    Effect.flatMap((value) => stage.output.encode(value)),
    Effect.flatMap((bytes) => stage.output.decode(bytes))
  )
