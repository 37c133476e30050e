/** From an axis' values to pixels. */
import type { Axis } from "./Drawing.ts"
import { rounded } from "./Geometry.ts"

/** Pixels between `from` (the lower end of the domain) and `to`. A logarithmic axis takes positive values. */
export const axisScale = ({ domain: [low, high], kind }: Pick<Axis, "domain" | "kind">, from: number, to: number) => {
  const measure = kind === "log" ? Math.log : (value: number) => value
  const start = measure(low)
  const span = measure(high) - start
  return (value: number): number => rounded(from + ((measure(value) - start) / span) * (to - from))
}
