/** Figure 4 as SVG: a panel a model, with its points, its boundary, Bayes' boundary and the line of A. */
import { type Segment, zeroLine } from "./contour.ts"
import { bayesScore, type Mixture } from "./mixture.ts"

/** Both axes. */
export const RANGE = [-3, 3] as const
/** Cells of the grid along an axis. */
export const STEPS = 80

const SIDE = 240
const GAP = 24
const TOP = 28

const pixel = (value: number) => ((value - RANGE[0]) / (RANGE[1] - RANGE[0])) * SIDE
const round = (value: number) => value.toFixed(1)

const path = (segments: ReadonlyArray<Segment>) =>
  segments
    .map(
      ([x1, y1, x2, y2]) =>
        `M${round(pixel(x1))} ${round(SIDE - pixel(y1))}L${round(pixel(x2))} ${round(SIDE - pixel(y2))}`
    )
    .join("")

/** The two ends of a straight line that is there in pieces. */
const ends = (segments: ReadonlyArray<Segment>): ReadonlyArray<Segment> => {
  const points = segments.flatMap(([x1, y1, x2, y2]) => [[x1, y1] as const, [x2, y2] as const])
  const [first] = points
  if (first === undefined) return []
  const farthest = ([x, y]: readonly [number, number]) =>
    points.reduce((far, each) => {
      const away = (p: readonly [number, number]) => (p[0] - x) * (p[0] - x) + (p[1] - y) * (p[1] - y)
      return away(each) > away(far) ? each : far
    })
  const one = farthest(first)
  return [[...one, ...farthest(one)]]
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

export const boundaryPicture = (
  mixture: Mixture,
  points: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  models: ReadonlyArray<{ readonly name: string; readonly grid: ArrayLike<number> }>
): string => {
  const side = STEPS + 1
  const at = (index: number) => RANGE[0] + ((RANGE[1] - RANGE[0]) * index) / STEPS
  // Equal priors and variances: Bayes' boundary is straight, so it can be dashed as a whole.
  const bayes = ends(
    zeroLine(
      Float64Array.from({ length: side * side }, (_, i) => bayesScore(mixture, at(i % side), at(Math.floor(i / side)))),
      STEPS,
      RANGE
    )
  )
  const dots = Array.from({ length: points.y.length }, (_, i) => {
    const [x, y] = [pixel(points.x[2 * i] ?? 0), SIDE - pixel(points.x[2 * i + 1] ?? 0)]
    const isInside = x >= 0 && x <= SIDE && y >= 0 && y <= SIDE
    return isInside
      ? `<circle cx="${round(x)}" cy="${round(y)}" r="1.3" fill="${points.y[i] === 1 ? "#009e73" : "#d55e00"}" fill-opacity="0.5"/>`
      : ""
  }).join("")
  const line = round(SIDE - pixel(mixture.line))
  const panels = models.map(
    ({ grid, name }, panel) =>
      `<g transform="translate(${GAP + panel * (SIDE + GAP)} ${TOP})"><text x="${SIDE / 2}" y="-8" text-anchor="middle">${escaped(name)}</text><rect width="${SIDE}" height="${SIDE}" fill="none" stroke="#999"/>${dots}<path d="${path(bayes)}" stroke="#0072b2" stroke-width="1.5" stroke-dasharray="8 6" fill="none"/><path d="M0 ${line}H${SIDE}" stroke="#000" stroke-dasharray="1 3"/><path d="${path(zeroLine(grid, STEPS, RANGE))}" stroke="#000" stroke-width="1.8" fill="none"/></g>`
  )
  const width = GAP + models.length * (SIDE + GAP)
  const height = TOP + SIDE + 34
  const said = `Decision boundaries of ${models.map(({ name }) => name).join(", ")}: solid the model's, dashed Bayes', dotted the line of A.`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><title>Decision boundaries</title><desc>${escaped(said)}</desc><rect width="100%" height="100%" fill="#fff"/>${panels.join("")}<text x="${GAP}" y="${height - 12}">solid: the model; dashed: Bayes; dotted: A is above. Red and green: test points.</text></svg>\n`
}
