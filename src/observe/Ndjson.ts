/** `--ui json`: one JSON object a line for every event, in the encoding of the `RunEvent` schema. */
import { Effect } from "effect"
import { isRunEvent } from "../domain/RunDetail.ts"
import type { RunEvent } from "../domain/RunEvent.ts"
import { Output, type RunReader } from "./RunReader.ts"

/** The schema admits finite numbers only, but a loss that has diverged must not end the log: it is left out. */
const writable = (event: RunEvent): RunEvent =>
  event._tag === "NodeProgress" && !Object.values(event.metrics).every(Number.isFinite)
    ? {
        ...event,
        metrics: Object.fromEntries(Object.entries(event.metrics).filter(([, value]) => Number.isFinite(value)))
      }
    : event

/**
 * The event as one line, newline included. An event is its own JSON encoding (a test holds it to the schema's
 * codec), so it is written without going through the codec, which takes five times as long.
 */
export const line = (event: RunEvent): string => `${JSON.stringify(writable(event))}\n`

export const reader: Effect.Effect<RunReader, never, Output> = Effect.map(Output, (output) => ({
  onEntries: (entries) => output.write(entries.filter(isRunEvent).map(line).join(""))
}))
