/** `ablate verify`: which figures of an exported table still stand. */
import { Effect } from "effect"
import type { FallenFigure } from "../../report/index.ts"
import { type VerifyReport, verify } from "../../session/commands/verify.ts"
import type { RecomputedCells } from "../../session/Recomputed.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** So many figures of each kind are told; `--format json` has all. */
const mostTold = 20

const quoted = (text: string): string => (text === "" || text === "–" ? "none" : text)

const told = (figures: ReadonlyArray<FallenFigure>, line: (figure: FallenFigure) => string): ReadonlyArray<string> => [
  ...figures.slice(0, mostTold).map((figure) => `  line ${figure.line}: ${line(figure)}`),
  ...(figures.length > mostTold ? [`  … and ${figures.length - mostTold} more (--format json has all)`] : [])
]

const placeOf = ({ column, part, row }: FallenFigure): string =>
  `${row === "" ? "" : `${row}, `}${column}${part === "mean" ? "" : `, ${part}`}`

const heldTo = ({ isSameContent, run, said }: VerifyReport): string => {
  if (isSameContent) return `by its content, of run ${run.id}`
  if (said === null) return `held to run ${run.id}`
  return `no run here gave its content ${said.contentHash.slice(0, 16)}…, so it is held to run ${run.id}${
    said.runId === run.id || said.runId === null ? "" : `; run ${said.runId} is not here`
  }`
}

const recomputedLines = (
  { cells, changed, different, of, unknown }: RecomputedCells,
  run: string
): ReadonlyArray<string> => [
  `Computed again: ${cells - unknown.length} of ${of} cells.`,
  ...different.map((line) => `  ${line}`),
  ...(changed.length === 0 ? [] : [`  not as recorded: ${changed.join("; ")}`]),
  ...(unknown.length === 0
    ? []
    : [
        `  not to be had from the present code: ${unknown.slice(0, 5).join("; ")}${unknown.length > 5 ? `; and ${unknown.length - 5} more` : ""}`,
        `  from the programs that the store kept: ablate replay ${run}`
      ]),
  ...(changed.length + unknown.length === 0 ? ["Every one came out as recorded."] : [])
]

const lines = (report: VerifyReport): ReadonlyArray<string> => {
  const { changed, figures, file, format, missing, recomputed, run, standing } = report
  return [
    `${file}: ${format}, ${run.experiment}, ${heldTo(report)}`,
    ...(changed.length === 0
      ? []
      : [
          `${changed.length} of ${figures} figures changed:`,
          ...told(changed, (figure) => `${placeOf(figure)}: ${quoted(figure.text)} → ${quoted(figure.now ?? "")}`)
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${missing.length} of ${figures} figures cannot be found:`,
          ...told(missing, (figure) => `${placeOf(figure)}: no such ${figure.rowId === undefined ? "row" : "column"}`)
        ]),
    ...(recomputed === null ? [] : recomputedLines(recomputed, run.id)),
    standing === figures ? `All ${figures} figures stand.` : `${standing} of ${figures} figures stand.`
  ]
}

/** Gives the exit code: 1 where a figure does not stand. */
export const command = Effect.fnUntraced(function* ({ file, options }: Arguments<"verify">) {
  const { format, recompute, run, store } = options
  const report = yield* verify({ file, store, run, recompute })
  yield* Terminal.print(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : `${lines(report).join("\n")}\n`)
  return report.holds ? 0 : 1
})
