/** The public API of Ablate: what an experiment file imports. */
export * as Artifact from "./declare/Artifact.ts"
export { DeclarationError } from "./declare/DeclarationError.ts"
export * as Experiment from "./declare/Experiment.ts"
export * as External from "./declare/External.ts"
export * as Grid from "./declare/Grid.ts"
export type { Node, OutputOf, ServicesOf } from "./declare/Node.ts"
export * as Pipeline from "./declare/Pipeline.ts"
export { Progress, type ProgressReport } from "./declare/Progress.ts"
export * as Setting from "./declare/Setting.ts"
export * as Stage from "./declare/Stage.ts"
export * as Table from "./declare/Table.ts"
export { F32, F64, I32, type TensorOf, U8 } from "./declare/Tensors.ts"
export type { FileRef } from "./domain/FileRef.ts"
export { Measure, Metrics } from "./domain/Metrics.ts"
export { type ColumnSpec, type ReferenceRow, TableSpec } from "./domain/TableSpec.ts"
export {
  type Dtype,
  type Float32Tensor,
  type Float64Tensor,
  f32,
  f64,
  type Int32Tensor,
  i32,
  type Shape,
  type Tensor,
  type Uint8Tensor,
  u8
} from "./domain/Tensor.ts"
export * as Statistics from "./report/statistics/index.ts"
