/** The paper's extractor: ResNet-34 from weights that the user gives. */
import type { FileRef } from "ablate"
import { Effect } from "effect"
import { checked, type Extractor, ExtractorInvalid } from "./Extractor.ts"
import { CROP, imageNetInput } from "./normalise.ts"
import { type OnnxOutput, openOnnx } from "./OnnxModel.ts"
import { type RuntimeKind, runtimeKind } from "./OnnxRuntime.ts"

export const RESNET34_DIMENSION = 512

/** A sentence's noun phrase on embeddings of these weights. */
export const resnet34Source = (weights: FileRef): string =>
  `ResNet-34 with the given weights (sha256 ${weights.hash.slice(0, 12)}), ${RESNET34_DIMENSION} values after global average pooling`

/** [1, 512] or [1, 512, 1, 1]. */
const isPooled = ([batch, width, ...rest]: ReadonlyArray<number>): boolean =>
  batch === 1 &&
  width === RESNET34_DIMENSION &&
  (rest.length === 0 || (rest.length === 2 && rest.every((n) => n === 1)))

const refuse = (subject: string, { name, shape }: OnnxOutput) =>
  new ExtractorInvalid({
    subject,
    problem: `found the output "${name}" of shape [${shape.join(", ")}], expected [1, ${RESNET34_DIMENSION}] or [1, ${RESNET34_DIMENSION}, 1, 1]: ResNet-34's features after global average pooling. Export it without its last layer: net.fc = torch.nn.Identity(); torch.onnx.export(net.eval(), torch.zeros(1, 3, ${CROP}, ${CROP}), "resnet34.onnx")`
  })

/**
 * The network as an extractor: input float32 [1, 3, 224, 224] normalised as torchvision does, output [1, 512] or
 * [1, 512, 1, 1]. Fails with {@link ExtractorInvalid} for a file that is no ONNX network or has another output.
 */
export const resnet34 = Effect.fnUntraced(function* (weights: FileRef, kind: RuntimeKind = runtimeKind()) {
  const model = yield* openOnnx(weights.path, kind)
  const extractor: Extractor = {
    dimension: RESNET34_DIMENSION,
    embed: Effect.fnUntraced(function* (image) {
      const output = yield* model.run([1, 3, CROP, CROP], imageNetInput(image))
      if (!isPooled(output.shape)) return yield* refuse(weights.path, output)
      return yield* checked(weights.path, RESNET34_DIMENSION, output.values)
    })
  }
  return extractor
})
