/** How a node failed, as lines for a person. */
import { duration } from "../observe/Duration.ts"
import { oneLine, plural } from "../observe/LogLine.ts"
import type { ToldFailure } from "../session/ToldFailure.ts"

/** Lines of what lies behind a failure. */
const shownDetail = 12

const indented = (text: string): ReadonlyArray<string> => text.split("\n").map((line) => `      ${line}`.trimEnd())

const detailOf = ({ failure: { detail, message, place } }: ToldFailure): ReadonlyArray<string> => {
  const lines = (detail ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes(message) && line.trim() !== `at ${place}`)
  return lines.slice(0, shownDetail).map((line) => `      ${line.trim()}`)
}

export const failureLines = (told: ToldFailure): ReadonlyArray<string> => {
  const { attempts, cells, config, failure, node, printed, run, source } = told
  const [first = "", ...others] = failure.message.split("\n")
  const where = cells.length === 1 ? (cells[0] ?? "") : plural(cells.length, "cell")
  const place = failure.place ?? ""
  const column = Number(place.split(":").at(-1))
  const indent = source === null ? 0 : source.length - source.trimStart().length
  return [
    `  failed in run ${run} (${[node, where].filter((part) => part !== "").join(", ")})`,
    `    ${failure.tag}: ${first}`,
    ...indented(others.join("\n")).filter((line) => line.trim() !== ""),
    ...(place === "" ? [] : [`    at ${place}${source === null ? " (the file has changed since)" : ""}`]),
    ...(source === null
      ? []
      : [`      ${source.trimStart()}`, `      ${" ".repeat(Math.max(0, column - 1 - indent))}^`]),
    ...detailOf(told),
    ...(config === null ? [] : [`    config ${oneLine(JSON.stringify(config))}`]),
    ...attempts.map(
      ({ attempt, durationMs, message }) =>
        `    attempt ${attempt}: ${duration(durationMs)}${attempts.length > 1 ? `, ${oneLine(message)}` : ""}`
    ),
    ...(printed.length === 0 ? [] : ["    printed last:", ...printed.map((line) => `      ${line}`)]),
    `    all that it printed: ablate logs ${run} '${node}'`
  ]
}
