import { assert, describe, it } from "@effect/vitest"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import { criticalPaths, estimate, priorities } from "../../src/plan/Estimate.ts"
import type * as Plan from "../../src/plan/Plan.ts"
import { artifact, dagOf, planOf, runAll, sourcesOf, stage } from "./declared.ts"

const load = stage("load")
const train = stage("train", ["x"])
const score = stage("score", ["x"])
/** load → train (twice) → score (once). */
const dag = dagOf(score.node({ x: train.node({ x: load.node() }, 1) }), train.node({ x: load.node() }, 2))
const means: { readonly [stage: string]: number } = { load: 10, train: 300, score: 5 }
const mean = (name: string) => means[name]

describe("critical paths", () => {
  it("are the longest chain of work from a node to the end, itself included", () => {
    const paths = criticalPaths(planOf(dag, sourcesOf(dag)), mean)
    assert.deepStrictEqual(
      dag.nodes.map((node) => [node.stage.name, paths[node.index]]),
      [
        ["load", 315],
        ["train", 305],
        ["score", 5],
        ["train", 300]
      ]
    )
  })

  it("count known nodes as nothing and those without history as given", () => {
    const results = new Map<string, ArtifactHash>()
    runAll(dag, results, sourcesOf(dag, results), (node) => node.id)
    const other = dagOf(score.node({ x: train.node({ x: load.node() }, 9) }))
    const plan = planOf(other, sourcesOf(other, results))
    assert.deepStrictEqual(plan.status, ["hit", "run", "undecided"])
    assert.deepStrictEqual([...criticalPaths(plan, mean)], [305, 305, 5])
    assert.deepStrictEqual([...criticalPaths(plan, () => undefined)], [2000, 2000, 1000])
    assert.deepStrictEqual([...criticalPaths(plan, () => undefined, 7)], [14, 14, 7])
  })
})

describe("the estimate", () => {
  const plan = planOf(dag, sourcesOf(dag))

  it("divides the work among the workers, but is no shorter than the longest chain", () => {
    assert.deepStrictEqual(estimate(plan, mean, 1), { wallMs: 615, workMs: 615, unknown: 0 })
    assert.deepStrictEqual(estimate(plan, mean, 2), { wallMs: 315, workMs: 615, unknown: 0 })
    assert.deepStrictEqual(estimate(plan, mean, 64), { wallMs: 315, workMs: 615, unknown: 0 })
  })

  it("counts what has no history instead of guessing", () => {
    assert.deepStrictEqual(
      estimate(plan, (name) => (name === "load" ? 10 : undefined), 2),
      {
        wallMs: 10,
        workMs: 10,
        unknown: 3
      }
    )
  })

  it("is nothing where everything is known", () => {
    const known = planOf(dag, sourcesOf(dag, new Map(), { lookup: () => artifact("known") }))
    assert.deepStrictEqual(estimate(known, mean, 1), { wallMs: 0, workMs: 0, unknown: 0 })
  })
})

describe("what starts first", () => {
  const order = (plan: Plan.Plan, of: (name: string) => number | undefined) => {
    const values = priorities(plan, of, 2)
    return plan.dag.nodes.toSorted((a, b) => (values[b.index] ?? 0) - (values[a.index] ?? 0)).map((node) => node.id)
  }

  it("is the longest chain, but a short tail before it, so that cells are finished on the way", () => {
    const plan = planOf(dag, sourcesOf(dag))
    const long: { readonly [stage: string]: number } = { load: 10, train: 30_000, score: 5 }
    assert.deepStrictEqual(
      order(plan, (name) => long[name]),
      ["score#2", "load#0", "train#1", "train#3"]
    )
    // A tail that is no small part of the run waits its turn.
    const even: { readonly [stage: string]: number } = { load: 10, train: 300, score: 200 }
    assert.deepStrictEqual(
      order(plan, (name) => even[name]),
      ["load#0", "train#1", "train#3", "score#2"]
    )
  })

  it("without any history is what is nearest to its end", () => {
    const plan = planOf(dag, sourcesOf(dag))
    const last = order(plan, () => undefined)
    assert.deepStrictEqual([last[0] === "score#2" || last[0] === "train#3", last.at(-1)], [true, "load#0"])
  })
})
