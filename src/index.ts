/**
 * The public API of Ablate: what an experiment file imports.
 *
 * @module
 */

/** Artifact types: what a stage's inputs and outputs are made of, each with its open file format. */
export * as Artifact from "./declare/Artifact.ts"
export { DeclarationError } from "./declare/DeclarationError.ts"
/** An experiment: a pipeline × a grid + a table, the default export of a file in `experiments/`. */
export * as Experiment from "./declare/Experiment.ts"
/** Inputs from outside: files, folders and environment variables, wired to stages like nodes. */
export * as External from "./declare/External.ts"
/** Figures of the finished table: one line each in the experiment. */
export * as Figure from "./declare/Figure.ts"
/** Grids: the points of an experiment, as rows × axes × seeds, and designs: ablations, factorials, samples of a space. */
export * as Grid from "./declare/Grids.ts"
export type { AnyNode, ExternalNode, Node, OutputOf, ServicesOf, StageNode } from "./declare/Node.ts"
/** A pipeline: a function from parameters to named nodes. */
export * as Pipeline from "./declare/Pipeline.ts"
export { Progress, type ProgressReport } from "./declare/Progress.ts"
export { Scratch } from "./declare/Scratch.ts"
/** Selection inside the DAG: chosen on a validation part, reported on a test part. */
export * as Select from "./declare/Select.ts"
/** Settings: what `--set path=value` may change, each with a default. */
export * as Setting from "./declare/Setting.ts"
/** Stages: named, typed computations, in TypeScript (`make`) or by an external program (`command`). */
export * as Stage from "./declare/Stages.ts"
/** A table's specification, typed by the axes and metrics that it names. */
export * as Table from "./declare/Table.ts"
export { F32, F64, I32, type TensorOf, U8 } from "./declare/Tensors.ts"
export { Contribution, Contributions } from "./domain/Contributions.ts"
export type { FileRef } from "./domain/FileRef.ts"
export { Measure, Metrics } from "./domain/Metrics.ts"
export type { RuledVariant, SeedPlan, SeedRule } from "./domain/SeedRule.ts"
export { type ColumnSpec, type ReferenceRow, TableSpec } from "./domain/TableSpec.ts"
export type {
  Dtype,
  Float32Tensor,
  Float64Tensor,
  Int32Tensor,
  Shape,
  Tensor,
  TensorData,
  Uint8Tensor
} from "./domain/Tensor.ts"
export { f32, f64, i32, u8 } from "./domain/Tensor.ts"
/** Exact statistics of figures over seeds. Pure functions of numbers; undefined figures are null, never NaN. */
export * as Statistics from "./report/statistics/index.ts"
