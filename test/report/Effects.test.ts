/** Main effects and interactions: against published figures, against another way to compute them, and what cannot be told. */
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { factorial } from "../../src/declare/Factorial.ts"
import type { Point } from "../../src/declare/Grid.ts"
import type { FactorEffect } from "../../src/domain/ResultTable.ts"
import type { TableSpec } from "../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome } from "../../src/report/index.ts"
import { pairedT } from "../../src/report/statistics/index.ts"

const specOf = (factors: ReadonlyArray<string>, more: Partial<TableSpec> = {}): TableSpec => ({
  title: "Tiny",
  rows: factors,
  columns: [{ metric: "y", label: "yield", digits: 2 }],
  effects: { factors },
  caption: [],
  ...more
})

const cellsOf = (
  points: ReadonlyArray<Point>,
  seeds: number,
  y: (point: Point, seed: number) => number | null
): ReadonlyArray<CellOutcome> =>
  points.flatMap((point) =>
    Array.from({ length: seeds }, (_, seed) => {
      const labels = Object.fromEntries(Object.entries(point).map(([axis, label]) => [axis, String(label)]))
      return { labels, seed, metrics: { y: { value: y(point, seed) } }, outputs: JSON.stringify([labels, seed]) }
    })
  )

const tableOf = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>) =>
  buildTable(spec, cells, { experiment: "tiny", runId: null })

const nameOf = ({ terms }: FactorEffect) => terms.map(({ axis }) => axis).join("×")

/** By name the mean of each effect. */
const effectsOf = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>) =>
  Object.fromEntries((tableOf(spec, cells).effects ?? []).map((each) => [nameOf(each), each.difference.mean]))

const two = [false, true] as const

