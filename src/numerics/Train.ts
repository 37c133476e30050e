/** Trains dense networks and applies them. */
import { Effect } from "effect"
import { type Float32Tensor, f32, type Tensor } from "../domain/Tensor.ts"
import { EnginePredictor } from "./engine/EnginePredictor.ts"
import { EngineSession } from "./engine/EngineSession.ts"
import { FitLoop } from "./FitLoop.ts"
import { holdOut } from "./HeldOut.ts"
import { initialParameters, type Network, type Parameters, parameterSpecs } from "./Network.ts"
import { numericsId } from "./numericsId.ts"
import type { Predictor } from "./Predictor.ts"
import { classTargets, prepareRows } from "./PreparedRows.ts"
import { type Problem, resolve } from "./Problem.ts"
import type { Session } from "./Session.ts"
import type { Backend, Fitted, Rows, Training } from "./Training.ts"
import { checkFresh, checkGiven, checkNetwork } from "./TrainingCheck.ts"
import type { TrainingDiverged } from "./TrainingDiverged.ts"
import { TrainingRefused } from "./TrainingRefused.ts"
import { loadTfjs } from "./tfjs/Tfjs.ts"

/** Milliseconds between yields to the event loop: the delay of an interruption. */
const SLICE = 20
/** Milliseconds between progress reports. */
const REPORT = 100

/**
 * Trains a network. Everything random comes from the seed's streams, so the same description gives the same bits on the
 * engine, whatever the machine, the thread or the load.
 *
 * Fails with `TrainingRefused` where the description is wrong (which field, what was found, what was expected), with
 * `TrainingDiverged` where a loss term becomes NaN or infinite, and as the `refresh` of extra rows fails. Yields to the event loop at least every 50 ms of steps, and
 * can be interrupted there.
 */
export const fit = Effect.fnUntraced(function* <R = never, E = never>(
  training: Training<R, E>
): Effect.fn.Return<Fitted, TrainingDiverged | TrainingRefused | E, R> {
  const { onProgress, validation, ...rest } = training
  const backend = training.backend ?? "engine"
  const fraction = validation !== undefined && "fraction" in validation.rows ? validation.rows.fraction : undefined
  if (fraction !== undefined && !(fraction > 0 && fraction < 1)) {
    return yield* new TrainingRefused({
      field: "validation.rows.fraction",
      found: `${fraction}`,
      expected: "a number between 0 and 1"
    })
  }
  const split = fraction === undefined ? undefined : holdOut(training.data, fraction, training.seed)
  const heldOut = split?.heldOut ?? (validation !== undefined && "x" in validation.rows ? validation.rows : undefined)
  const problem = resolve({ ...rest, data: split?.kept ?? training.data })
  if (problem instanceof TrainingRefused) return yield* problem
  const prepared =
    heldOut === undefined
      ? undefined
      : prepareRows(training.network, heldOut, "validation.rows", classTargets(training))
  if (prepared instanceof TrainingRefused) return yield* prepared
  const start = initialParameters(training.network, training.seed, training.initial)
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const session = yield* Effect.acquireRelease(openSession(backend, problem, start), (s) =>
        Effect.sync(() => s.dispose())
      )
      const held =
        validation === undefined || heldOut === undefined || prepared === undefined
          ? undefined
          : {
              validation,
              heldOut,
              prepared,
              predictor: yield* Effect.acquireRelease(openPredictor(backend, training.network, prepared.count), (p) =>
                Effect.sync(() => p.dispose())
              )
            }
      const refreshes = refreshesOf(training)
      const loop = new FitLoop(problem, session, training, held, refreshes.length > 0)
      let reportedAt = performance.now()
      let reported = 0
      while (!loop.finished) {
        if (loop.awaiting !== undefined) {
          for (const fresh of refreshes) {
            const rows = problem.segments[fresh.segment]?.rows
            const x = yield* fresh.refresh(loop.awaiting)
            const fault =
              rows === undefined ? undefined : checkFresh(fresh.name, x, rows.count, training.network.inputs)
            if (fault !== undefined) return yield* fault
            session.replaceRows(fresh.segment, x)
          }
          loop.awaiting = undefined
        }
        const deadline = performance.now() + SLICE
        const diverged = loop.runUntil(deadline)
        if (diverged !== undefined) return yield* diverged
        const latest = loop.latest
        if (onProgress !== undefined && latest !== undefined && latest.epoch > reported) {
          if (loop.finished || performance.now() - reportedAt >= REPORT) {
            reportedAt = performance.now()
            reported = latest.epoch
            yield* onProgress(latest)
          }
        }
        yield* Effect.yieldNow
      }
      return { ...loop.fitted(), numerics: numericsId(backend) }
    })
  )
})

