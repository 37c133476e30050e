/** What the terminal can do, and where text for people goes. */
import { Effect } from "effect"

/** Columns of the terminal; of a pipe's reader what `COLUMNS` says, else 100. */
export const width = (
  stream: { readonly columns?: number } = process.stdout,
  env: { readonly [name: string]: string | undefined } = process.env
): number => stream.columns ?? (/^[1-9]\d{0,4}$/.test(env.COLUMNS ?? "") ? Number(env.COLUMNS) : 100)

/** Whether a screen can be drawn: a terminal that is not dumb, and no CI. */
export const isInteractive = (): boolean =>
  process.stdout.isTTY === true &&
  process.stdin.isTTY === true &&
  process.env.TERM !== "dumb" &&
  (process.env.CI === undefined || process.env.CI === "" || process.env.CI === "false")

/** Whether what is written there may have colours; `NO_COLOR` turns them off where it is not empty. */
export const hasColor = (
  stream: { readonly isTTY?: boolean },
  env: { readonly [name: string]: string | undefined }
): boolean => stream.isTTY === true && env.TERM !== "dumb" && (env.NO_COLOR ?? "") === ""

/** Writes to stdout and waits until it is taken. */
export const print = (text: string): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    process.stdout.write(text, () => resume(Effect.void))
  })

/** Writes a line for people to stderr. */
export const say = (text: string): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    process.stderr.write(`${text}\n`, () => resume(Effect.void))
  })

/** Completes when what was written has been taken, or its reader is gone. */
export const flushed: Effect.Effect<void> = Effect.forEach(
  [process.stdout, process.stderr],
  (stream) =>
    Effect.callback<void>((resume) => {
      const done = () => resume(Effect.void)
      stream.on("error", done)
      if (stream.writable) stream.write("", done)
      else done()
    }),
  { concurrency: "unbounded", discard: true }
)
