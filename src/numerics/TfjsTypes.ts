// biome-ignore-all lint/suspicious/noTsIgnore: an error only where the package is not installed
/**
 * TensorFlow.js as types. It is an optional package: where it is not installed these are of no type at all, and everything
 * that does not use it still compiles.
 */

/**
 * The namespace of tfjs-core, with all gradients registered and a back end set.
 * @ts-ignore */
export type Tf = typeof import("@tensorflow/tfjs-core")

/** @ts-ignore */
export type Scalar = import("@tensorflow/tfjs-core").Scalar

/** @ts-ignore */
export type Tensor = import("@tensorflow/tfjs-core").Tensor

/** @ts-ignore */
export type Tensor2D = import("@tensorflow/tfjs-core").Tensor2D

/** @ts-ignore */
export type Variable = import("@tensorflow/tfjs-core").Variable
