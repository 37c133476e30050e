/** The sides of a comparison: what is found under the names of what is to be compared. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { Effect } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { ReportTable, RunSide } from "../report/index.ts"
import { tableInFile } from "../report/index.ts"
import { RunHistory, StoreLocation } from "../store/index.ts"
import type { CompareTarget } from "./CompareTarget.ts"
import { sideOf } from "./Comparing.ts"
import { readText } from "./FileText.ts"
import { findRun } from "./FindRun.ts"
import type { Project } from "./Project.ts"
import type { RunRef } from "./RunRef.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

const shortHash = 7

/** The latest run of a revision, of the experiment where one is meant; runs that ended well come first. */
const runOfRevision = Effect.fnUntraced(function* (revision: string, experiment: string | undefined) {
  const history = yield* RunHistory
  const runs = (yield* history.runs(10_000)).filter(({ git }) => git !== undefined)
  const of = runs.filter(({ git }) => git?.revision.startsWith(revision.toLowerCase()))
  const [first] = of
  if (first === undefined) {
    const known = [...new Set(runs.flatMap(({ git }) => git?.revision.slice(0, shortHash + 5) ?? []))]
    return yield* new UsageError({
      text: `no run in ${yield* StoreLocation} was made at the revision "${revision}".${didYouMean(revision, known)} ${
        known.length === 0
          ? "None says at which revision it was made"
          : `Runs were made at ${known.slice(0, 5).join(", ")}${known.length > 5 ? ", …" : ""}`
      }`
    })
  }
  const meant = experiment === undefined ? of : of.filter((run) => run.experiment === experiment)
  const names = [...new Set(meant.map((run) => run.experiment))]
  const run = meant.find(({ status }) => status === "succeeded") ?? meant[0]
  if (run === undefined)
    return yield* new UsageError({ text: `revision "${revision}" has runs, and none of experiment "${experiment}"` })
  if (names.length > 1)
    return yield* new UsageError({
      text: `revision "${revision}" has runs of ${names.join(" and ")}: name one of its runs. See: ablate runs`
    })
  return run
})

const sideOfFile = Effect.fnUntraced(function* (path: string) {
  const text = yield* readText(path)
  const table = yield* Effect.mapError(
    Effect.fromResult(tableInFile(text)),
    ({ message }) => new UsageError({ text: `${path}, ${message}` })
  )
  const side: RunSide = { run: null, table, cells: {}, name: path }
  return side
})

/** Labels by axis that a text asks for; a label without its axis is that of the axis that has it. */
const labelsIn = Effect.fnUntraced(function* (table: ReportTable, text: string) {
  const labels = new Map<string, string>()
  for (const { axis, label } of text.includes("=")
    ? CellId.parse(text)
    : text.split("/").map((label) => ({ axis: undefined, label: label.trim() }))) {
    const having = table.axes.filter(
      (each) => (axis === undefined || each === axis) && table.rows.some((row) => row.labels[each] === label)
    )
    const [found] = having
    if (found === undefined) {
      const known = axis === undefined ? table.axes : table.axes.filter((each) => each === axis)
      const all = [...new Set(known.flatMap((each) => table.rows.map((row) => row.labels[each] ?? "")))]
      return yield* new UsageError({
        text:
          known.length === 0
            ? `the rows have no axis "${axis}".${didYouMean(axis ?? "", table.axes)} Their axes are ${table.axes.join(", ")}`
            : `no row has the label "${label}"${axis === undefined ? "" : ` on ${axis}`}.${didYouMean(label, all)} Labels are ${all.slice(0, 20).join(", ")}`
      })
    }
    labels.set(found, label)
  }
  return labels
})

/** Two groups of rows of one run: paired by the axes that neither names. */
const sidesOfRows = Effect.fnUntraced(function* (project: Project, of: RunRef, names: readonly [string, string]) {
  const whole = yield* sideOf(project, yield* findRun(project, of))
  const { table } = whole
  const asked = yield* Effect.forEach(names, (name) => labelsIn(table, name))
  const named = new Set(asked.flatMap((labels) => [...labels.keys()]))
  const axes = table.axes.filter((axis) => !named.has(axis))
  return yield* Effect.forEach(names, (name, at) => {
    const labels = asked[at] ?? new Map<string, string>()
    const rows = table.rows.filter((row) => [...labels].every(([axis, label]) => row.labels[axis] === label))
    const id = (row: ReportTable["rows"][number]) => CellId.ofLabels(row.labels, axes)
    if (rows.length === 0 || new Set(rows.map(id)).size < rows.length)
      return Effect.fail(
        new UsageError({
          text:
            rows.length === 0
              ? `no row has all of ${name}`
              : `"${name}" are ${rows.length} rows that differ in what the other side names: name ${[...named].join(", ")} in both`
        })
      )
    const side: RunSide = {
      ...whole,
      name,
      cells: {},
      table: { ...table, axes, rows: rows.map((row) => ({ ...row, id: id(row) })) }
    }
    return Effect.succeed(side)
  })
})

const experimentOf = (target: CompareTarget): Pick<RunRecord, "experiment"> | undefined =>
  target._tag === "Latest" ? target : undefined

/** A short hash may be a revision where it names no experiment. */
const isHash = (text: string): boolean => /^[0-9a-f]{7,40}$/i.test(text)

const sideOfTarget = Effect.fnUntraced(function* (project: Project, target: CompareTarget, other: CompareTarget) {
  switch (target._tag) {
    case "File":
      return yield* sideOfFile(target.path)
    case "Revision":
      return yield* sideOf(project, yield* runOfRevision(target.revision, experimentOf(other)?.experiment))
    case "Rows":
      return yield* new UsageError({ text: `rows (${target.rows}) are compared with rows of the same run: name both` })
    case "Run":
      return yield* sideOf(project, yield* findRun(project, target))
    case "Latest": {
      const { experiment } = target
      if (!existsSync(resolve(experiment)) && isHash(experiment)) {
        const asRun = yield* Effect.result(findRun(project, target))
        if (asRun._tag === "Success") return yield* sideOf(project, asRun.success)
        return yield* sideOf(project, yield* runOfRevision(experiment, experimentOf(other)?.experiment))
      }
      return yield* sideOf(project, yield* findRun(project, target))
    }
  }
})

/** Both sides of a comparison. */
export const sidesOf = Effect.fnUntraced(function* (project: Project, a: CompareTarget, b: CompareTarget) {
  if (a._tag === "Rows" && b._tag === "Rows") {
    const [left, right] = yield* sidesOfRows(project, a.of, [a.rows, b.rows])
    if (left !== undefined && right !== undefined) return { left, right }
  }
  return { left: yield* sideOfTarget(project, a, b), right: yield* sideOfTarget(project, b, a) }
})
