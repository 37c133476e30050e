import { assert, describe, it } from "@effect/vitest"
import { cocoSetNode, STAND_IN } from "../../pipelines/coco.ts"
import type { AnyNode } from "../../src/declare/Node.ts"

const options = { words: "whole-word", standIn: STAND_IN } as const

const inputsOf = (node: AnyNode): { readonly [name: string]: AnyNode } =>
  node._tag === "StageNode" ? node.inputs : assert.fail("a user's file")

describe("cocoSetNode", () => {
  it("reads the two files of train2014 below the user's folder", () => {
    const { captions, instances } = inputsOf(cocoSetNode({ dir: "data/coco", layout: null, part: "train" }, options))
    assert.deepInclude(instances, {
      _tag: "ExternalNode",
      kind: "file",
      path: "data/coco/annotations/instances_train2014.json",
      origin: "--set coco.dir"
    })
    assert.deepInclude(captions, { path: "data/coco/annotations/captions_train2014.json" })
  })

  it("makes up both files from one seed where there is no folder", () => {
    const node = cocoSetNode(null, { ...options, standIn: { seed: 5, images: 500 } })
    assert.deepInclude(node, { config: { words: "whole-word" } })
    for (const input of Object.values(inputsOf(node))) assert.deepInclude(input, { config: { seed: 5, images: 500 } })
  })
})
