import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type OnnxGraph, onnxFile } from "../../../bench/rig/OnnxFile.ts"
import { imageNetInput } from "../../../stages/images/normalise.ts"
import { hasNative } from "../../../stages/images/OnnxRuntime.ts"
import { resnet34, resnet34Source } from "../../../stages/images/resnet34.ts"
import { fileRef } from "./fileRef.ts"
import { folder } from "./folder.ts"
import { pattern } from "./pattern.ts"

/** The smallest network of the right form: the mean over the plane, then a 1 × 1 convolution from 3 to `width` channels. */
const pooled = (width: number, extra: Partial<OnnxGraph> = {}): OnnxGraph => ({
  inputs: [{ name: "images", dims: [1, 3, 224, 224] }],
  outputs: [{ name: "features", dims: [1, width, 1, 1] }],
  nodes: [
    { op: "GlobalAveragePool", inputs: ["images"], output: "means" },
    { op: "Conv", inputs: ["means", "w"], output: "features", attributes: { kernel_shape: [1, 1] } }
  ],
  weights: [
    { name: "w", dims: [width, 3, 1, 1], data: Float32Array.from({ length: width * 3 }, (_, at) => (at % 7) - 3) }
  ],
  ...extra
})

const flat: Partial<OnnxGraph> = {
  outputs: [{ name: "flat", dims: [1, 512] }],
  nodes: [...pooled(512).nodes, { op: "Flatten", inputs: ["features"], output: "flat" }]
}

const root = folder()
let files = 0
const written = (bytes: Uint8Array) => {
  const path = join(root, `${files++}.onnx`)
  writeFileSync(path, bytes)
  return fileRef(path)
}

const image = pattern(300, 260)

/** The mean of each channel of the network's input, mixed by the weights. */
const expected = () => {
  const input = imageNetInput(image)
  const plane = 224 * 224
  const means = [0, 1, 2].map((channel) => {
    let sum = 0
    for (const value of input.subarray(channel * plane, (channel + 1) * plane)) sum += value
    return sum / plane
  })
  return Array.from({ length: 512 }, (_, unit) =>
    means.reduce((sum, mean, channel) => sum + mean * (((unit * 3 + channel) % 7) - 3), 0)
  )
}

const refusal = (bytes: Uint8Array) =>
  Effect.gen(function* () {
    const weights = written(bytes)
    const error = yield* Effect.flip(Effect.flatMap(resnet34(weights), (extractor) => extractor.embed(image)))
    assert.strictEqual(error._tag, "ExtractorInvalid")
    assert.include(error.message, weights.path)
    return error.message
  })

describe("ResNet-34 from a file", () => {
  for (const kind of ["native", "wasm"] as const)
    for (const [shape, graph] of [
      ["[1, 512, 1, 1]", pooled(512)],
      ["[1, 512]", pooled(512, flat)]
    ] as const)
      it.live(`gives the network's ${shape} on the ${kind} runtime`, () =>
        Effect.gen(function* () {
          // Where the native runtime does not install there is nothing of it to prove.
          if (kind === "native" && !hasNative()) return
          const extractor = yield* resnet34(written(onnxFile(graph)), kind)
          const values = yield* extractor.embed(image)
          assert.strictEqual(values.length, 512)
          for (const [unit, value] of expected().entries())
            assert.approximately(values[unit] ?? Number.NaN, value, 2e-4, `unit ${unit}`)
          assert.deepStrictEqual(yield* extractor.embed(image), values, "the same bits twice")
        })
      )

  it.live("refuses another output size with the shape it found and the way to export", () =>
    Effect.gen(function* () {
      const message = yield* refusal(onnxFile(pooled(1000)))
      assert.include(
        message,
        `found the output "features" of shape [1, 1000, 1, 1], expected [1, 512] or [1, 512, 1, 1]`
      )
      assert.include(message, "global average pooling")
      assert.include(message, "torch.onnx.export")
      const unpooled = pooled(512, {
        outputs: [{ name: "mixed", dims: [1, 512, 7, 7] }],
        nodes: [
          {
            op: "Conv",
            inputs: ["images", "w"],
            output: "mixed",
            attributes: { kernel_shape: [1, 1], strides: [32, 32] }
          }
        ]
      })
      assert.include(yield* refusal(onnxFile(unpooled)), "of shape [1, 512, 7, 7]")
    })
  )

  it.live(
    "refuses what is no network, one with several outputs, one of other inputs, and values that are not finite",
    () =>
      Effect.gen(function* () {
        assert.include(yield* refusal(Buffer.from("not an ONNX file")), "is not a network that")
        assert.include(yield* refusal(new Uint8Array()), "is not a network that")
        const both = pooled(512, { outputs: [...pooled(512).outputs, { name: "means", dims: [1, 3, 1, 1] }] })
        assert.include(yield* refusal(onnxFile(both)), "the outputs features, means, expected one of each")
        const grey = pooled(512, {
          inputs: [{ name: "images", dims: [1, 1, 224, 224] }],
          weights: [{ name: "w", dims: [512, 1, 1, 1], data: new Float32Array(512) }]
        })
        assert.include(yield* refusal(onnxFile(grey)), `input "images" does not take float32 [1, 3, 224, 224]`)
        const broken = pooled(512, {
          weights: [{ name: "w", dims: [512, 3, 1, 1], data: new Float32Array(1536).fill(Number.POSITIVE_INFINITY) }]
        })
        assert.match(yield* refusal(onnxFile(broken)), /found (NaN|-?Infinity) at position 0 in an embedding/)
      })
  )

  it.live("names a file that is not there", () =>
    Effect.gen(function* () {
      const path = join(root, "nowhere.onnx")
      const { message } = yield* Effect.flip(resnet34(fileRef(path)))
      assert.include(message, `${path}: cannot be read: ENOENT`)
    })
  )

  it("is named with its weights", () => {
    assert.match(resnet34Source(fileRef("w")), /ResNet-34 with the given weights \(sha256 [0-9a-f]{12}\), 512 values/)
  })
})
