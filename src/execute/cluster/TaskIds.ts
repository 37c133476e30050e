/** What tasks are called on the queue: by their key and how often it was tried, so that whoever wants a node names it alike. */
import { hash } from "node:crypto"
import type { Task } from "../Task.ts"
import { TaskId, type Versions } from "./TaskQueue.ts"

/** The hash's first 128 bits, as a UUID of one's own making (version 8). */
const uuidOf = (text: string): string => {
  const digits = hash("sha256", text)
  const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32)
  ].join("-")
}

/** A forced task is its own run's. */
export const idOf = ({ isForced, key, run }: Task, attempt: number): TaskId =>
  TaskId.make(uuidOf(`ablate task ${key} ${attempt}${isForced ? ` ${run}` : ""}`))

/** What a worker takes or leaves together. */
export const groupOf = ({ program }: Task, { ablate, node }: Versions): string =>
  `ablate ${ablate} node ${node} program ${program.hash}`
