/** Wilson's score interval of a proportion (Wilson 1927): stays inside [0, 1] and is honest at 0 and 1. */
import { normalCritical } from "./Normal.ts"
import type { Interval } from "./Summary.ts"

/** `successes` of `n`; null for n = 0. */
export const wilsonInterval = (successes: number, n: number, confidence = 0.95): Interval | null => {
  if (n <= 0) return null
  const z = normalCritical(1 - confidence)
  const share = successes / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === n ? 1 : Math.min(1, centre + half)]
}
