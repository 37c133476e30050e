/** One queue for all tasks that need the same: its name says what. */
import type { Resources } from "../../../domain/Resources.ts"

/** `c1-m0-g0`, with tags `c1-m0-g0/big/gpu`. */
export const nameOf = ({ cpus, gpus, memory, tags }: Resources): string =>
  [`c${cpus}-m${memory}-g${gpus}`, ...tags].join("/")

/** Undefined where it is no queue of tasks. */
export const needsOf = (name: string): Resources | undefined => {
  const [amounts = "", ...tags] = name.split("/")
  const found = /^c(\d+(?:\.\d+)?)-m(\d+)-g(\d+)$/.exec(amounts)
  return found === null ? undefined : { cpus: Number(found[1]), memory: Number(found[2]), gpus: Number(found[3]), tags }
}
