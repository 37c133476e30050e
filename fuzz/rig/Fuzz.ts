/** What a fuzzer is. */
import { isTool } from "../../scripts/Tools.ts"

export { say } from "../../scripts/Tools.ts"

/** Options as given: `--edits 5000` is `{ edits: "5000" }`. */
export type Options = { readonly [name: string]: string }

/** The default export of a file in `fuzz/`. */
export interface Fuzz {
  readonly name: string
  /** One line for the list. */
  readonly summary: string
  /** Tells people what it does on stderr, prints its summary, and gives the exit code: 0 where nothing was found. */
  readonly run: (options: Options) => Promise<number>
}

export const isFuzz = (value: unknown): value is Fuzz => isTool(value)

/** A whole number among the options. Throws where it is none. */
export const numberOf = (options: Options, name: string, otherwise: number): number => {
  const text = options[name]
  if (text === undefined) return otherwise
  if (!/^\d+$/.test(text)) throw new Error(`--${name}: must be a whole number, found "${text}"`)
  return Number(text)
}
