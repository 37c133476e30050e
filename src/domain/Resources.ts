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

const units: { readonly [unit: string]: number } = {
  ...{ "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 }
}

/** Of `8 GB`, `512MiB`, `16G`: GB is 10⁹, GiB and G are 2³⁰. Undefined where it is no amount of memory. */
export const bytesOf = (text: string): number | undefined => {
  const found = /^(\d+(?:\.\d+)?) *([a-z]*)$/i.exec(text.trim())
  const unit = units[(found?.[2] ?? "").toLowerCase()]
  return found === null || unit === undefined ? undefined : Math.round(Number(found[1]) * unit)
}

/** A word of letters, digits, `-`, `_` and `.`. */
export const isTag = (text: string): boolean => /^[\w.-]+$/.test(text)