describe("main effects and interactions", () => {
  it("are those that Box, Hunter and Hunter print of the pilot plant", () => {
    // Statistics for Experimenters, 2nd edition, table 5.1 and section 5.4: temperature, concentration and catalyst; the two runs of
    // each have these means. Effects: T 23, C −5, K 1.5; interactions TC 1.5, TK 10, CK 0, of which ours are twice.
    const yields = [60, 72, 54, 68, 52, 83, 45, 80]
    const points = yields.map((_, at) => ({ T: at % 2 === 1, C: (at >> 1) % 2 === 1, K: at >> 2 === 1 }))
    const cells = cellsOf(points, 1, ({ C, K, T }) => yields[Number(T) + 2 * Number(C) + 4 * Number(K)] ?? 0)
    assert.deepStrictEqual(effectsOf(specOf(["T", "C", "K"]), cells), {
      ...{ T: 23, C: -5, K: 1.5 },
      ...{ "T×C": 3, "T×K": 20, "C×K": 0 }
    })
  })

  it("are the coefficients from which the figures were made, whatever the levels", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 8 }), (b) => {
        const [a1 = 0, a2 = 0, c1 = 0, d1 = 0, a1c1 = 0, a2c1 = 0, c1d1 = 0, at = 0] = b
        const levels = { a: ["x", "y", "z"], c: [10, 9], d: two } as const
        const { points } = factorial(levels)
        // Whole numbers: the sums are exact. Numbers are levels in ascending order, so 9 is the first of c.
        const y = ({ a, c, d }: Point) => {
          const [isY = 0, isZ = 0, isC = 0, isD = 0] = [a === "y", a === "z", c === 10, d === true].map(Number)
          const mains = at + a1 * isY + a2 * isZ + c1 * isC + d1 * isD
          return mains + a1c1 * isY * isC + a2c1 * isZ * isC + c1d1 * isC * isD
        }
        const effects = tableOf(specOf(["a", "c", "d"]), cellsOf(points, 1, y)).effects ?? []
        const of = (...to: ReadonlyArray<string>) =>
          effects.find(({ terms }) => JSON.stringify(terms.map((term) => term.to)) === JSON.stringify(to))?.difference
            .mean
        assert.lengthOf(effects, 2 + 1 + 1 + 2 + 2 + 1)
        assert.closeTo(of("y") ?? 0, a1 + a1c1 / 2, 1e-12)
        assert.closeTo(of("z") ?? 0, a2 + a2c1 / 2, 1e-12)
        assert.closeTo(of("10") ?? 0, c1 + (a1c1 + a2c1) / 3 + c1d1 / 2, 1e-12)
        assert.closeTo(of("true") ?? 0, d1 + c1d1 / 2, 1e-12)
        assert.closeTo(of("y", "10") ?? 0, a1c1, 1e-12)
        assert.closeTo(of("z", "10") ?? 0, a2c1, 1e-12)
        assert.closeTo(of("10", "true") ?? 0, c1d1, 1e-12)
        assert.closeTo(of("y", "true") ?? 0, 0, 1e-12)
      }),
      { numRuns: 50 }
    )
  })

  /** Noise that is the same in every run of the tests. */
  const noise = (point: Point, seed: number) =>
    ((Number(point.a) * 7 + Number(point.b) * 5 + seed * 3 + Number(point.a) * seed * 5 + Number(point.b) * seed ** 2) %
      11) /
    8
  const square = factorial({ a: two, b: two }).points
  const noisy = cellsOf(square, 8, noise)

  it("are paired over seeds: intervals and p as of those differences, p by Holm over all effects", () => {
    const found = tableOf(specOf(["a", "b"]), noisy).effects ?? []
    const y = (a: boolean, b: boolean, seed: number) => noise({ a, b }, seed)
    const seeds = Array.from({ length: 8 }, (_, seed) => seed)
    const byHand = [
      seeds.map((s) => (y(true, false, s) + y(true, true, s) - y(false, false, s) - y(false, true, s)) / 2),
      seeds.map((s) => (y(false, true, s) + y(true, true, s) - y(false, false, s) - y(true, false, s)) / 2),
      seeds.map((s) => y(true, true, s) - y(false, true, s) - y(true, false, s) + y(false, false, s))
    ]
    assert.deepStrictEqual(found.map(nameOf), ["a", "b", "a×b"])
    for (const [at, values] of byHand.entries()) {
      const test = pairedT(values)
      const { ci95, mean, n, p, pHolm, pT } = found[at]?.difference ?? {}
      assert.strictEqual(n, 8)
      assert.closeTo(mean ?? 0, test?.mean ?? 1, 1e-12)
      assert.closeTo(pT ?? 0, test?.p ?? 1, 1e-12)
      // t of .975 with 7 degrees of freedom: 2.364624252, of any table.
      assert.closeTo(((ci95?.[1] ?? 0) - (ci95?.[0] ?? 0)) / 2, (2.364624252 * (test?.sd ?? 0)) / Math.sqrt(8), 1e-8)
      assert.isAtLeast(pHolm ?? 0, p ?? 1)
    }
    // Within-subject analysis of variance of the same figures (statsmodels 0.15, AnovaRM): F = t², and its p.
    const anova = [
      [0.313242009132, 0.593146195328],
      [0.015206372194, 0.905324360103],
      [0.304347826087, 0.598331155999]
    ] as const
    for (const [at, [f, p]] of anova.entries()) {
      const { effect, pT } = found[at]?.difference ?? {}
      assert.closeTo(pT ?? 0, p, 1e-9)
      assert.strictEqual(Math.sign(effect ?? 0), Math.sign(found[at]?.difference.mean ?? 0))
      assert.closeTo((pairedT(byHand[at] ?? [])?.t ?? 0) ** 2, f, 1e-9)
    }
    const least = Math.min(...found.map(({ difference }) => difference.p ?? 1))
    assert.closeTo(Math.min(...found.map(({ difference }) => difference.pHolm ?? 1)), Math.min(1, 3 * least), 1e-12)
  })

  it("do not depend on the order of cells, nor on what the levels are called", () => {
    const spec = specOf(["a", "b"])
    const found = tableOf(spec, noisy).effects ?? []
    const figures = (all: ReadonlyArray<FactorEffect>) => all.map(({ difference }) => difference)
    fc.assert(
      fc.property(fc.shuffledSubarray([...noisy], { minLength: noisy.length }), (shuffled) => {
        assert.deepStrictEqual(figures(tableOf(spec, shuffled).effects ?? []), figures(found))
      }),
      { numRuns: 20 }
    )
    const renamed = noisy.map((cell) => ({ ...cell, labels: { a: `${cell.labels.a}!`, b: `level ${cell.labels.b}` } }))
    assert.deepStrictEqual(figures(tableOf(spec, renamed).effects ?? []), figures(found))
    // The baseline's level is the one that effects begin at: the sign turns with it.
    const turned = tableOf({ ...spec, baseline: { a: "true" } }, noisy).effects ?? []
    assert.deepStrictEqual(
      turned.map(({ difference }) => difference.mean),
      found.map(({ difference: { mean } }, at) => (at === 1 ? mean : -mean))
    )
  })

  it("are of each block of the other axes", () => {
    const cells = ["x", "y"].flatMap((data) =>
      cellsOf(square, 3, ({ a, b }, seed) => Number(a) * (data === "x" ? 1 : 2) + Number(b) + seed).map((cell) => ({
        ...cell,
        labels: { ...cell.labels, data }
      }))
    )
    const { effects = [], notes } = tableOf({ ...specOf(["a", "b"]), rows: ["data", "a", "b"] }, cells)
    assert.deepStrictEqual(
      effects.map((each) => [each.labels.data, nameOf(each), each.difference.mean]),
      [
        ["x", "a", 1],
        ["x", "b", 1],
        ["x", "a×b", 0],
        ["y", "a", 2],
        ["y", "b", 1],
        ["y", "a×b", 0]
      ]
    )
    assert.include(notes, "Main effects and interactions of two on yield in y, over 3 seeds:")
    assert.lengthOf(
      tableOf({ ...specOf(["a", "b"]), effects: { factors: ["a"], interactions: false } }, noisy).effects ?? [],
      2
    )
  })

  it("of a fraction name what cannot be told from each, with its sign, and the resolution", () => {
    const levels = { a: two, b: two, c: two, d: two }
    const half = factorial(levels, { generators: { d: ["a", "b", "c"] } }).points
    const spec = specOf(["a", "b", "c", "d"])
    const { effects = [], notes } = tableOf(
      spec,
      cellsOf(half, 2, ({ a, c, d }) => Number(a) + 4 * Number(c && d))
    )
    assert.deepStrictEqual(
      effects.map((each) => [nameOf(each), each.aliases]),
      [...["a", "b", "c", "d"].map((name) => [name, []]), ["a×b", ["c × d"]], ["a×c", ["b × d"]], ["a×d", ["b × c"]]]
    )
    // The interaction of c and d shows as that of a and b, which nothing made.
    assert.strictEqual(effects.find((each) => nameOf(each) === "a×b")?.difference.mean, 4)
    const text = notes.join("\n")
    assert.include(text, "· a × b (or c × d): +4.00")
    assert.include(
      text,
      "a fraction, 8 of the 16 combinations of 4 factors, of resolution IV, since a·b·c·d is the same"
    )
    const other = factorial({ ...levels, d: [true, false] }, { generators: { d: ["a", "b", "c"] } }).points
    const turned =
      tableOf(
        spec,
        cellsOf(other, 1, () => 0)
      ).effects ?? []
    assert.deepStrictEqual(turned.find((each) => nameOf(each) === "a×b")?.aliases, ["−c × d"])
    const third = factorial({ a: two, b: two, c: two }, { generators: { c: ["a", "b"] } }).points
    const aliased = tableOf(
      specOf(["a", "b", "c"]),
      cellsOf(third, 1, () => 0)
    )
    assert.deepStrictEqual(
      (aliased.effects ?? []).map((each) => each.aliases),
      [["b × c"], ["a × c"], ["a × b"]]
    )
    assert.include(aliased.notes.join(), "of resolution III, since a·b·c is the same")
  })

  it("are not told of rows that are no balanced design, nor of seeds in which a row has no figure", () => {
    const missing = tableOf(specOf(["a", "b"]), cellsOf(square.slice(1), 3, noise))
    assert.deepStrictEqual(missing.effects, [])
    assert.include(missing.notes.join("\n"), "No effects of the rows: they are no balanced design in a, b")
    const one = tableOf(specOf(["a", "b"]), cellsOf(square.slice(2), 3, noise))
    assert.include(one.notes.join("\n"), "No effects of the rows: a has one level, true.")
    const lacking = tableOf(
      specOf(["a", "b"]),
      cellsOf(square, 4, ({ a }, seed) => (a === true && seed === 2 ? null : Number(a) + seed))
    )
    assert.deepStrictEqual(
      (lacking.effects ?? []).map(({ difference }) => [difference.n, difference.mean]),
      [
        [3, 1],
        [3, 0],
        [3, 0]
      ]
    )
    assert.include(lacking.notes.join("\n"), "Effects on yield leave out the seeds in which some row has no figure.")
    const none = tableOf(
      specOf(["a", "b"]),
      cellsOf(square, 1, () => null)
    )
    assert.deepStrictEqual(none.effects, [])
  })
})
