/** Cells by their printed form: whatever labels hold, what is printed names that cell and no other where it is typed. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import * as Artifact from "../src/declare/Artifact.ts"
import * as Experiment from "../src/declare/Experiment.ts"
import * as Grid from "../src/declare/Grid.ts"
import * as Pipeline from "../src/declare/Pipeline.ts"
import * as Stage from "../src/declare/Stage.ts"
import * as CellId from "../src/domain/CellId.ts"
import * as Only from "../src/session/Only.ts"

const stage = Stage.make("s", { output: Artifact.json(Schema.Finite), run: () => Effect.succeed(1) })
const pipeline = Pipeline.make("p", Schema.Unknown, () => ({ out: stage.node({}) }))

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(",", "=", '"', "'", "\\", " ", "a", "é", "\n"), maxLength: 6 })
)
const label = fc.oneof(text, fc.double({ noNaN: true }), fc.integer(), fc.boolean())
/** Labels that read alike are refused by the grid: of each one stays. */
const labels = fc.uniqueArray(label, { minLength: 1, maxLength: 4, selector: String })

const named = Effect.fnUntraced(function* ([first, second, seeds]: readonly [
  ReadonlyArray<Grid.Label>,
  ReadonlyArray<Grid.Label>,
  number
]) {
  const experiment = Experiment.make("cells", {
    pipeline,
    grid: Grid.axes({ first, "second, axis": second, seed: Grid.seeds(seeds) })
  })
  const { cells } = experiment.expand({})
  assert.strictEqual(cells.length, first.length * second.length * seeds)
  assert.strictEqual(new Set(cells.map(({ id }) => id)).size, cells.length)
  const points = cells.map(({ point }) => point)
  for (const cell of cells) {
    const selection = Only.selectionOf(yield* Only.parse([cell.id]))
    yield* Only.check(selection, points)
    assert.deepStrictEqual(
      cells.filter(({ point }) => Only.matches(selection, point)).map(({ id }) => id),
      [cell.id]
    )
    assert.deepStrictEqual(CellId.labelsOf(cell.id), { ...cell.labels, seed: String(cell.seed) })
    const variant = Only.selectionOf(yield* Only.parse([cell.variant]))
    assert.strictEqual(cells.filter(({ point }) => Only.matches(variant, point)).length, seeds)
  }
})

describe("a cell", () => {
  it("is named by what is printed of it, in --only and why, and by nothing that is printed of another", () =>
    fc.assert(
      fc.asyncProperty(fc.tuple(labels, labels, fc.integer({ min: 1, max: 3 })), (given) =>
        Effect.runPromise(named(given))
      ),
      { numRuns: 200 }
    ))
})
