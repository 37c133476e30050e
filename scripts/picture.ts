/**
 * Draws docs/terminal.svg: one frame of a run from its journal, as the screen would show it, at a share of the run's time.
 * Run: ablate run table3 --set train.objective=parity
 *      npm exec -- node scripts/picture.ts .ablate RUN 0.5
 */
import { writeFileSync } from "node:fs"
import { Effect } from "effect"
import { lookupOf } from "../src/cli/Lookup.ts"
import { displayWidth } from "../src/domain/DisplayWidth.ts"
import { RunId } from "../src/domain/Hash.ts"
import * as Fold from "../src/observe/Fold.ts"
import { initial } from "../src/observe/Progress.ts"
import { scaleOf } from "../src/report/CellFigures.ts"
import { intervalOfMean } from "../src/report/statistics/Intervals.ts"
import { RunJournal, Sqlite } from "../src/store/index.ts"
import * as Figures from "../src/ui/Figures.ts"
import { frame } from "../src/ui/Frame.ts"
import * as Glyphs from "../src/ui/Glyphs.ts"
import * as Known from "../src/ui/Known.ts"
import type { Line, Tone } from "../src/ui/Line.ts"
import { metricsReader } from "../src/ui/Lookups.ts"
import * as View from "../src/ui/View.ts"

const COLUMNS = 116
const ROWS = 42

/** One character's box, and the margin around the screen, in SVG units. */
const BOX = { width: 8.4, height: 19 }
const MARGIN = { x: 22, top: 52, bottom: 18 }

const BACKGROUND = "#14171c"
const BAR = "#1d2128"
const TEXT = "#d4d8de"
const FAINT = "#828b98"

/** The screen's tones on a dark background; its blue and orange, a little lighter for a picture. */
const styles: { readonly [T in Tone]: { readonly fill: string; readonly back?: string; readonly bold?: boolean } } = {
  plain: { fill: TEXT },
  strong: { fill: "#f4f6f8", bold: true },
  faint: { fill: FAINT },
  waiting: { fill: "#5b6471" },
  running: { fill: "#dba520", bold: true },
  computed: { fill: "#46a7e0" },
  cached: { fill: "#46a7e0" },
  failed: { fill: "#ee7b30", bold: true },
  skipped: { fill: FAINT },
  selected: { fill: BACKGROUND, back: TEXT, bold: true },
  heat0: { fill: "#ffffff", back: "#123570" },
  heat1: { fill: "#ffffff", back: "#4a5469" },
  heat2: { fill: "#ffffff", back: "#7f7c75" },
  heat3: { fill: "#000000", back: "#b5a567" },
  heat4: { fill: "#000000", back: "#f2da4a" }
}

const round = (value: number): string => String(Math.round(value * 100) / 100)
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** A pie of a circle's share, from the top. */
const pie = (x: number, y: number, r: number, share: number): string => {
  const angle = 2 * Math.PI * share
  const [endX, endY] = [x + r * Math.sin(angle), y - r * Math.cos(angle)]
  return `M${round(x)} ${round(y)}V${round(y - r)}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${round(endX)} ${round(endY)}Z`
}

/** Signs are drawn: fonts differ in their size and place. `x`, `y`: the middle of the character's box. */
const sign = (glyph: string, x: number, y: number, fill: string): string | undefined => {
  const r = 4
  const ring = (dash = "") =>
    `<circle cx="${round(x)}" cy="${round(y)}" r="${r - 0.6}" fill="none" stroke="${fill}" stroke-width="1.2"${dash}/>`
  const cell = (opacity: number) =>
    `<rect x="${round(x - BOX.width / 2)}" y="${round(y - 6)}" width="${BOX.width}" height="12" fill="${fill}" fill-opacity="${opacity}"/>`
  switch (glyph) {
    case "●":
      return `<circle cx="${round(x)}" cy="${round(y)}" r="${r}" fill="${fill}"/>`
    case "○":
      return ring()
    case "◌":
      return ring(' stroke-dasharray="1.4 1.4"')
    case "◔":
      return `${ring()}<path d="${pie(x, y, r - 0.6, 0.25)}" fill="${fill}"/>`
    case "◑":
      return `${ring()}<path d="${pie(x, y, r - 0.6, 0.5)}" fill="${fill}"/>`
    case "◕":
      return `${ring()}<path d="${pie(x, y, r - 0.6, 0.75)}" fill="${fill}"/>`
    case "·":
      return `<circle cx="${round(x)}" cy="${round(y)}" r="1.3" fill="${fill}"/>`
    case "█":
      return cell(1)
    case "▓":
      return cell(0.55)
    case "░":
      return cell(0.16)
    default:
      return undefined
  }
}

