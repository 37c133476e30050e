/** What a bench is, and what it prints. */
import { availableParallelism, cpus } from "node:os"
import { isTool } from "../../scripts/Tools.ts"

export { say } from "../../scripts/Tools.ts"

/** One measured quantity beside the peer's in the same run. */
export interface Figure {
  readonly ours: number
  /** Null where the peer is not installed, or where there is none. */
  readonly peer: number | null
  readonly unit: string
  /** What the peer is, for the reader. */
  readonly peerName?: string
  /** Whatever else the reader should know of the figure. */
  readonly note?: string
}

export type Figures = { readonly [id: string]: Figure }

/** The default export of a file in `bench/`. */
export interface Bench {
  readonly name: string
  /** One line for the list. */
  readonly summary?: string
  /** Tells people what it does on stderr as it goes. */
  readonly run: () => Promise<Figures>
}

export const isBench = (value: unknown): value is Bench => isTool(value)

const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)))

/** The bench's only line on stdout. */
export const report = (bench: string, figures: Figures): string =>
  JSON.stringify({
    bench,
    figures: Object.fromEntries(
      Object.entries(figures).map(([id, { ours, peer, peerName, note, unit }]) => [
        id,
        {
          ours: rounded(ours),
          peer: peer === null ? null : rounded(peer),
          unit,
          // Ours over nothing is no ratio: 0 over 0 is a tie.
          ratio: peer === null || (peer === 0 && ours !== 0) ? null : rounded(peer === 0 ? 1 : ours / peer),
          ...(peerName === undefined ? {} : { peerName }),
          ...(note === undefined ? {} : { note })
        }
      ])
    ),
    machine: { cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), node: process.version }
  })
