/** What Node 23 removed of `util` and tfjs-node 4.22 still calls. */
import util from "node:util"

const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray
}

/** Puts back what is missing. Some of `util` is getters alone, which no assignment of the whole may touch. */
export const putBackRemovedUtil = (): void => {
  for (const [name, is] of Object.entries(removed))
    if (!(name in util)) Object.defineProperty(util, name, { value: is })
}
