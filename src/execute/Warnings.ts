/** What the person should know of a run although it stopped nothing. */

/** A fault lost nothing that the run needed, but somebody's code went wrong: the run does not count as a success. */
export type Kind = "note" | "fault"

export type Warn = (text: string, kind: Kind) => void

export interface Warnings {
  readonly warn: Warn
  /** Each once, however many nodes gave it. */
  readonly texts: () => ReadonlyArray<string>
  readonly hasFaults: () => boolean
}

export const make = (): Warnings => {
  const texts = new Set<string>()
  let faults = 0
  return {
    warn: (text, kind) => {
      texts.add(text)
      if (kind === "fault") faults++
    },
    texts: () => [...texts],
    hasFaults: () => faults > 0
  }
}
