/**
 * Equalised odds by post-processing (Hardt, Price & Srebro, "Equality of opportunity in supervised learning", NIPS 2016,
 * §3.2): a decision is kept or turned by chance, with probabilities that depend on the decision and the side alone, so
 * that true and false positive rates of both sides agree, at the lowest error that this allows.
 */

/** A side's rates: a point of the unit square. */
export interface Rates {
  readonly truePositive: number
  readonly falsePositive: number
}

/** Probabilities of answering yes where the classifier said yes, and where it said no. */
export interface Mixing {
  readonly yes: number
  readonly no: number
}

type Point = readonly [falsePositive: number, truePositive: number]

/** What a side can reach by chance on top of its decisions: always no, as decided, always yes, the opposite. */
const reachable = ({ falsePositive: f, truePositive: t }: Rates): ReadonlyArray<Point> =>
  t >= f
    ? [
        [0, 0],
        [1 - f, 1 - t],
        [1, 1],
        [f, t]
      ]
    : [
        [0, 0],
        [f, t],
        [1, 1],
        [1 - f, 1 - t]
      ]

const EPSILON = 1e-12

const cross = ([ax, ay]: Point, [bx, by]: Point, [x, y]: Point) => (bx - ax) * (y - ay) - (by - ay) * (x - ax)

/** What is left of a convex polygon on the left of the line from a to b (Sutherland & Hodgman). */
const clip = (polygon: ReadonlyArray<Point>, a: Point, b: Point): ReadonlyArray<Point> =>
  polygon.flatMap((point, at) => {
    const next = polygon[(at + 1) % polygon.length] ?? point
    const [here, there] = [cross(a, b, point), cross(a, b, next)]
    const share = here / (here - there)
    const crossing: Point = [point[0] + share * (next[0] - point[0]), point[1] + share * (next[1] - point[1])]
    const isCrossing = (here > EPSILON && there < -EPSILON) || (here < -EPSILON && there > EPSILON)
    return [...(here >= -EPSILON ? [point] : []), ...(isCrossing ? [crossing] : [])]
  })

/** The mixing that brings rates to a point that they reach. */
const mixingTo = ([f, t]: Point, { falsePositive, truePositive }: Rates): Mixing => {
  const lean = truePositive - falsePositive
  // Decisions that tell nothing: only the share of yes is free.
  if (Math.abs(lean) < EPSILON) return { yes: t, no: t }
  const bounded = (p: number) => Math.min(1, Math.max(0, p))
  // t = yes·tpr + no·(1 − tpr), f = yes·fpr + no·(1 − fpr)
  const no = (truePositive * f - falsePositive * t) / lean
  const yes = ((1 - falsePositive) * t - (1 - truePositive) * f) / lean
  return { yes: bounded(yes), no: bounded(no) }
}

/**
 * The derived predictor of two sides. `positives`: the share of rows whose true answer is yes. Of equally good ones, the one
 * with the smaller false positive rate.
 */
export const equalisedOdds = (
  sides: readonly [Rates, Rates],
  positives: number
): { readonly rates: Rates; readonly mixings: readonly [Mixing, Mixing] } => {
  const [first, second] = sides
  const edges = reachable(second)
  const common = edges.reduce<ReadonlyArray<Point>>(
    (polygon, from, at) => clip(polygon, from, edges[(at + 1) % edges.length] ?? from),
    reachable(first)
  )
  const error = ([f, t]: Point) => positives * (1 - t) + (1 - positives) * f
  const best = common.reduce<Point>(
    (least, point) =>
      error(point) < error(least) - EPSILON ||
      (Math.abs(error(point) - error(least)) <= EPSILON && point[0] < least[0] - EPSILON)
        ? point
        : least,
    [0, 0]
  )
  return {
    rates: { falsePositive: best[0], truePositive: best[1] },
    mixings: [mixingTo(best, first), mixingTo(best, second)]
  }
}
