/** An exported table of any format: every figure stands as printed; one digit changed is found, and named. */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import fc from "fast-check"
import type { TableSpec } from "../../../src/domain/TableSpec.ts"
import {
  buildTable,
  type CellOutcome,
  recognise,
  TABLE_FORMATS,
  type TableFormatName,
  tableFormats,
  verifyTable,
  viewOf
} from "../../../src/report/index.ts"
import { changed, small } from "../format/fixture.ts"

const spec: TableSpec = {
  title: "A table | with $signs_ & <marks>",
  rows: ["kind", "method"],
  columns: [
    { metric: "accuracy", label: "accuracy", digits: 4, better: "higher" },
    {
      metric: "p",
      label: "P(f|fear)",
      group: "fear × gender",
      digits: 4,
      beside: { metric: "base", label: "base rate" }
    },
    { metric: "F", label: "F", group: "fear × gender", digits: 4 },
    { metric: "F2", label: "F", group: "fear_race & [x]", digits: 2 },
    { metric: "time", label: "time", unit: "ms", digits: 1, kind: "duration", better: "lower" }
  ],
  baseline: { method: "plain" },
  reference: {
    label: "paper",
    rows: [{ labels: { method: "a_b*c" }, figures: { p: { value: 0.75, mark: "no" }, F: { value: 0.1875 } } }]
  },
  caption: ["Data: made up, 12 rows."]
}
const METHODS = ["plain", "a_b*c", "[odd] {x}", "模型"]
const cells = ["one", "two"].flatMap((kind, k) =>
  METHODS.flatMap((method, m) =>
    [0, 1, 2, 3, 4].map((seed): CellOutcome => {
      const value = (factor: number) => ({ value: (((k * 7 + m * 3 + seed) * factor * 0.7390851332) % 1) / (1 + m) })
      const metrics = {
        accuracy: value(1),
        p: value(2),
        F: value(3),
        F2: value(5),
        time: { value: 12.5 + seed * m },
        base: value(1.5)
      }
      return {
        labels: { kind, method },
        seed,
        metrics: m === 3 && k === 1 ? { ...metrics, F: { value: null } } : metrics,
        outputs: `${k}${m}${seed}`
      }
    })
  )
)
const table = buildTable(spec, cells, { experiment: "odd_name", runId: "20260131-154502-k3f9" })

const print = (format: TableFormatName, of = table, width = 100) => tableFormats[format].print(of, { width })
const verify = (format: TableFormatName, text: string, of = table) => {
  const found = Result.getOrThrow(recognise(text))
  assert.strictEqual(found.format, format)
  return Result.getOrThrow(verifyTable(found.format, text, of))
}

/** The same with how far every figure is from the one printed elsewhere. */
const measured = buildTable(
  {
    ...spec,
    reference: {
      label: "paper",
      distance: true,
      rows: [
        { labels: { method: "a_b*c" }, figures: { p: { value: 0.75, mark: "no" }, F: { value: 0.1875 } } },
        { labels: { method: "plain" }, figures: { p: { value: 0.5 }, F: { value: 0.25 } } }
      ]
    }
  },
  cells,
  { experiment: "odd_name", runId: "20260131-154502-k3f9" }
)

