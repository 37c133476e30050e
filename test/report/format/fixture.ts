/** A table small enough to be checked line by line: two methods on two splits, three seeds, one undefined figure. */
import type { TableSpec } from "../../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome } from "../../../src/report/index.ts"

const spec: TableSpec = {
  title: "A small table",
  rows: ["method", "split"],
  columns: [
    { metric: "accuracy", label: "accuracy", digits: 3 },
    { metric: "p", label: "P(f|fear)", group: "fear", digits: 3, beside: { metric: "base", label: "base" } },
    { metric: "F", label: "F", group: "fear", digits: 3 }
  ],
  baseline: { method: "plain" },
  reference: {
    label: "paper",
    rows: [
      { labels: { method: "plain" }, figures: { accuracy: { value: 0.9 }, p: { value: 1 } } },
      {
        labels: { method: "aware" },
        figures: { accuracy: { value: 0.91 }, p: { value: 0.6 }, F: { value: 0.25, mark: "p(1-p) is .240" } }
      }
    ]
  },
  caption: ["Data: ten made-up sentences."]
}

const cell = (
  method: string,
  split: string,
  seed: number,
  accuracy: number,
  p: number | null,
  F: number | null
): CellOutcome => ({
  labels: { method, split },
  seed,
  metrics: {
    accuracy: { value: accuracy },
    p: p === null ? { value: null, note: "no row predicted fear" } : { value: p, n: 8 },
    F: F === null ? { value: null, note: "no row predicted fear" } : { value: F },
    base: { value: 0.5 }
  },
  outputs: `${method}/${split}/${seed}`
})

const cells: ReadonlyArray<CellOutcome> = [
  cell("plain", "random", 0, 0.8, 0.5, 0.25),
  cell("plain", "random", 1, 0.82, 0.75, 0.1875),
  cell("plain", "random", 2, 0.84, 0.625, 0.234375),
  cell("plain", "word", 0, 0.6, null, null),
  cell("plain", "word", 1, 0.62, 0.5, 0.25),
  cell("plain", "word", 2, 0.64, 0.5, 0.25),
  cell("aware", "random", 0, 0.9, 0.5, 0.25),
  cell("aware", "random", 1, 0.921, 0.5, 0.25),
  cell("aware", "random", 2, 0.939, 0.5, 0.25),
  cell("aware", "word", 0, 0.6, 0.5, 0.25),
  cell("aware", "word", 1, 0.6, 0.5, 0.25),
  { labels: { method: "aware", split: "word" }, seed: 2, metrics: null, failure: "loss is NaN", outputs: "" }
]

export const small = buildTable(spec, cells, { experiment: "small", runId: "r1", notes: ["1 word has no vector."] })

/** The same run with other figures in one row, and without another row. */
export const changed = buildTable(
  spec,
  cells
    .filter((each) => !(each.labels.method === "plain" && each.labels.split === "word"))
    .map((each) =>
      each.labels.method === "plain" && each.metrics !== null
        ? {
            ...each,
            metrics: {
              ...each.metrics,
              accuracy: { value: 0.85 + 0.02 * (each.seed ?? 0) + (each.seed === 1 ? 0.003 : 0) }
            },
            outputs: `${each.outputs}'`
          }
        : each
    ),
  { experiment: "small", runId: "r2" }
)
