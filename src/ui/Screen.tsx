/** The screen as an Ink component: it draws the lines of {@link frame} and turns keys into a view. */
import { Box, Text, useApp, useInput, useStdin, useWindowSize } from "ink"
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react"
import { isFinished, type Progress } from "../observe/Progress.ts"
import { columnsOf } from "./Figures.ts"
import { type Frame, frame } from "./Frame.ts"
import type { Glyphs } from "./Glyphs.ts"
import { type Action, keysOf, onKey } from "./Keys.ts"
import type { Known } from "./Known.ts"
import type { Line, Tone } from "./Line.ts"
import * as View from "./View.ts"

interface Style {
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
  readonly inverse?: boolean
  readonly backgroundColor?: string
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
  skipped: { dimColor: true },
  selected: { inverse: true, bold: true },
  // Cividis (Nuñez, Anderton, Renslow 2018): even steps of lightness for every kind of colour vision.
  heat0: { backgroundColor: "#123570", color: "#ffffff" },
  heat1: { backgroundColor: "#4a5469", color: "#ffffff" },
  heat2: { backgroundColor: "#7f7c75", color: "#ffffff" },
  heat3: { backgroundColor: "#b5a567", color: "#000000" },
  heat4: { backgroundColor: "#f2da4a", color: "#000000" }
}

const uncolored: { readonly [T in Tone]: Style } = {
  ...colored,
  running: { bold: true },
  computed: {},
  cached: {},
  failed: { bold: true },
  heat0: {},
  heat1: {},
  heat2: {},
  heat3: {},
  heat4: {}
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
  readonly known: Known
  /** Called for whatever is to be done outside the screen. */
  readonly onAction: (action: Action) => void
  /** Stops the process as Ctrl-Z does, while the terminal is the shell's; ends when it goes on. */
  readonly suspend: () => Promise<void>
  /** Told of every frame that was drawn. */
  readonly onDrawn?: (drawn: Frame) => void
}

export const Screen = ({ progress, now, glyphs, color, known, onAction, onDrawn, suspend }: ScreenProps) => {
  const [view, setView] = useState(View.initial)
  // Keys can come faster than frames: each acts on what the one before it made.
  const latest = useRef(view)
  const { columns, rows } = useWindowSize()
  const { isRawModeSupported } = useStdin()
  const { suspendTerminal } = useApp()
  const isOver = isFinished(progress) && !known.offers.stays
  const canvas = { columns, rows, glyphs, now, hasKeys: isRawModeSupported }
  const drawn = frame(progress, view, canvas, known)
  useInput(
    (typed, pressed) => {
      if (pressed.ctrl && typed === "z") {
        void suspendTerminal(suspend)
        return
      }
      let next = latest.current
      for (const [input, key] of keysOf(typed, pressed)) {
        const { actions, view: made } = onKey(next, input, key, {
          progress,
          // What a key before it left on screen, drawn or not.
          window: next === view ? drawn.window : frame(progress, next, canvas, known).window,
          offers: known.offers,
          metrics: columnsOf(progress, known.figures).length
        })
        actions.forEach(onAction)
        next = made
      }
      latest.current = next
      setView(next)
    },
    { isActive: isRawModeSupported && !isOver }
  )
  // Asked whether to stop, and meanwhile all has ended that ran.
  const isIdle = view.asking !== null && progress.nodeCounts.running === 0 && !isFinished(progress)
  useEffect(() => {
    if (!isIdle) return
    onAction({ _tag: "Stop" })
    latest.current = { ...latest.current, asking: null }
    setView(latest.current)
  }, [isIdle, onAction])
  useLayoutEffect(() => onDrawn?.(drawn))
  return (
    <Box flexDirection="column">
      {drawn.lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is known by its place alone.
        <Row key={index} line={line} color={color} />
      ))}
    </Box>
  )
}
