/** What stands in the queue's tables, as text and rows. */
import { Schema } from "effect"
import { TaskEvent } from "../../Task.ts"
import { Ending, Presence, Sent, TaskId } from "../TaskQueue.ts"

// As text in JSON: not every text of ours is one of PostgreSQL's.
const sentText = Schema.fromJsonString(Schema.toCodecJson(Sent))
export const endingText = Schema.fromJsonString(Schema.toCodecJson(Ending))
export const eventText = Schema.fromJsonString(Schema.toCodecJson(TaskEvent))
export const presenceText = Schema.fromJsonString(Schema.toCodecJson(Presence))

export const JobData = Schema.Struct({ sent: sentText, leaseMs: Schema.Finite })
export const Settled = Schema.Struct({ settled: Schema.Array(TaskId) })
export const JobEnded = Schema.Struct({
  id: TaskId,
  state: Schema.NullOr(Schema.String),
  ending: Schema.NullOr(endingText),
  reason: Schema.NullOr(Schema.String)
})
export const Told = Schema.Struct({ id: TaskId, seq: Schema.Finite, event: eventText })

/** What pg-boss writes of a lease that ran out. */
const heartbeat = "job heartbeat timeout"

export const endedOf = ({ ending, reason, state }: typeof JobEnded.Type): Ending => {
  if (ending !== null) return ending
  if (state !== "failed") return { _tag: "Cancelled" }
  return {
    _tag: "Lost",
    reason: reason === heartbeat ? "it is not heard of any more" : (reason ?? "it ended without a word")
  }
}