const drawn = (line: Line, row: number): string => {
  const parts: Array<string> = []
  const top = MARGIN.top + row * BOX.height
  let column = 0
  for (const { text, tone } of line) {
    const { back, bold, fill } = styles[tone]
    if (back !== undefined)
      parts.push(
        `<rect x="${round(MARGIN.x + column * BOX.width)}" y="${round(top)}" width="${round(displayWidth(text) * BOX.width)}" height="${BOX.height}" fill="${back}"/>`
      )
    // Words are placed one by one, each as wide as its columns, so that any monospaced font keeps them in line.
    for (const [piece] of text.matchAll(/[●○◌◔◑◕·█▓░]|[^\s●○◌◔◑◕·█▓░]+|\s+/gu)) {
      const wide = displayWidth(piece)
      const x = MARGIN.x + column * BOX.width
      const shape = sign(piece, x + BOX.width / 2, top + BOX.height / 2, fill)
      if (shape !== undefined) parts.push(shape)
      else if (piece.trim() !== "")
        parts.push(
          `<text x="${round(x)}" y="${round(top + BOX.height / 2 + 4.6)}" textLength="${round(wide * BOX.width)}" fill="${fill}"${bold === true ? ' font-weight="600"' : ""}>${escaped(piece)}</text>`
        )
      column += wide
    }
  }
  return parts.join("")
}

const svg = (lines: ReadonlyArray<Line>, command: string): string => {
  const width = round(2 * MARGIN.x + COLUMNS * BOX.width)
  const height = round(MARGIN.top + lines.length * BOX.height + MARGIN.bottom)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(command)}</title>`,
    `<rect width="${width}" height="${height}" rx="9" fill="${BACKGROUND}"/>`,
    `<path d="M0 9a9 9 0 0 1 9-9H${round(Number(width) - 9)}a9 9 0 0 1 9 9V34H0Z" fill="${BAR}"/>`,
    "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace\" font-size=\"14\">",
    `<text x="${MARGIN.x}" y="22" font-size="13" fill="${FAINT}">$ ${escaped(command)}</text>`,
    ...lines.map(drawn).filter((line) => line !== ""),
    "</g>",
    "</svg>",
    ""
  ].join("\n")
}

const [store = ".ablate", run = "", share = "0.5"] = process.argv.slice(2)

const picture = Effect.gen(function* () {
  const journal = yield* RunJournal
  const { entries } = yield* journal.read(RunId.make(run), 0)
  const started = entries.find((entry) => entry._tag === "RunStarted")
  const lookup = yield* lookupOf({ store }, () => started)
  const times = entries.map(({ at }) => at)
  const first = Math.min(...times)
  const now = first + Number(share) * (Math.max(...times) - first)
  const seen = Fold.steps(
    initial,
    entries.filter(({ at }) => at <= now)
  )
  // Of the cells that were cached, the journal tells no figures.
  const progress = Fold.steps(seen, yield* metricsReader(lookup)(seen, Number.POSITIVE_INFINITY))
  const table = yield* lookup.table
  const figures =
    table === null
      ? Figures.none
      : Figures.ofTable(
          table,
          (values, { kind = "score", unit }) =>
            intervalOfMean(kind, values, { scale: unit === undefined ? 1 : scaleOf({ unit }) })?.interval ?? null
        )
  const canvas = { columns: COLUMNS, rows: ROWS, now, hasKeys: true, glyphs: Glyphs.unicode }
  const { lines } = frame(progress, View.initial, canvas, { ...Known.nothing, figures })
  writeFileSync(
    new URL("../docs/terminal.svg", import.meta.url),
    svg(lines, "npx ablate run table3 --set train.objective=parity")
  )
})
await Effect.runPromise(
  Effect.scoped(Effect.provide(picture, Sqlite.layer({ dir: store, mode: "read-only", trusted: true })))
)
