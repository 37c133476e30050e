/**
 * The extractor that comes with the project: the MobileNetV3 inside a CenterNet detector, on TensorFlow.js. It was
 * trained on COCO's own 80 classes, so it has seen labels such as the study's: a stand-in for a network trained on
 * ImageNet.
 */
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import type { FileRef } from "ablate"
import { Effect, Schema } from "effect"
import { checked, type Extractor, ExtractorInvalid } from "./Extractor.ts"
import type { Pixels } from "./Pixels.ts"
import { resampled } from "./resample.ts"

export const CENTERNET_DIMENSION = 480
export const CENTERNET_SOURCE = `the MobileNetV3 of CenterNet that ships in @vladmandic/human, ${CENTERNET_DIMENSION} values an image, a stand-in for ResNet-34 (trained on COCO's own 80 classes, it has seen such labels)`

/** Side of the square that it sees. */
const SIDE = 512
/** The last layer before the detector's heads: [1, 16, 16, 480]. */
const NODE = "tower_0/extern1/hard_swish/mul_1"

const Weight = Schema.Struct({
  name: Schema.String,
  shape: Schema.mutable(Schema.Array(Schema.Int)),
  dtype: Schema.Literals(["float32", "int32"]),
  quantization: Schema.optionalKey(Schema.Struct({ dtype: Schema.Literal("float16") }))
})

const GraphFile = Schema.fromJsonString(
  Schema.Struct({
    modelTopology: Schema.Record(Schema.String, Schema.Unknown),
    weightsManifest: Schema.Tuple([Schema.Struct({ weights: Schema.mutable(Schema.Array(Weight)) })])
  })
)

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const load = async () => {
  const tf = await import("@tensorflow/tfjs-core")
  const wasm = await import("@tensorflow/tfjs-backend-wasm")
  const { loadGraphModel } = await import("@tensorflow/tfjs-converter")
  wasm.setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`)
  return { tf, loadGraphModel }
}

type Library = Awaited<ReturnType<typeof load>>

/** Runs on the WebAssembly back end, then gives back the one that was set: trainings in this thread may use another. */
const onWasm = async <A>({ tf }: Library, use: () => A | Promise<A>): Promise<A> => {
  const before = tf.getBackend()
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly back end of TensorFlow.js cannot be set")
  return Promise.resolve(use()).finally(() => (before === undefined || before === "" ? true : tf.setBackend(before)))
}

/** The mean over the first axes: [positions, width] to [width]. */
const spatialMean = (values: ArrayLike<number>, width: number): Float32Array => {
  const sums = new Float64Array(width)
  for (let at = 0; at < values.length; at++) sums[at % width] = (sums[at % width] ?? 0) + (values[at] ?? 0)
  return Float32Array.from(sums, (sum) => (sum * width) / values.length)
}

/** Red, green and blue 0…255 of the whole image, squeezed into a square: what the detector was trained on. */
const inputOf = (image: Pixels): Float32Array =>
  Float32Array.from(resampled(image, SIDE, SIDE, { left: 0, top: 0, width: SIDE, height: SIDE }).rgb)

/**
 * The network from its two files, `centernetFiles`. Fails with {@link ExtractorInvalid} where they or TensorFlow.js
 * do not load.
 */
export const centernet = Effect.fnUntraced(function* (graph: FileRef, weights: FileRef) {
  const invalid = (path: string) => (cause: unknown) =>
    new ExtractorInvalid({ subject: path, problem: `the network does not load: ${textOf(cause)}` })
  const read = (path: string) => Effect.tryPromise({ try: () => readFile(path), catch: invalid(path) })
  const text = new TextDecoder().decode(yield* read(graph.path))
  const file = yield* Effect.mapError(Schema.decodeEffect(GraphFile)(text), invalid(graph.path))
  const { buffer, byteLength, byteOffset } = Uint8Array.from(yield* read(weights.path))
  const library = yield* Effect.tryPromise({ try: load, catch: invalid("TensorFlow.js") })
  const { loadGraphModel, tf } = library
  const model = yield* Effect.tryPromise({
    try: () =>
      onWasm(library, () =>
        loadGraphModel({
          load: async () => ({
            format: "graph-model",
            modelTopology: file.modelTopology,
            weightSpecs: file.weightsManifest[0].weights,
            weightData: buffer.slice(byteOffset, byteOffset + byteLength)
          })
        })
      ),
    catch: invalid(graph.path)
  })
  const extractor: Extractor = {
    dimension: CENTERNET_DIMENSION,
    embed: Effect.fnUntraced(function* (image) {
      const values = yield* Effect.tryPromise({
        try: () =>
          onWasm(library, () =>
            tf.tidy(() => {
              const output = model.execute(tf.tensor4d(inputOf(image), [1, SIDE, SIDE, 3]), NODE)
              if (Array.isArray(output)) throw new Error(`${NODE} has several outputs`)
              return spatialMean(output.dataSync(), output.shape.at(-1) ?? 0)
            })
          ),
        catch: invalid(graph.path)
      })
      return yield* checked(graph.path, CENTERNET_DIMENSION, values)
    })
  }
  return extractor
})
