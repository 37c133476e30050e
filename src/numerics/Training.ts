/** A training as data: what `Train.fit` takes. */
import type { Effect } from "effect"
import type { Float32Tensor, Tensor } from "../domain/Tensor.ts"
import type { Network, Parameters } from "./Network.ts"
import type { Optimiser, Schedule } from "./Optimiser.ts"
import type { Objective } from "./objectives/Objective.ts"

/**
 * `"engine"`: deterministic kernels, the same bits everywhere. `"tfjs"`: TensorFlow.js autodiff, the reference: `"tfjs-node"`
 * (TensorFlow's native library) where that is installed, else `"tfjs-wasm"`; by those names it is the one or the other.
 */
export type Backend = "engine" | "tfjs" | "tfjs-node" | "tfjs-wasm"

/** Rows of data. All tensors have the same first dimension N. */
export interface Rows {
  /** [N, inputs] */
  readonly x: Tensor
  /** Per-row values by name, [N] or [N, k]. A class index (I32 or U8, [N]) stands for one-hot where cross-entropy reads it. */
  readonly targets?: Readonly<Record<string, Tensor>>
  /** Per-row factors on a head's input by head name, [N]; absent heads have 1. */
  readonly gates?: Readonly<Record<string, Tensor>>
}

/** Rows that take part in every step beside the training batch (synthetic samples, for one). */
export interface ExtraRows<R = never, E = never> extends Rows {
  /** How many of them a step sees, drawn in epochs of their own; default all. */
  readonly rowsPerStep?: number
  /**
   * Gives other rows for an epoch: x [N, inputs] row by row, of the same N; targets and gates stay with their places. Called before
   * every epoch but the first, which has the rows of `x`; `epoch` counts from 1, so its first value is 2. Its failure is the
   * training's. It may take its time, if it yields: the training waits, and is interrupted where it is.
   */
  readonly refresh?: (epoch: number) => Effect.Effect<Float32Array, E, R>
}

/** Held-out rows, whose loss (or metric) is computed after every epoch, and may stop the training. */
export interface Validation {
  /** The held-out rows; or a `fraction` of the training rows, drawn from stream `held-out` and removed from training. */
  readonly rows: Rows | { readonly fraction: number }
  /** Stop after this many epochs without an improvement of more than `minDelta` (default 0); absent: never. */
  readonly patience?: number
  /** Default 0. */
  readonly minDelta?: number
  /** Return the best epoch's parameters rather than the last's. Default true. */
  readonly restoreBest?: boolean
  /** What is monitored; default the total loss of the objectives on the training batch. */
  readonly metric?: {
    readonly better: "lower" | "higher"
    /** From the heads' outputs ([n, units] each) on the held-out rows. */
    readonly evaluate: (outputs: Readonly<Record<string, Tensor>>, rows: Rows) => number
  }
}

/** What is known after an epoch. Terms are weighted, so they add up to the loss. */
export interface Progress {
  /** Counted from 1. */
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly terms: Readonly<Record<string, number>>
  readonly validation?: number
}

/**
 * A training: data, network, what is minimised, and by which updates. Wrong fields are refused with `TrainingRefused`
 * before the first step.
 */
export interface Training<R = never, E = never> {
  /** Its heads are named by the objectives. */
  readonly network: Network
  /** The loss is their weighted sum. */
  readonly objectives: ReadonlyArray<Objective>
  /** At least one; each step they update in this order. */
  readonly optimisers: ReadonlyArray<Optimiser>
  /** The training rows. */
  readonly data: Rows
  /** Further batches by name, for objectives with that `batch`. */
  readonly extra?: Readonly<Record<string, ExtraRows<R, E>>>
  /** Rows a step, in an order shuffled every epoch; or `"full"` (default): all rows, in their order, one step an epoch. */
  readonly batch?: number | "full"
  /** At least 1. */
  readonly epochs: number
  /** Default: constant. */
  readonly schedule?: Schedule
  /** Seeds streams `init/<parameter>`, `batches` and `held-out`; nothing else is random. */
  readonly seed: number
  /** Starting values that replace the drawn ones. */
  readonly initial?: Parameters
  /** Default: none, and the last epoch's parameters are given. */
  readonly validation?: Validation
  /** Default `"engine"`. */
  readonly backend?: Backend
  /** Called between epochs at most ten times a second, and once at the end. */
  readonly onProgress?: (progress: Progress) => Effect.Effect<void, never, R>
}

/** Loss curves, one figure an epoch. Terms are weighted; `<objective>/<observation>` are further figures. */
export interface Curves {
  readonly loss: ReadonlyArray<number>
  readonly terms: Readonly<Record<string, ReadonlyArray<number>>>
  readonly validation: ReadonlyArray<number>
}

/** A trained network's parameters, with how the training went. */
export interface Fitted {
  /** By the names of `Parameters`. */
  readonly parameters: Readonly<Record<string, Float32Tensor>>
  /** Of the epochs that ran. */
  readonly curves: Curves
  /** Epochs that ran. */
  readonly epochs: number
  /** The epoch whose parameters these are, counted from 1. */
  readonly bestEpoch: number
  /** Whether all epochs ran, or the validation's `patience` ended them. */
  readonly stopped: "epochs" | "patience"
  /** The identity of the arithmetic, as `numericsId` gives it. */
  readonly numerics: string
}