/** The same with effects, in blocks and of a fraction whose effects cannot all be told apart, by labels that formats escape. */
const design = (() => {
  const factors = ["a_b", "with | signs", "λ & {x}", "d"] as const
  const levels = [
    [0, 0, 0, 0],
    [1, 0, 0, 1],
    [0, 1, 0, 1],
    [1, 1, 0, 0],
    [0, 0, 1, 1],
    [1, 0, 1, 0],
    [0, 1, 1, 0],
    [1, 1, 1, 1]
  ]
  const points = ["one · two", "three_3"].flatMap((data, block) =>
    levels.flatMap((signs, row) =>
      [0, 1, 2, 3, 4, 5].map((seed): CellOutcome => {
        const value = (factor: number) => ({ value: ((block * 5 + row * 3 + seed) * factor * 0.7390851332) % 1 })
        return {
          labels: {
            data,
            ...Object.fromEntries(factors.map((factor, at) => [factor, ["low → [0]", "high, 1"][signs[at] ?? 0] ?? ""]))
          },
          seed,
          metrics: { p: value(2), effect: value(3) },
          outputs: `${block}${row}${seed}`
        }
      })
    )
  )
  return buildTable(
    {
      title: "Effects",
      rows: ["data", ...factors],
      columns: [
        { metric: "p", label: "P(f|fear)", group: "fear × gender", digits: 3 },
        { metric: "effect", label: "effect", digits: 4 }
      ],
      effects: { factors: [...factors] },
      caption: ["Data: made up, 12 rows."]
    },
    points,
    { experiment: "odd_name", runId: "20260131-154502-k3f9" }
  )
})()

/** Where the figures of effects are: beneath the table, in CSV in the lines of no row, in JSON in a list. */
const effectDigits = (format: TableFormatName, text: string): ReadonlyArray<number> => {
  const [from, to] =
    format === "json"
      ? [text.indexOf('"effects": ['), text.indexOf('"effectLines"')]
      : format === "csv" || format === "csv-wide"
        ? [text.indexOf(",,one"), text.length]
        : [text.indexOf("Main effects and"), text.indexOf("Main effect:")]
  assert.isTrue(from > 0 && to > from, format)
  return [...text.slice(from, to).matchAll(/\d*\.\d+/g)].flatMap((found) =>
    [...found[0]].flatMap((sign, at) => (sign === "." ? [] : [from + found.index + at]))
  )
}

const other = (digit: string | undefined, by: number): string => String((Number(digit) + by) % 10)

/** Where the figures are: from the first row of the table to its last. */
const bodyOf = (format: TableFormatName, text: string): readonly [number, number] => {
  const between = (from: string, to: string): readonly [number, number] => [text.indexOf(from), text.lastIndexOf(to)]
  switch (format) {
    case "text":
      return between("───\n", "\n\nData: ")
    case "md":
      return between("--: |\n", "|\n\nData")
    case "latex":
      return between("\\midrule", "\\bottomrule")
    case "html":
      return between("<tbody>", "</tbody>")
    case "json":
      return between('"rows": [', '"statistics"')
    default:
      return [text.indexOf("\n"), text.length]
  }
}

/** Digits of the decimal numbers in the body: what no label, footnote or hash has here. */
const digitsIn = (format: TableFormatName, text: string): ReadonlyArray<number> => {
  const [from, to] = bodyOf(format, text)
  assert.isTrue(from >= 0 && to > from, format)
  return [...text.slice(from, to).matchAll(/\d*\.\d+/g)].flatMap((found) =>
    [...found[0]].flatMap((sign, at) => (sign === "." ? [] : [from + found.index + at]))
  )
}

