/** What a task takes of the worker that computes it. */
import { Schema } from "effect"

export const Resources = Schema.Struct({
  /** Processor cores, more than 0. */
  cpus: Schema.Finite,
  /** Bytes of main memory; 0: it is not said. */
  memory: Schema.Int,
  /** Whole graphics processors. */
  gpus: Schema.Int,
  /** What a worker must have been started with, sorted. */
  tags: Schema.Array(Schema.String)
})
export type Resources = typeof Resources.Type

/** Of a stage that says nothing: one core. */
export const oneCore: Resources = { cpus: 1, memory: 0, gpus: 0, tags: [] }
