import { assert, describe, it } from "@effect/vitest"
import { Artifact, DeclarationError, Stage } from "ablate"
import { Effect } from "effect"
import { EMBEDDINGS_DEFAULTS, type EmbeddingsOptions, embeddingsNode } from "../../pipelines/embeddings.ts"
import { CocoSet } from "../../stages/coco/CocoSet.ts"

const funnel = { images: 0, captions: 0, withPersonAndLabel: 0, man: 0, woman: 0, both: 0, neither: 0, kept: 0 }
const aSet = Stage.make("test/set", {
  output: Artifact.json(CocoSet),
  run: () => Effect.succeed({ source: "test", standIn: true, funnel, images: [] })
})

const of = (options: Partial<EmbeddingsOptions>) => {
  const node = embeddingsNode(aSet.node({}), {
    extractor: "synthetic",
    imagesDir: null,
    weights: null,
    ...EMBEDDINGS_DEFAULTS,
    ...options
  })
  if (node._tag !== "StageNode") assert.fail("a file")
  return node
}

describe("the embeddings of a set", () => {
  it("are one made-up node, or the joined shards of an extractor", () => {
    const synthetic = of({})
    assert.strictEqual(synthetic.stage.name, "images/synthetic")
    const joined = of({ extractor: "centernet", imagesDir: "images", shards: 3 })
    assert.strictEqual(joined.stage.name, "images/embeddings")
    const shards = Object.values(joined.inputs).flatMap((node) => (node._tag === "StageNode" ? node : []))
    assert.deepStrictEqual(
      shards.map(({ config, stage }) => [stage.name, config]),
      [0, 1, 2].map((shard) => ["images/centernet-shard", { shard, shards: 3, onBadImage: "fail" }])
    )
    const [first] = shards
    assert.deepInclude(first?.inputs.images, { _tag: "ExternalNode", kind: "folder", path: "images" })
    const paper = of({ extractor: "resnet34", imagesDir: "images", weights: "r.onnx", shards: 1 })
    const [only] = Object.values(paper.inputs)
    if (only?._tag !== "StageNode") assert.fail("a file")
    // What made the bits is part of the keys.
    assert.match(only.numerics ?? "", /^onnxruntime-(node|web)@\d+\.\d+\.\d+ sharp@\d+\.\d+\.\d+$/)
    assert.match(first?.numerics ?? "", /^@tensorflow\/tfjs-backend-wasm@\d+\.\d+\.\d+ sharp@\d+\.\d+\.\d+$/)
    assert.deepInclude(only.inputs.weights, { kind: "file", path: "r.onnx", origin: "--set embeddings.weights" })
  })

  it("are refused where the extractor lacks something, with the setting that gives it", () => {
    const refusal = (options: Partial<EmbeddingsOptions>) => {
      try {
        of(options)
      } catch (error) {
        if (error instanceof DeclarationError) return error.message
        throw error
      }
      return assert.fail("not refused")
    }
    assert.match(refusal({ extractor: "centernet" }), /"centernet" needs images: .*--set coco\.dir=/)
    assert.match(refusal({ extractor: "resnet34", weights: "r.onnx" }), /"resnet34" needs images/)
    assert.match(
      refusal({ extractor: "resnet34", imagesDir: "images" }),
      /"resnet34" needs weights: .*--set embeddings\.weights=<resnet34\.onnx>/
    )
  })
})