export { fitTfjs } from "./tfjs/TfjsFit.ts"

/** What `predict` takes. Every parameter of the network must be given. */
export interface Prediction<HeadName extends string = string> {
  readonly network: Network<HeadName>
  readonly parameters: Parameters
  readonly x: Tensor
  readonly gates?: Rows["gates"]
  readonly backend?: Backend
}

/** One head's scores; [rows, units] each. */
export interface HeadScores {
  /** After the head's activation. */
  readonly outputs: Float32Tensor<readonly [number, number]>
  /** Before it. */
  readonly logits: Float32Tensor<readonly [number, number]>
}

/** Applies a network to rows: scores by head name, through the same kernels that trained it. */
export const predict = Effect.fnUntraced(function* <HeadName extends string>(
  prediction: Prediction<HeadName>
): Effect.fn.Return<Readonly<Record<HeadName, HeadScores>>, TrainingRefused> {
  const { gates, network, parameters, x } = prediction
  const wrong = checkNetwork(network) ?? checkGiven(network, parameters, "parameters")
  if (wrong !== undefined) return yield* wrong
  const missing = parameterSpecs(network).find((spec) => parameters[spec.name] === undefined)
  if (missing !== undefined) {
    return yield* new TrainingRefused({ field: `parameters.${missing.name}`, found: "missing", expected: "a tensor" })
  }
  const rows = prepareRows(network, gates === undefined ? { x } : { x, gates }, "prediction", new Map())
  if (rows instanceof TrainingRefused) return yield* rows
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const predictor = yield* Effect.acquireRelease(
        openPredictor(prediction.backend ?? "engine", network, rows.count),
        (p) => Effect.sync(() => p.dispose())
      )
      const results = predictor.run(parameters, rows)
      const scores: Record<string, HeadScores> = Object.fromEntries(
        network.heads.map((head, i) => {
          const shape = [rows.count, head.units] as const
          const none = new Float32Array(0)
          return [
            head.name,
            { outputs: f32(shape, results[i]?.outputs ?? none), logits: f32(shape, results[i]?.logits ?? none) }
          ]
        })
      )
      // The network's heads are those of its type.
      return scores as Readonly<Record<HeadName, HeadScores>>
    })
  )
})

/** The extra batches whose rows change from epoch to epoch; extra batches come first among the segments, in their order. */
const refreshesOf = <R, E>(training: Training<R, E>) =>
  Object.entries(training.extra ?? {}).flatMap(([name, { refresh }], segment) =>
    refresh === undefined ? [] : [{ name, segment, refresh }]
  )

const openSession = (backend: Backend, problem: Problem, start: Parameters): Effect.Effect<Session, TrainingRefused> =>
  backend === "engine"
    ? Effect.sync(() => new EngineSession(problem, start))
    : Effect.map(loadReference(backend), ({ tfjs, TfjsSession }) => new TfjsSession(tfjs, problem, start))

const openPredictor = (backend: Backend, network: Network, rows: number): Effect.Effect<Predictor, TrainingRefused> =>
  backend === "engine"
    ? Effect.sync(() => new EnginePredictor(network, rows))
    : Effect.map(loadReference(backend), ({ tfjs, TfjsPredictor }) => new TfjsPredictor(tfjs, network))

// Loaded where it is chosen: it takes half a second, and most runs never need it.
const loadReference = Effect.fnUntraced(function* (backend: Exclude<Backend, "engine">) {
  const tfjs = yield* loadTfjs(backend)
  const { TfjsPredictor, TfjsSession } = yield* Effect.promise(() => import("./tfjs/TfjsSession.ts"))
  return { tfjs, TfjsPredictor, TfjsSession }
})
