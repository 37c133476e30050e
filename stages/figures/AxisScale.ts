/** From an axis' values to pixels, as vega's scales of the same domain have it. */
import { ln } from "ablate/numerics"
import type { Axis } from "./Drawing.ts"
import { rounded } from "./Geometry.ts"

/** Pixels between `from` (the lower end of the domain) and `to`. A logarithmic axis takes positive values. */
export const axisScale = ({ domain: [low, high], kind }: Axis, from: number, to: number) => {
  const measure = kind === "log" ? ln : (value: number) => value
  const start = measure(low)
  const span = measure(high) - start
  return (value: number): number => rounded(from + ((measure(value) - start) / span) * (to - from))
}
