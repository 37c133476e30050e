/** Dense tensors as data: what stages pass to each other and what safetensors files hold. */
import { Schema } from "effect"

/** Element types, by their safetensors names. */
export const Dtype = Schema.Literals(["F32", "F64", "I32", "U8"])
export type Dtype = typeof Dtype.Type

/** Elements in row-major order. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array

/** The sizes of a tensor's sides. As a tuple, its length is the tensor's rank: `readonly [number, 12]`. */
export type Shape = ReadonlyArray<number>

/** A dense row-major tensor. `data.length` is the product of `shape` (1 for a scalar, shape `[]`). */
export interface Tensor {
  readonly dtype: Dtype
  readonly shape: Shape
  readonly data: TensorData
}

/** A tensor of float32. */
export interface Float32Tensor<S extends Shape = Shape> extends Tensor {
  readonly dtype: "F32"
  readonly shape: S
  readonly data: Float32Array
}

/** A tensor of float64. */
export interface Float64Tensor<S extends Shape = Shape> extends Tensor {
  readonly dtype: "F64"
  readonly shape: S
  readonly data: Float64Array
}

/** A tensor of int32. */
export interface Int32Tensor<S extends Shape = Shape> extends Tensor {
  readonly dtype: "I32"
  readonly shape: S
  readonly data: Int32Array
}

/** A tensor of bytes. */
export interface Uint8Tensor<S extends Shape = Shape> extends Tensor {
  readonly dtype: "U8"
  readonly shape: S
  readonly data: Uint8Array
}

/** The tensors of a dtype. */
export interface TensorsByDtype<S extends Shape> {
  readonly F32: Float32Tensor<S>
  readonly F64: Float64Tensor<S>
  readonly I32: Int32Tensor<S>
  readonly U8: Uint8Tensor<S>
}

/** A float32 tensor over `data`, which is not copied; its length must be the product of `shape`. */
export const f32 = <const S extends Shape>(shape: S, data: Float32Array): Float32Tensor<S> => ({
  dtype: "F32",
  shape,
  data
})

/** A float64 tensor; see {@link f32}. */
export const f64 = <const S extends Shape>(shape: S, data: Float64Array): Float64Tensor<S> => ({
  dtype: "F64",
  shape,
  data
})

/** An int32 tensor; see {@link f32}. */
export const i32 = <const S extends Shape>(shape: S, data: Int32Array): Int32Tensor<S> => ({
  dtype: "I32",
  shape,
  data
})

/** A tensor of bytes; see {@link f32}. */
export const u8 = <const S extends Shape>(shape: S, data: Uint8Array): Uint8Tensor<S> => ({ dtype: "U8", shape, data })
