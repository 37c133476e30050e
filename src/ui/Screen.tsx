/** The screen as an Ink component: it draws the lines of {@link frame} and turns keys into a view. */
import { Box, Text, useInput, useStdin, useWindowSize } from "ink"
import { memo, useLayoutEffect, useState } from "react"
import { isFinished, type Progress } from "../observe/Progress.ts"
import { frame } from "./Frame.ts"
import type { Glyphs } from "./Glyphs.ts"
import type { Line, Tone } from "./Line.ts"
import * as View from "./View.ts"

interface Style {
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
}

// Mid tones that read on dark and on light backgrounds; blue and orange differ for every kind of colour vision.
const BLUE = "#2b8cc4"
const ORANGE = "#d55e00"
const AMBER = "#b8860b"

const colored: { readonly [T in Tone]: Style } = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  waiting: { dimColor: true },
  running: { color: AMBER, bold: true },
  computed: { color: BLUE },
  cached: { color: BLUE },
  failed: { color: ORANGE, bold: true },
  skipped: { dimColor: true }
}

const uncolored: { readonly [T in Tone]: Style } = {
  ...colored,
  running: { bold: true },
  computed: {},
  cached: {},
  failed: { bold: true }
}

interface RowProps {
  /** The spans to draw; an empty line keeps its row. */
  readonly line: Line
  readonly color: boolean
}

const sameRow = (before: RowProps, after: RowProps): boolean =>
  before.color === after.color &&
  before.line.length === after.line.length &&
  before.line.every(({ text, tone }, index) => text === after.line[index]?.text && tone === after.line[index]?.tone)

/** One line; drawn again only when it has changed. */
const Row = memo(({ line, color }: RowProps) => {
  const styles = color ? colored : uncolored
  return (
    <Text wrap="truncate-end">
      {line.length === 0
        ? " "
        : line.map(({ text, tone }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a span is known by its place alone.
            <Text key={index} {...styles[tone]}>
              {text}
            </Text>
          ))}
    </Text>
  )
}, sameRow)

export interface ScreenProps {
  readonly progress: Progress
  /** Milliseconds since the Unix epoch: what elapsed times are counted to. */
  readonly now: number
  readonly glyphs: Glyphs
  /** Without it states are told by glyphs, words, bold and dim alone. */
  readonly color: boolean
  /** Called at every request to stop: the first, and each further one. */
  readonly onStop: () => void
  /** Told the lines of every frame that was drawn. */
  readonly onDrawn?: (lines: ReadonlyArray<Line>) => void
}

export const Screen = ({ progress, now, glyphs, color, onStop, onDrawn }: ScreenProps) => {
  const [view, setView] = useState(View.initial)
  const { columns, rows } = useWindowSize()
  const { isRawModeSupported } = useStdin()
  const { lines, window } = frame(progress, view, { columns, rows, glyphs, now, hasKeys: isRawModeSupported })
  useInput(
    (typed, pressed) => {
      let next = view
      for (const [input, key] of View.keysOf(typed, pressed)) {
        if (View.isStop(next, input, key)) onStop()
        next = View.onKey(next, input, key, window)
      }
      setView(next)
    },
    { isActive: isRawModeSupported && !isFinished(progress) }
  )
  useLayoutEffect(() => onDrawn?.(lines))
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is known by its place alone.
        <Row key={index} line={line} color={color} />
      ))}
    </Box>
  )
}
