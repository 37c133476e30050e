/**
 * What a terminal does to a frame when its window becomes narrower: every line that no longer fits is wrapped, so
 * the frame takes more rows than were written, and erasing those alone would leave copies of it above.
 */
import { Effect, type Scope } from "effect"

/** Rows that wrapping to `columns` adds to lines of these widths. */
export const addedRows = (widths: ReadonlyArray<number>, columns: number): number =>
  columns < 1 ? 0 : widths.reduce((sum, width) => sum + Math.max(0, Math.ceil(width / columns) - 1), 0)

const UP_AND_ERASE = "\u001b[1A\u001b[2K"

/**
 * Erases the added rows at every narrowing, before Ink erases the rest: it must be set up before Ink is.
 * `widths` gives the line widths of the frame on screen.
 */
export const erasedOnNarrowing = (
  stdout: NodeJS.WriteStream,
  widths: () => ReadonlyArray<number>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        let columns = stdout.columns
        const onResize = () => {
          if (stdout.columns < columns) {
            const added = Math.min(addedRows(widths(), stdout.columns), stdout.rows - 1)
            if (added > 0) stdout.write(UP_AND_ERASE.repeat(added))
          }
          columns = stdout.columns
        }
        stdout.on("resize", onResize)
        return onResize
      }),
      (onResize) => Effect.sync(() => stdout.off("resize", onResize))
    )
  )
