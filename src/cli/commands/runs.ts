/** `ablate runs`: the runs in the store, newest first. */
import { DateTime, Effect } from "effect"
import { duration } from "../../observe/Duration.ts"
import { runs as list } from "../../session/commands/runs.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ options }: Arguments<"runs">) {
  const report = yield* list({ store: options.store, limit: options.limit })
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
  const rows = [
    ["run", "experiment", "started (UTC)", "status", "executed", "cached", "failed", "time", "changed"],
    ...runs.map((run) => [
      run.id,
      named(run),
      DateTime.formatIso(DateTime.makeUnsafe(run.startedAt)).slice(0, 19).replace("T", " "),
      run.status,
      String(run.executed),
      String(run.cached),
      String(run.failed),
      run.durationMs === null ? "" : duration(run.durationMs),
      [...Object.entries(run.settings).map(([path, value]) => `${path}=${value}`), run.only].filter(Boolean).join(" ")
    ])
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  )
  yield* Terminal.print(`${lines.join("\n")}\n`)
  return 0
})
