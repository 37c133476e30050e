/** `ablate runs`: the runs in the store, newest first. */
import { DateTime, Effect } from "effect"
import { duration } from "../../observe/Duration.ts"
import * as Cache from "../../session/Cache.ts"
import * as Project from "../../session/Project.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice, count } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const limit = yield* count(args, "limit", 20)
  const project = yield* Project.around(process.cwd(), args.text("store"))
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const runs = yield* store.runs(limit)
    if (format === "json") {
      yield* Terminal.print(`${JSON.stringify(runs, null, 1)}\n`)
      return 0
    }
    if (runs.length === 0) {
      yield* Terminal.print(`No runs in ${store.dir} yet. Start one: ablate run <experiment>\n`)
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
  }).pipe(Effect.provide(Cache.layer(project)))
})
