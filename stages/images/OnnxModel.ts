/** A user's network as an ONNX file: one input, one output, one thread. */
import { readFile } from "node:fs/promises"
import { Effect } from "effect"
import { ExtractorInvalid } from "./Extractor.ts"
import { loadRuntime, type RuntimeKind, runtimeId } from "./OnnxRuntime.ts"

export interface OnnxOutput {
  readonly name: string
  readonly shape: ReadonlyArray<number>
  readonly values: Float32Array
}

export interface OnnxModel {
  readonly run: (shape: ReadonlyArray<number>, values: Float32Array) => Effect.Effect<OnnxOutput, ExtractorInvalid>
}

/** What a runtime says, without the place in its own source that it begins with. */
const textOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/^\S+\.cc:\d+ .*?\) /, "").trim()

/**
 * Reads the file and makes a session of it. The whole network must be in the one file: weights in a second file
 * ("external data") would not be part of the content that names the result.
 */
export const openOnnx = Effect.fnUntraced(function* (path: string, kind: RuntimeKind) {
  const invalid = (problem: string) => new ExtractorInvalid({ subject: path, problem })
  const bytes = yield* Effect.tryPromise({
    try: () => readFile(path),
    catch: (cause) => invalid(`cannot be read: ${textOf(cause)}`)
  })
  const ort = yield* Effect.tryPromise({
    try: () => loadRuntime(kind),
    catch: (cause) => invalid(`${runtimeId(kind)} does not load here: ${textOf(cause)}`)
  })
  const session = yield* Effect.tryPromise({
    try: () =>
      ort.InferenceSession.create(bytes, {
        executionMode: "sequential",
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 4
      }),
    catch: (cause) =>
      invalid(
        `is not a network that ${runtimeId(kind)} can load (${textOf(cause)}); expected an ONNX file with its weights inside, not in a second file`
      )
  })
  const [input, ...furtherInputs] = session.inputNames
  const [output, ...furtherOutputs] = session.outputNames
  if (input === undefined || output === undefined || furtherInputs.length + furtherOutputs.length > 0)
    return yield* invalid(
      `found the inputs ${session.inputNames.join(", ") || "(none)"} and the outputs ${session.outputNames.join(", ") || "(none)"}, expected one of each`
    )
  const model: OnnxModel = {
    run: Effect.fnUntraced(function* (shape, values) {
      const results = yield* Effect.tryPromise({
        try: () => session.run({ [input]: new ort.Tensor("float32", values, shape) }),
        catch: (cause) => invalid(`input "${input}" does not take float32 [${shape.join(", ")}]: ${textOf(cause)}`)
      })
      const tensor = results[output]
      const data = tensor?.data
      if (tensor === undefined || !(data instanceof Float32Array))
        return yield* invalid(`output "${output}": found ${tensor?.type ?? "nothing"}, expected float32`)
      return { name: output, shape: tensor.dims, values: data }
    })
  }
  return model
})
