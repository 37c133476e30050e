/** Nodes are made one by numbers instead of texts; a text of the whole tree says which of them are equal. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { AnyNode, StageNode } from "../../src/declare/Node.ts"
import { dagOf, stage } from "./declared.ts"

const stages = [stage("n0"), stage("n1", ["x"]), stage("n2", ["x", "y"]), stage("n3", ["x", "y", "z"])]
const byName = new Map(stages.map((each) => [each.stage.name, each]))

const text = (node: AnyNode): string =>
  node._tag === "ExternalNode"
    ? JSON.stringify(node.path)
    : `${node.stage.name}(${JSON.stringify(node.config)},${Object.keys(node.inputs)
        .sort()
        .map((name) => text(node.inputs[name] as AnyNode))
        .join()})`

const recipe = fc.array(
  fc.record({ stage: fc.nat(3), config: fc.nat(6), inputs: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }) }),
  { minLength: 1, maxLength: 40 }
)

describe("interning by numbers", () => {
  it("keeps exactly one node of each tree, with its inputs where the tree has them", () => {
    fc.assert(
      fc.property(recipe, (steps) => {
        const made: Array<StageNode<unknown>> = [stages[0]?.node() as StageNode<unknown>]
        for (const step of steps) {
          const { node, stage: of } = byName.get(`n${step.stage}`) as (typeof stages)[number]
          const names = Object.keys(of.inputs)
          // In either order: a wire counts by its name.
          if (step.config % 2 === 1) names.reverse()
          const wires = Object.fromEntries(
            names.map((name, at) => [name, made[(step.inputs[at] ?? 0) % Math.min(made.length, 8)] as AnyNode])
          )
          made.push(node(wires, step.config >> 1))
        }
        const dag = dagOf(...made)
        assert.strictEqual(dag.nodes.length, new Set(made.map(text)).size)
        const texts: Array<string> = []
        for (const node of dag.nodes)
          texts.push(
            `${node.stage.name}(${JSON.stringify(node.config)},${node.inputs.map(({ index }) => texts[index]).join()})`
          )
        made.forEach((node, at) => {
          assert.strictEqual(texts[dag.outputs[at]?.out?.index ?? -1], text(node))
        })
      }),
      { numRuns: 300 }
    )
  })
})