describe("an exported table", () => {
  for (const format of TABLE_FORMATS) {
    it(`as ${format} says whose it is, and all of its figures stand`, () => {
      const text = print(format)
      assert.deepStrictEqual(Result.getOrThrow(recognise(text)).stamp, {
        experiment: "odd_name",
        runId: "20260131-154502-k3f9",
        contentHash: table.contentHash
      })
      const found = verify(format, text)
      assert.deepStrictEqual([found.changed, found.missing], [[], []])
      // At least the mean of every figure there is.
      assert.isAtLeast(found.standing, table.rows.length * table.columns.length)
    })
    it(`as ${format} with distances to the reference: all of its figures stand`, () => {
      const { changed, missing, standing } = verify(format, print(format, measured), measured)
      assert.deepStrictEqual([changed, missing], [[], []])
      assert.isAtLeast(standing, table.rows.length * table.columns.length)
    })
    it(`as ${format} with one digit changed: that figure is named, and no other`, () => {
      const text = print(format)
      const digits = digitsIn(format, text)
      const { standing } = verify(format, text)
      return fc.assert(
        fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (at, by) => {
          const digit = String((Number(text[at]) + by) % 10)
          const damaged = `${text.slice(0, at)}${digit}${text.slice(at + 1)}`
          const found = verify(format, damaged)
          assert.deepStrictEqual(found.missing, [])
          assert.strictEqual(found.changed.length, 1, damaged.slice(at - 20, at + 20))
          assert.strictEqual(found.standing, standing - 1)
          const [figure] = found.changed
          const line = damaged.split("\n")[(figure?.line ?? 0) - 1]
          if (format !== "json") assert.include(line, figure?.text)
          assert.notStrictEqual(figure?.now, figure?.text)
        }),
        { numRuns: 25 }
      )
    })
    it(`as ${format}, a part of it in another order, with other decimals: all stand, and other figures do not`, () => {
      const part = Result.getOrThrow(
        viewOf(table, { rows: { kind: ["two"] }, columns: ["F2", "accuracy"], sort: { by: "accuracy" }, precision: 3 })
      )
      const text = print(format, part)
      const found = verify(format, text)
      assert.deepStrictEqual([found.changed, found.missing], [[], []])
      const other = { ...table, rows: table.rows.map((row) => ({ ...row, cells: table.rows[1]?.cells ?? row.cells })) }
      assert.isAbove(verify(format, text, other).changed.length, 0)
    })
  }

  for (const format of TABLE_FORMATS) {
    it(`as ${format} with effects: each is held to the cells, and one digit changed is found and named`, () => {
      const text = tableFormats[format].print(design, { width: 100, notes: "all" })
      const { changed, missing, standing } = verify(format, text, design)
      assert.deepStrictEqual([changed, missing], [[], []])
      // In two columns and two blocks four main effects and three pairs of interactions; each with mean, interval and p.
      const cells = design.rows.length * design.columns.length
      assert.isAtLeast(standing, cells + 2 * 2 * 7 * 4)
      const digits = effectDigits(format, text)
      return fc.assert(
        fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (at, by) => {
          const found = verify(format, `${text.slice(0, at)}${other(text[at], by)}${text.slice(at + 1)}`, design)
          assert.deepStrictEqual(found.missing, [])
          assert.lengthOf(found.changed, 1)
          assert.match(found.changed[0]?.row ?? "", /^effect of .+ in (?:one · two|three_3)$/)
          assert.strictEqual(found.standing, standing - 1)
        }),
        { numRuns: 10 }
      )
    })
    it(`as ${format} with distances to the reference: one that was changed is found`, () => {
      const text = print(format, measured)
      const at =
        format === "csv" || format === "csv-wide"
          ? text.indexOf(`${measured.rows[0]?.cells.p?.referenceDistance}`) + 3
          : (/(?:z[+-]\d*\.|"referenceDistance": -?\d*\.)(?=\d)/.exec(text)?.index ?? 0) +
            (/(?:z[+-]\d*\.|"referenceDistance": -?\d*\.)(?=\d)/.exec(text)?.[0].length ?? 0)
      const found = verify(format, `${text.slice(0, at)}${other(text[at], 3)}${text.slice(at + 1)}`, measured)
      assert.lengthOf(found.changed, 1)
      assert.match(found.changed[0]?.part ?? "", /^reference_?distance$/i)
    })
  }

  it("says how near the whole comes: a distance, or a count of figures, that was changed is found", () => {
    for (const format of ["text", "md", "latex", "html", "json"] as const) {
      const text = tableFormats[format].print(measured, { width: 100, notes: "all" })
      for (const [from, to] of [
        [/(mean\s+square\s+\d\.)\d/, "$18"],
        [/(\sover\s)\d+(\s+figures)/, "$199$2"]
      ] as const) {
        const tampered = text.replace(from, to)
        assert.notStrictEqual(tampered, text)
        const { changed } = verify(format, tampered, measured)
        assert.lengthOf(changed, 1, `${format} ${from}`)
        assert.include(changed[0]?.row, "distance from the print")
      }
      const damaged = verifyTable(format, text.replace(/(mean\s+square\s+\d)\./, "$1,"), measured)
      assert.match(Result.getOrThrow(Result.flip(damaged)).message, /^line \d+: expected the distance from the print/)
    }
    // Cut, as few notes are.
    assert.deepStrictEqual(verify("text", print("text", measured), measured).changed, [])
  })

  it("with effects stands as text at any width, also where they are cut; a damaged one is named with its line", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 240 }), fc.constantFrom("few", "all"), (width, notes) => {
        const text = tableFormats.text.print(design, { width, notes })
        const found = verify("text", text, design)
        assert.deepStrictEqual([found.changed, found.missing], [[], []])
      }),
      { numRuns: 10 }
    )
    const lines = tableFormats.md.print(design, { width: 200 }).split("\n")
    const at = lines.findIndex((line) => line.startsWith("  - a\\_b "))
    const damaged = (from: string | RegExp, to: string) =>
      verifyTable("md", lines.map((line, index) => (index === at ? line.replace(from, to) : line)).join("\n"), design)
    const refused = Result.getOrThrow(Result.flip(damaged(/[+−]\d/, "x")))
    assert.match(refused.message, new RegExp(`^line ${at + 1}: expected an effect with its interval, found "a_b`))
    const unknown = Result.getOrThrow(damaged("a\\_b", "a\\_c"))
    assert.lengthOf(unknown.missing, 4)
    assert.isTrue(unknown.missing.every(({ row }) => row.startsWith("effect of a_c")))
  })

  it("as text stands at any width that has room for a figure beside its row", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 44, max: 240 }),
        fc.boolean(),
        fc.constantFrom("none", "few", "all"),
        (width, fold, notes) => {
          const text = tableFormats.text.print(table, { width, fold, notes })
          const found = verify("text", text)
          assert.deepStrictEqual([found.changed, found.missing], [[], []])
          assert.isAtLeast(found.standing, fold ? table.rows.length : table.rows.length * table.columns.length)
        }
      ),
      { numRuns: 25 }
    ))

  it("of another run: the figures that changed, with what they are now, and those of rows that are gone", () => {
    for (const format of TABLE_FORMATS) {
      const found = Result.getOrThrow(verifyTable(format, print(format, small, 120), changed))
      const means = found.changed.filter(({ part }) => part === "mean")
      assert.deepStrictEqual(
        means.filter(({ column }) => column === "accuracy").map(({ row }) => row),
        ["method=plain,split=random"],
        format
      )
      assert.isTrue(found.missing.length > 0 && found.missing.every(({ row }) => /plain.*word/.test(row)), format)
    }
  })

  it("of which no whole table is left says in which line, and what was expected", () => {
    const refused = (text: string) => {
      const found = Result.flatMap(recognise(text), ({ format }) => verifyTable(format, text, table))
      return Result.getOrThrow(Result.flip(found)).message
    }
    const lines = print("md").split("\n")
    assert.include(
      refused(lines.map((line) => line.replace("| ±", "±").replace(/ \| \./, " . ")).join("\n")),
      "cells as in the heading"
    )
    assert.match(
      refused(print("csv").replace(/\r\n([^\r]*),/, "\r\n$1")),
      /^line 2: expected \d+ fields as in the heading, found/
    )
    assert.match(refused(print("json").slice(0, 3000)), /^line \d+: expected JSON/)
    assert.match(refused(print("json").replace('"rows"', '"raws"')), /expected the JSON of a table/)
    assert.match(refused(print("latex").replace("\\bottomrule", "")), /\\bottomrule/)
    assert.match(refused(print("html").replace("</tbody>", "")), /thead and tbody/)
    assert.match(refused(print("text").replace(/(\n\S+ +)\.\d/, "$1.x")), /expected a figure/)
    assert.match(refused(""), /expected an exported table, found nothing/)
    assert.match(refused("once upon a time\n"), /^line 1: expected a table/)
  })
})
