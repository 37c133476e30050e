/** `ablate runs`: the runs in the store, newest first. */
import { DateTime, Effect } from "effect"
import { duration } from "../../observe/Duration.ts"
import { runs as list, type RunMean } from "../../session/commands/runs.ts"
import type { Arguments } from "../Arguments.ts"
import { columned } from "../Columned.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** Four digits after the point tell runs apart; `--format json` has all. */
const meanText = (figure: RunMean | undefined): string =>
  figure === undefined || figure.mean === null ? "–" : `${figure.mean.toFixed(4)} (${figure.cells})`

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"runs">) {
  const { ascending, limit, sort, store } = options
  const columns = options.columns.flatMap((names) => names.split(",")).filter((name) => name !== "")
  const only = yield* Typed.only(options.only)
  const report = yield* list({ store, experiment, limit, columns, only, sort, ascending })
  const { runs } = report
  if (options.format === "json") {
    yield* Terminal.print(`${JSON.stringify(runs, null, 1)}\n`)
    return 0
  }
  if (runs.length === 0) {
    yield* Terminal.print(`No runs in ${report.store} yet. Start one: ablate run <experiment>\n`)
    return 0
  }
  // Where two files declare one name, the name alone would not say which.
  const files = new Map<string, Set<string>>()
  for (const { experiment, file } of runs) files.set(experiment, (files.get(experiment) ?? new Set()).add(file))
  const named = ({ experiment, file }: (typeof runs)[number]) =>
    (files.get(experiment)?.size ?? 0) > 1 ? `${experiment} (${file})` : experiment
  const hasTags = runs.some(({ tags }) => tags.length > 0)
  const rows = [
    [
      "run",
      "experiment",
      "started (UTC)",
      "status",
      "executed",
      "cached",
      "failed",
      "time",
      ...columns,
      "tags",
      "changed"
    ],
    ...runs.map((run) => [
      run.id,
      named(run),
      DateTime.formatIso(DateTime.makeUnsafe(run.startedAt)).slice(0, 19).replace("T", " "),
      run.status,
      String(run.executed),
      String(run.cached),
      String(run.failed),
      run.durationMs === null ? "" : duration(run.durationMs),
      ...columns.map((name) => meanText(run.means[name])),
      ...(hasTags ? [run.tags.join(" ")] : []),
      [...Object.entries(run.settings).map(([path, value]) => `${path}=${value}`), run.only].filter(Boolean).join(" ")
    ])
  ]
  const lines = columned(rows)
  const legend =
    columns.length === 0 ? [] : ["", "A figure is the mean over the run's cells that have it (in brackets how many)."]
  yield* Terminal.print(`${[...lines, ...legend].join("\n")}\n`)
  return 0
})
