/**
 * Selection: the degree of a polynomial is chosen on a validation part and reported on a test part, within the DAG. The test
 * part cannot reach the choice: what depends on a held-out node is refused as a candidate.
 *
 *   npx ablate run examples/09-select.ts
 *   npx ablate show how=chosen,rows=20,seed=0 --experiment select
 *   npx ablate graph examples/09-select.ts
 */
import { Artifact, Experiment, Grid, Pipeline, Select, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Points = Artifact.json(Schema.Array(Schema.Struct({ x: Schema.Finite, y: Schema.Finite })))
const Coefficients = Artifact.json(Schema.Array(Schema.Finite))

/** Points of x³ − x with noise, x between −1.5 and 1.5. Each part has a stream of its own. */
export const points = Stage.make("select/points", {
  config: Schema.Struct({ part: Schema.String, rows: Schema.Int, seed: Schema.Int }),
  output: Points,
  run: (_, { part, rows, seed }) => {
    const rng = Rng.stream(seed, part)
    return Effect.succeed(
      Array.from({ length: rows }, () => {
        const x = 3 * rng.uniform() - 1.5
        return { x, y: x * x * x - x + 0.4 * rng.normal() }
      })
    )
  }
})

/** Solves a symmetric positive definite system by elimination. */
const solve = (matrix: ReadonlyArray<ReadonlyArray<number>>, right: ReadonlyArray<number>): ReadonlyArray<number> => {
  const [first = [], ...below] = matrix
  const [pivot = 1, ...rest] = first
  const [b = 0, ...others] = right
  if (below.length === 0) return [b / pivot]
  const factors = below.map((row) => (row[0] ?? 0) / pivot)
  const tail = solve(
    below.map((row, at) => row.slice(1).map((value, column) => value - (factors[at] ?? 0) * (rest[column] ?? 0))),
    others.map((value, at) => value - (factors[at] ?? 0) * b)
  )
  return [(b - rest.reduce((sum, value, at) => sum + value * (tail[at] ?? 0), 0)) / pivot, ...tail]
}

export const fit = Stage.make("select/fit", {
  config: Schema.Struct({ degree: Schema.Int }),
  inputs: { points: Points },
  output: Coefficients,
  run: ({ points }, { degree }) => {
    const powers = Array.from({ length: degree + 1 }, (_, power) => points.map(({ x }) => x ** power))
    const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
    const y = points.map((point) => point.y)
    // A little ridge, so that the system can be solved where there are few points.
    const matrix = powers.map((row, i) => powers.map((column, j) => dot(row, column) + (i === j ? 1e-6 : 0)))
    return Effect.succeed(
      solve(
        matrix,
        powers.map((row) => dot(row, y))
      )
    )
  }
})

export const measure = Stage.make("select/measure", {
  inputs: { coefficients: Coefficients, points: Points },
  output: Artifact.metrics(["error", "degree"]),
  run: ({ coefficients, points }) => {
    const squares = points.map(({ x, y }) => (y - coefficients.reduceRight((sum, each) => sum * x + each, 0)) ** 2)
    return Effect.succeed({
      error: { value: squares.reduce((sum, each) => sum + each, 0) / squares.length, n: squares.length },
      degree: { value: coefficients.length - 1 }
    })
  }
})

/** The stage that chooses, and the one that hands on what was chosen. */
export const bestDegree = Select.choice("select/best-degree", { metric: "error", better: "lower" })
export const bestFit = Select.chosen("select/best-fit", Coefficients)

const DEGREES = [1, 2, 3, 4, 5, 6, 7, 8, 9]

const Params = Schema.Struct({ how: Schema.String, rows: Schema.Int, seed: Schema.Int })

const study = Pipeline.make("select", Params, ({ how, rows, seed }) => {
  const part = (name: string, size: number) => points.node({}, { part: name, rows: size, seed })
  const test = part("test", 500)
  if (how !== "chosen") {
    const coefficients = fit.node({ points: part("train", rows) }, { degree: Number(how) })
    return { metrics: measure.node({ coefficients, points: test }) }
  }
  const validation = part("validation", rows)
  const selected = Select.best({
    choice: bestDegree,
    chosen: bestFit,
    candidates: DEGREES.map((degree) => {
      const output = fit.node({ points: part("train", rows) }, { degree })
      return {
        label: `degree=${degree}`,
        validation: measure.node({ coefficients: output, points: validation }),
        output
      }
    }),
    heldOut: [test]
  })
  return { choice: selected.choice, metrics: measure.node({ coefficients: selected.output, points: test }) }
})

export default Experiment.make("select", {
  description: "Which degree a polynomial should have, chosen on validation points and reported on test points",
  pipeline: study,
  grid: Grid.axes({ rows: [20, 100], how: ["1", "3", "9", "chosen"], seed: Grid.seeds(5) }),
  table: Table.make({
    title: "A polynomial whose degree is chosen",
    rows: ["rows", "how"],
    columns: [
      { metric: "error", label: "squared error", better: "lower" },
      { metric: "degree", label: "degree", digits: 1 }
    ],
    baseline: { how: "3" },
    caption: [
      "Points of x³ − x with noise of .4, whose variance .16 is the least error; as many validation points as training points."
    ]
  })
})
