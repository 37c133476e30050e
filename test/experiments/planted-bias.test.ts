import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import plantedBias from "../../experiments/planted-bias.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => plantedBias.expand(Schema.decodeUnknownSync(plantedBias.settings)(settings))
const labels = (settings: object) => expand(settings).cells.map((cell) => cell.labels)

describe("experiments/planted-bias", () => {
  it("has every method where fewest rows stay, the dose for two, and everything at every dose in the full grid", () => {
    const rows = labels({ seeds: 1 }).filter((row) => row.planted === "gender")
    const methods = (stays: string) => new Set(rows.flatMap((row) => (row.stays === stays ? [row.method] : [])))
    assert.strictEqual(methods("0.03").size, 12)
    for (const stays of ["1", "0.5", "0.25", "0.1"])
      assert.deepStrictEqual([...methods(stays)].sort(), ["agnostic", "parity"])
    assert.lengthOf(labels({ seeds: 1, grid: "full" }), 2 * 5 * 19)
  })

  it("shares split, planted rows and the network trained without validation words", () => {
    const dag = Dag.build(expand({ seeds: 2, stays: [0.03] }).cells)
    const count = (stage: string) => dag.nodes.filter((node) => node.stage.name === stage).length
    assert.strictEqual(count("eec/split"), 2)
    // Gender and race.
    assert.strictEqual(count("planted/plant"), 4)
    assert.strictEqual(count("planted/validation"), 2)
    assert.strictEqual(count("planted/equalised-odds"), 2)
  })

  it("has a verdict for every method with a source, about rows that are there", () => {
    const { cells, table } = expand({ seeds: 1, grid: "full" })
    const claims = table?.claims ?? []
    assert.lengthOf(claims, 2 * 17)
    for (const claim of claims)
      assert.isTrue(
        cells.some((cell) => Object.entries(claim.labels).every(([axis, label]) => cell.labels[axis] === label)),
        claim.text
      )
  })

  it("refuses a share of 0", () => {
    assert.throws(() => expand({ stays: [0.5, 0] }), /greater than 0/)
  })
})
