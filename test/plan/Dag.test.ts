import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as External from "../../src/declare/External.ts"
import type { AnyNode, StageNode } from "../../src/declare/Node.ts"
import * as Dag from "../../src/plan/Dag.ts"
import { refusal } from "../declare/refusal.ts"
import { cell, dagOf, stage } from "./declared.ts"

const a = stage("a")
const b = stage("b", ["x"])
const c = stage("c", ["x", "y"])

const named = (wire: Dag.Wire): string =>
  wire._tag === "Node" ? wire.id : `${wire.declared.kind} ${wire.declared.path}`

/** What each output of each cell is wired to. */
const outputsOf = ({ outputs }: Dag.Dag) =>
  outputs.map((each) => Object.entries(each).map(([name, wire]) => `${name}: ${named(wire)}`))

/** Wires an input of a node that stands already, which no builder does. */
const rewire = (node: StageNode<unknown, unknown>, name: string, to: AnyNode) =>
  Object.defineProperty(node.inputs, name, { value: to, enumerable: true })

describe("interning", () => {
  it("makes equal nodes one, however often they were built", () => {
    const build = () => c.node({ x: b.node({ x: a.node({}, { k: 1 }) }), y: a.node({}, { k: 1 }) })
    const dag = dagOf(build(), build())
    assert.deepStrictEqual(
      dag.nodes.map((node) => node.id),
      ["a#0", "b#1", "c#2"]
    )
    assert.deepStrictEqual(dag.nodes[2]?.inputs.map(named), ["b#1", "a#0"])
    assert.deepStrictEqual(outputsOf(dag), [["out: c#2"], ["out: c#2"]])
  })

  it("a shared prefix is there once, what differs is there for each", () => {
    const variants = [1, 2, 3].map((k) => b.node({ x: a.node({}, { shared: true }) }, { k }))
    const dag = dagOf(...variants)
    assert.strictEqual(dag.nodes.length, 4)
    assert.deepStrictEqual(dag.nodes[0]?.cells, [0, 1, 2])
    assert.deepStrictEqual(
      dag.nodes.slice(1).map((node) => node.cells),
      [[0], [1], [2]]
    )
  })

  it("the order of a config's keys and of the wires does not matter, its values do", () => {
    const x = a.node({}, { p: 1, q: { r: 2, s: [1, 2] } })
    const y = a.node({}, { q: { s: [1, 2], r: 2 }, p: 1 })
    assert.strictEqual(dagOf(x, y).nodes.length, 1)
    assert.strictEqual(dagOf(c.node({ x, y: a.node() }), c.node({ y: a.node(), x })).nodes.length, 3)
    for (const other of [
      { p: 1, q: { r: 2, s: [2, 1] } },
      { p: 1, q: { r: 2 } },
      { p: "1", q: { r: 2, s: [1, 2] } },
      { p: -0, q: null }
    ])
      assert.strictEqual(dagOf(x, a.node({}, other)).nodes.length, 2)
    assert.strictEqual(dagOf(a.node({}, 0), a.node({}, -0)).nodes.length, 2)
  })

  it("inputs in each other's place make another node", () => {
    const [x, y] = [a.node({}, 1), a.node({}, 2)]
    assert.strictEqual(dagOf(c.node({ x, y }), c.node({ x: y, y: x })).nodes.length, 4)
  })

  it("an external is one by kind and path", () => {
    const [one, again, other] = [External.file("f"), External.file("f", "--set words"), External.folder("f")]
    const dag = dagOf(c.node({ x: one, y: again }), b.node({ x: other }), b.node({ x: External.file("g") }))
    assert.deepStrictEqual(
      dag.externals.map((external) => `${external.index} ${named(external)}`),
      ["0 file f", "1 folder f", "2 file g"]
    )
    assert.deepStrictEqual(
      dag.nodes.map((node) => node.inputs.map(named)),
      [["file f", "file f"], ["folder f"], ["file g"]]
    )
  })

  it("a cell may publish an external, and nothing", () => {
    const dag = Dag.build([cell("c0", { file: External.file("f") }), cell("c1", {})])
    assert.deepStrictEqual(outputsOf(dag), [["file: file f"], []])
    assert.strictEqual(dag.nodes.length, 0)
  })
})

