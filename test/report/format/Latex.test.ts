/** LaTeX that compiles: held to pdflatex where it is installed, whatever is in labels, titles and notes. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { toLatex } from "../../../src/report/format/Latex.ts"
import { buildTable } from "../../../src/report/index.ts"
import { small } from "./fixture.ts"

const SIGNS = "\\ { } $ & # % _ ~ ^ | < > [ ] * \" ` ' ± − · – … → ≥ ≤ × λ τ Ω ∞ é ß µ ° -- ?`"
const odd = buildTable(
  {
    title: `A title: ${SIGNS}`,
    rows: ["[axis]", "b_c"],
    columns: [
      { metric: "x", label: "P(a|b) %", group: "group & co_1", digits: 2, better: "higher" },
      { metric: "y", label: "^y~", unit: "#", digits: 1 }
    ],
    baseline: { "[axis]": "*star" },
    reference: { label: "paper_1", rows: [{ labels: { b_c: "one" }, figures: { x: { value: 0.5, mark: SIGNS } } }] },
    caption: [SIGNS, "100% of it."]
  },
  ["*star", "[brackets]", SIGNS].flatMap((label, row) =>
    ["one", "two"].flatMap((second) =>
      [0, 1, 2].map((seed) => ({
        labels: { "[axis]": label, b_c: second },
        seed,
        metrics: { x: { value: row + seed / 10, note: SIGNS }, y: { value: seed * row } },
        outputs: `${row}${second}${seed}`
      }))
    )
  ),
  { experiment: "odd_name#1", runId: "r1", notes: [SIGNS] }
)

const hasLatex = spawnSync("pdflatex", ["--version"]).status === 0

describe("LaTeX", () => {
  it.skipIf(!hasLatex)("compiles without an error, for any text in it, alone and twice in a document", () => {
    const folder = mkdtempSync(join(tmpdir(), "ablate-latex-"))
    for (const [name, table] of Object.entries({ odd, small }))
      writeFileSync(join(folder, `${name}.tex`), toLatex(table))
    writeFileSync(
      join(folder, "main.tex"),
      "\\documentclass[twocolumn]{article}\\usepackage{booktabs,graphicx}\\begin{document}\\input{odd}\\input{small}\\end{document}\n"
    )
    const ended = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "main.tex"], { cwd: folder })
    const errors = readFileSync(join(folder, "main.log"), "utf8").match(/^!.*(?:\n.*){3}/gm)
    assert.deepStrictEqual([ended.status, errors], [0, null])
  })
  it("says when it holds letters that pdfTeX does not know", () => {
    assert.notInclude(toLatex(odd), "pdfTeX does not know")
    assert.include(toLatex({ ...small, title: "模型" }).split("\n")[0], "pdfTeX does not know")
  })
})
