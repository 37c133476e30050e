/** Dense tensors as data: what stages pass to each other and what safetensors files hold. */
import { Schema } from "effect"

/** Element types, by their safetensors names. */
export const Dtype = Schema.Literals(["F32", "F64", "I32", "U8"])
export type Dtype = typeof Dtype.Type

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array

/** A dense row-major tensor. `data.length` is the product of `shape` (1 for a scalar, shape `[]`). */
export interface Tensor {
  readonly dtype: Dtype
  readonly shape: ReadonlyArray<number>
  readonly data: TensorData
}

/** A row-major float32 tensor. */
export interface Float32Tensor extends Tensor {
  readonly dtype: "F32"
  readonly data: Float32Array
}

/** A row-major int32 tensor. */
export interface Int32Tensor extends Tensor {
  readonly dtype: "I32"
  readonly data: Int32Array
}

export const f32 = (shape: ReadonlyArray<number>, data: Float32Array): Float32Tensor => ({ dtype: "F32", shape, data })

export const i32 = (shape: ReadonlyArray<number>, data: Int32Array): Int32Tensor => ({ dtype: "I32", shape, data })