describe("what a DAG refuses", () => {
  it("a cycle, with its path", () => {
    const bottom = b.node({ x: a.node() })
    const top = c.node({ x: b.node({ x: bottom }, 2), y: a.node() })
    rewire(bottom, "x", top)
    for (const root of [top, bottom, b.node({ x: top }, 3)]) {
      const { message } = refusal(() => dagOf(root))
      assert.match(message, /^stage "[abc]": the nodes form a cycle: /)
      const path = message.split("cycle: ")[1]?.split(" → ") ?? []
      assert.strictEqual(path.length, 4)
      assert.strictEqual(path[0], path.at(-1))
      assert.deepStrictEqual([...path.slice(0, 3)].sort(), ["b", "b", "c"])
    }
  })

  it("a node that is its own input", () => {
    const node = b.node({ x: a.node() })
    rewire(node, "x", node)
    assert.strictEqual(refusal(() => dagOf(node)).message, 'stage "b": the nodes form a cycle: b → b')
  })

  it("a diamond is no cycle", () => {
    const shared = a.node()
    assert.strictEqual(dagOf(c.node({ x: b.node({ x: shared }), y: b.node({ x: shared }, 2) })).nodes.length, 4)
  })

  it("two stages of one name", () => {
    const twin = stage("a")
    assert.strictEqual(
      refusal(() => dagOf(a.node(), twin.node())).message,
      'stage "a": two different stages have this name; rename one of them'
    )
  })
})

describe("the shape of a DAG", () => {
  it("a chain of 20,000 nodes does not overflow the stack", () => {
    let node: AnyNode = a.node()
    for (let at = 0; at < 20_000; at++) node = b.node({ x: node }, at)
    const dag = dagOf(node)
    assert.strictEqual(dag.nodes.length, 20_001)
    assert.isTrue(dag.nodes.every((each, at) => each.index === at && each.cells.length === 1))
    rewire([...descend(node)].at(-2) as StageNode<unknown>, "x", node)
    assert.strictEqual(refusal(() => dagOf(node)).message.split(" → ").length, 20_001)
  })

  it("every node stands after its inputs and belongs to exactly the cells that reach it", () => {
    const stages = [stage("s0", ["x"]), stage("s1", ["x", "y"]), stage("s2", ["x", "y", "z"])]
    const recipe = fc.array(
      fc.record({ stage: fc.nat(2), config: fc.nat(2), inputs: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }) }),
      { minLength: 1, maxLength: 25 }
    )
    fc.assert(
      fc.property(recipe, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (steps, picks) => {
        const made: Array<StageNode<unknown>> = [a.node()]
        for (const step of steps) {
          const { node, stage: of } = stages[step.stage] ?? a
          const wires = Object.fromEntries(
            Object.keys(of.inputs).map((name, at) => [name, made[(step.inputs[at] ?? 0) % made.length] ?? a.node()])
          )
          made.push(node(wires, step.config))
        }
        const roots = picks.map((pick) => made[pick % made.length] ?? a.node())
        const dag = dagOf(...roots)
        // The oracle: a node's identity is its whole expression.
        const text = new Map<AnyNode, string>()
        const expression = (node: AnyNode): string => {
          const known = text.get(node)
          if (known !== undefined) return known
          const written =
            node._tag === "ExternalNode"
              ? node.path
              : `${node.stage.name}(${Object.entries(node.inputs)
                  .map(([name, input]) => `${name}:${expression(input)}`)
                  .join()};${JSON.stringify(node.config)})`
          text.set(node, written)
          return written
        }
        const written: Array<string> = []
        for (const node of dag.nodes) {
          assert.isTrue(node.inputs.every((input) => input._tag === "Node" && input.index < node.index))
          assert.deepStrictEqual([...node.inputNames], [...node.inputNames].sort())
          const inputs = node.inputNames.map((name, at) => `${name}:${written[node.inputs[at]?.index ?? 0]}`)
          written.push(`${node.stage.name}(${inputs.join()};${JSON.stringify(node.config)})`)
        }
        assert.strictEqual(new Set(written).size, written.length)
        const reached = roots.map((root) => new Set([...reach(root)].map(expression)))
        assert.deepStrictEqual([...written].sort(), [...new Set(reached.flatMap((each) => [...each]))].sort())
        for (const node of dag.nodes)
          assert.deepStrictEqual(
            [...node.cells],
            reached.flatMap((each, at) => (each.has(written[node.index] ?? "") ? [at] : []))
          )
        assert.deepStrictEqual(
          dag.outputs.map(({ out }) => written[out?.index ?? 0]),
          roots.map(expression)
        )
      }),
      { numRuns: 100 }
    )
  })
})

/** The nodes of a chain, from its end to its beginning. */
function* descend(from: AnyNode): Generator<AnyNode> {
  let node: AnyNode | undefined = from
  while (node !== undefined) {
    yield node
    node = node._tag === "StageNode" ? Object.values(node.inputs)[0] : undefined
  }
}

const reach = (root: AnyNode, seen = new Set<AnyNode>()): Set<AnyNode> => {
  if (seen.has(root)) return seen
  seen.add(root)
  if (root._tag === "StageNode") for (const input of Object.values(root.inputs)) reach(input, seen)
  return seen
}
