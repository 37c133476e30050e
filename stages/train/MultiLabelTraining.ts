/** Trains a multi-label classifier, with or without the auxiliary task of Choi, Zhang & Liu. */
import { type Float32Tensor, f32, Progress } from "ablate"
import { Train } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { OUTPUTS } from "../coco/CocoSet.ts"
import { type AuxiliaryConfig, auxiliaryProblem, type MultiLabelConfig } from "./MultiLabelConfig.ts"
import type { MultiLabelModel } from "./MultiLabelMeta.ts"
import {
  auxiliaryObjective,
  mainObjective,
  multiLabelNetwork,
  multiLabelOptimiser,
  SYNTHETIC
} from "./MultiLabelModel.ts"
import type { MultiLabelRows } from "./MultiLabelRows.ts"
import { scaled, scalingOf, scalingTensors } from "./MultiLabelScaling.ts"
import { auxiliaryTargets } from "./MultiLabelTargets.ts"
import { RowsMismatch } from "./Rows.ts"

/** A classifier and an auxiliary task that do not go together. */
export class MultiLabelRefused extends Schema.TaggedError<MultiLabelRefused>()("MultiLabelRefused", {
  problem: Schema.String
}) {
  override get message() {
    return this.problem
  }
}

/** The auxiliary task and its synthetic rows, in the units of the embeddings. */
export interface AuxiliaryTask<E, R> {
  readonly config: AuxiliaryConfig
  /** [samples, inputs]; the first epoch's, where they are fresh. */
  readonly x: Float32Tensor<readonly [number, number]>
  /** Draws the rows of a later epoch, [samples, inputs]; absent: they stay. */
  readonly fresh?: Effect.Effect<Float32Array, E, R>
}

/**
 * Trains on the rows. Initialisation and batch order come from streams of the seed that the auxiliary task has no part in: variants
 * of a seed share them, and λ = 0 gives the baseline's bits. Fails with {@link RowsMismatch} where the synthetic rows do not fit,
 * with {@link MultiLabelRefused}, and as `Train.fit` and `fresh` do. Reports epochs.
 */
export const trainMultiLabel = Effect.fnUntraced(function* <E = never, R = never>(
  rows: MultiLabelRows,
  train: MultiLabelConfig,
  seed: number,
  task?: AuxiliaryTask<E, R>
) {
  if (rows.count === 0)
    return yield* new RowsMismatch({ tensor: "train", found: "no rows", expected: "at least one row to train on" })
  const problem = task === undefined ? undefined : auxiliaryProblem(train)
  if (problem !== undefined) return yield* new MultiLabelRefused({ problem })
  const { inputs } = rows
  const scaling = train.standardise ? scalingOf(rows) : undefined
  const asInputs = (x: Float32Array) => (scaling === undefined ? x : scaled(x, scaling))
  const auxiliary = task === undefined ? undefined : yield* prepared(task, rows)
  const fresh = task?.fresh
  const progress = yield* Progress
  const fitted = yield* Train.fit({
    network: multiLabelNetwork(inputs, train),
    objectives: [
      mainObjective(train.loss),
      ...(auxiliary === undefined ? [] : [auxiliaryObjective(auxiliary.config, auxiliary.targets, auxiliary.samples)])
    ],
    optimisers: [multiLabelOptimiser(train)],
    data: {
      x: f32([rows.count, inputs], asInputs(rows.x)),
      targets: { y: f32([rows.count, OUTPUTS.length], rows.y) }
    },
    ...(auxiliary === undefined
      ? {}
      : {
          extra: {
            [SYNTHETIC]: {
              x: f32([auxiliary.samples, inputs], asInputs(auxiliary.x)),
              ...(auxiliary.config.rowsPerStep === null ? {} : { rowsPerStep: auxiliary.config.rowsPerStep }),
              ...(fresh === undefined ? {} : { refresh: () => Effect.map(fresh, asInputs) })
            }
          }
        }),
    batch: train.batch ?? "full",
    epochs: train.epochs,
    seed,
    backend: train.backend,
    onProgress: ({ epoch, epochs, loss, terms }) =>
      progress.report({
        current: epoch,
        total: epochs,
        unit: "epoch",
        metrics: auxiliary === undefined ? { loss } : { loss, auxiliary: terms["auxiliary/hard"] ?? Number.NaN }
      })
  })
  const trained: MultiLabelModel = {
    tensors: { parameters: fitted.parameters, ...(scaling === undefined ? {} : scalingTensors(scaling)) },
    meta: {
      train,
      auxiliary:
        auxiliary === undefined
          ? null
          : {
              config: auxiliary.config,
              samples: auxiliary.samples,
              online: fresh !== undefined,
              targets: auxiliary.targets,
              omitted: auxiliary.omitted
            },
      inputs,
      rows: rows.count,
      constantInputs: scaling === undefined ? null : scaling.constant,
      epochs: fitted.epochs,
      loss: fitted.curves.loss,
      terms: fitted.curves.terms,
      numerics: fitted.numerics
    }
  }
  return trained
})

const prepared = <E, R>({ config, x }: AuxiliaryTask<E, R>, rows: MultiLabelRows) => {
  const [samples, width] = x.shape
  if (width !== rows.inputs || samples === 0)
    return Effect.fail(
      new RowsMismatch({
        tensor: "synthetic x",
        found: `${x.dtype} of shape [${x.shape.join(", ")}]`,
        expected: `F32 [samples, ${rows.inputs}], as the training rows have ${rows.inputs} inputs`
      })
    )
  const bad = x.data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    return Effect.fail(
      new RowsMismatch({
        tensor: "synthetic x",
        found: `${x.data[bad]} in row ${Math.floor(bad / width)}`,
        expected: "finite values"
      })
    )
  const counted = auxiliaryTargets(rows, config)
  if (counted.targets.length === 0)
    return Effect.fail(
      new MultiLabelRefused({
        problem: "the auxiliary task has no frequency to match: no training row has any of the eleven labels"
      })
    )
  return Effect.succeed({ config, samples, x: x.data, ...counted })
}
