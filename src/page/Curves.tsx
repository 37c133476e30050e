/**
 * Curves over epochs, a line a seed.
 * @jsxImportSource preact
 */
import type { PageCell, PageCurve } from "../report/page/PageData.ts"
import { over } from "./Whisker.tsx"

interface Line {
  readonly seed: number | null
  readonly curve: PageCurve
}

const [WIDTH, HEIGHT] = [280, 90]

const printed = (value: number): string => {
  const size = Math.abs(value)
  const text =
    size !== 0 && (size < 0.001 || size >= 100_000) ? value.toExponential(1) : String(Number(value.toPrecision(3)))
  return text.replace("-", "−")
}

const Chart = ({ lines, name }: { readonly name: string; readonly lines: ReadonlyArray<Line> }) => {
  const scale = over(lines.flatMap(({ curve }) => curve.values))
  const last = Math.max(...lines.flatMap(({ curve }) => curve.epochs))
  const x = (epoch: number) => (((epoch - 1) / Math.max(1, last - 1)) * WIDTH).toFixed(1)
  const y = (value: number) => ((1 - (value - scale.low) / (scale.high - scale.low)) * HEIGHT).toFixed(1)
  const ends = lines.flatMap(({ curve }) => curve.values.at(-1) ?? [])
  return (
    <figure class="curve">
      <figcaption>
        {name}{" "}
        <span class="quiet">
          over {last} epochs, to {[...new Set(ends.map(printed))].slice(0, 3).join(", ")}
          {new Set(ends.map(printed)).size > 3 ? ", …" : ""}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${name} over ${last} epochs, ${lines.length} seeds`}
      >
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {lines.map(({ curve, seed }) => (
          <path
            key={seed}
            d={curve.values
              .map((value, at) => `${at === 0 ? "M" : "L"}${x(curve.epochs[at] ?? 1)} ${y(value)}`)
              .join("")}
          >
            <title>{seed === null ? name : `seed ${seed}`}</title>
          </path>
        ))}
      </svg>
    </figure>
  )
}

export const Curves = ({ cells }: { readonly cells: ReadonlyArray<PageCell> }) => {
  const lines = cells.flatMap(({ curves = [], seed }) => curves.map((curve): Line => ({ seed, curve })))
  const byName = [...Map.groupBy(lines, ({ curve }) => curve.name)]
  if (byName.length === 0) return null
  return (
    <section>
      <h3>Curves</h3>
      <div class="curves">
        {byName.map(([name, of]) => (
          <Chart key={name} name={name} lines={of} />
        ))}
      </div>
    </section>
  )
}
