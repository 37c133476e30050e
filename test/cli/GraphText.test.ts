import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { toMermaid, toSvg } from "../../src/cli/GraphText.ts"
import type { StageGraph } from "../../src/plan/StageGraph.ts"
import { imports, project } from "../rig.ts"

const graph: StageGraph = {
  boxes: [
    { id: "f0", kind: "file", label: "/data/a <b>.csv", nodes: 1 },
    { id: "s0", kind: "stage", label: "load", nodes: 1 },
    { id: "s1", kind: "stage", label: "train", nodes: 12 }
  ],
  edges: [
    { from: "f0", to: "s0", inputs: ["csv"] },
    { from: "s0", to: "s1", inputs: ["rows", 'test "x"'] }
  ]
}

describe("the graph of stages", () => {
  it("is a Mermaid flowchart: files slanted, nodes counted, edges named by their inputs", () => {
    assert.deepStrictEqual(toMermaid(graph).split("\n"), [
      "flowchart LR",
      '  f0[/"a <b>.csv"/]',
      '  s0["load"]',
      '  s1["train ×12"]',
      '  f0 -->|"csv"| s0',
      '  s0 -->|"rows, test #quot;x#quot;"| s1',
      ""
    ])
  })

  it.effect("is an SVG that is the same every time, from left to right, with every box and edge once", () =>
    Effect.gen(function* () {
      const svg = yield* Effect.promise(() => toSvg(graph, "a & b"))
      assert.strictEqual(yield* Effect.promise(() => toSvg(graph, "a & b")), svg)
      assert.include(svg, "<title>a &amp; b</title>")
      assert.include(svg, ">a &lt;b&gt;.csv</text>")
      const at = [...svg.matchAll(/<text x="([\d.]+)"/g)].map(([, x]) => Number(x))
      assert.strictEqual(at.length, 3)
      assert.deepStrictEqual(
        at,
        at.toSorted((a, b) => a - b)
      )
      assert.strictEqual(svg.match(/marker-end/g)?.length, 2)
    })
  )

  it.effect("comes from the command for a chosen part of the grid, without a store", () =>
    Effect.gen(function* () {
      const made = project({
        "experiments/study.ts": `${imports}
const number = Artifact.json(Schema.Finite)
export const draw = Stage.make("draw", { config: Schema.Struct({ seed: Schema.Int }), output: number, run: (_, { seed }) => Effect.succeed(seed) })
export const join = Stage.make("join", { inputs: { parts: Artifact.list(number) }, output: Artifact.metrics(["x"]), run: ({ parts }) => Effect.succeed({ x: { value: parts.length } }) })
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ n: Schema.Int }), ({ n }) => ({
    metrics: join.node({ parts: Array.from({ length: n }, (_, seed) => draw.node({}, { seed })) })
  })),
  grid: Grid.axes({ n: [1, 3] }),
  table: Table.make({ title: "T", rows: ["n"], columns: [{ metric: "x", label: "x" }] })
})
`
      })
      const all = yield* Effect.promise(() => made.ablate(["graph", "study"]))
      assert.strictEqual(all.code, 0, all.stderr)
      assert.strictEqual(all.stdout, 'flowchart LR\n  s0["draw ×3"]\n  s1["join ×2"]\n  s0 -->|"parts"| s1\n')
      const one = yield* Effect.promise(() => made.ablate(["graph", "study", "--only", "n=1"]))
      assert.include(one.stdout, '["draw"]')
      const none = yield* Effect.promise(() => made.ablate(["graph", "study", "--only", "n=2"]))
      assert.strictEqual(none.code, 2)
      assert.deepStrictEqual(
        made.files(".ablate").filter((file) => file.endsWith(".db")),
        []
      )
    })
  )
})
