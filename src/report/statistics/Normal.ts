/** The standard normal distribution and the χ² of one degree of freedom, to about 1e-14. */
import { gammaQ } from "./Gamma.ts"

/** P(χ²₁ ≥ x). */
export const chiSquare1UpperTail = (x: number): number => gammaQ(0.5, x / 2)

/** P(|Z| ≥ |z|) for a standard normal Z. */
const normalTwoSided = (z: number): number => gammaQ(0.5, (z * z) / 2)

/** P(Z ≤ z). */
export const normalCdf = (z: number): number => (z < 0 ? normalTwoSided(z) / 2 : 1 - normalTwoSided(z) / 2)

/** The z with P(|Z| ≥ z) = `alpha`, 0 < alpha ≤ 1: `normalCritical(0.05)` is 1.9599639845… */
export const normalCritical = (alpha: number): number => {
  if (alpha >= 1) return 0
  if (!(alpha > 0)) return Number.POSITIVE_INFINITY
  let low = 0
  let high = 40
  let z = 1
  for (let step = 0; step < 200; step++) {
    const excess = normalTwoSided(z) - alpha
    if (excess > 0) low = z
    else high = z
    const newton = z + (excess * Math.exp((z * z) / 2)) / Math.sqrt(2 / Math.PI)
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - z) <= 4e-16 * Math.max(1, z)) return next
    z = next
  }
  return z
}
