/** What a stage says that it takes of the machine that computes it. */
import { bytesOf, isTag, type Resources } from "../domain/Resources.ts"
import { DeclarationError } from "./DeclarationError.ts"

/**
 * What a task of the stage takes of the worker that computes it, where workers elsewhere do (`ablate run --on cluster`): it
 * is given to one that has as much free. On this machine's own threads every task has one place.
 */
export interface Needs {
  /** Processor cores, more than 0. Default 1. */
  readonly cpus?: number
  /** Main memory: bytes, or text such as `"8 GB"`. Default: it is not said. */
  readonly memory?: number | string
  /** Whole graphics processors. Default 0. */
  readonly gpus?: number
  /** Words that a worker must have been started with (`ablate worker --tags big`). Default: none. */
  readonly tags?: ReadonlyArray<string>
}

/** Throws {@link DeclarationError} for what is no amount. */
export const resourcesOf = (subject: string, { cpus = 1, gpus = 0, memory = 0, tags = [] }: Needs): Resources => {
  const refuse = (problem: string): never => {
    throw new DeclarationError({ subject, problem: `resources: ${problem}` })
  }
  const bytes = typeof memory === "string" ? bytesOf(memory) : memory
  if (!Number.isFinite(cpus) || cpus <= 0) refuse(`cpus is a number above 0, found ${cpus}`)
  if (!Number.isInteger(gpus) || gpus < 0) refuse(`gpus is a whole number from 0, found ${gpus}`)
  if (bytes === undefined || !Number.isSafeInteger(bytes) || bytes < 0)
    return refuse(`memory is bytes or text such as "8 GB", found ${JSON.stringify(memory)}`)
  const wrong = tags.find((tag) => !isTag(tag))
  if (wrong !== undefined)
    refuse(`a tag is a word of letters, digits, "-", "_" and ".", found ${JSON.stringify(wrong)}`)
  return { cpus, gpus, memory: bytes, tags: [...new Set(tags)].sort() }
}
