/** `ablate list`: the project's experiments. */
import { DateTime, Effect } from "effect"
import { list } from "../../session/commands/list.ts"
import type { Arguments } from "../Arguments.ts"
import { columned } from "../Columned.ts"
import * as Terminal from "../Terminal.ts"

const day = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 16).replace("T", " ")

/** Gives the exit code: 1 where an experiment cannot be loaded. */
export const command = Effect.fnUntraced(function* ({ options }: Arguments<"list">) {
  const found = yield* list({ store: options.store })
  const broken = found.filter(({ problem }) => problem !== null)
  const rows = found.map(({ cells, lastRun, name, title }) => [
    name,
    cells === null ? "–" : String(cells),
    lastRun === null ? "never run" : `${day(lastRun.startedAt)} ${lastRun.status}`,
    title
  ])
  yield* Terminal.print(
    options.format === "json"
      ? `${JSON.stringify(found, null, 1)}\n`
      : found.length === 0
        ? "No experiments in experiments/ yet. A first one is written by: ablate init\n"
        : `${columned([["experiment", "cells", "last run (UTC)", "title"], ...rows]).join("\n")}\n`
  )
  for (const { file, problem } of broken) yield* Terminal.say(`ablate: ${file} cannot be loaded: ${problem}`)
  return broken.length > 0 ? 1 : 0
})
