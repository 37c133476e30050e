/** Gamma-family special functions in double precision: log-gamma, log-beta, and the upper incomplete gamma. */

const LOG_SQRT_2PI = 0.9189385332046728

/** Terms B₂ₖ / (2k(2k−1)) of Stirling's series; below 1e-17 after the eighth for x ≥ 15. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400]

/** ln Γ(x) minus its leading Stirling terms (x − ½) ln x − x + ½ ln 2π, for x ≥ 15. */
const stirlingCorrection = (x: number): number => {
  const inverse = 1 / (x * x)
  let total = 0
  for (const term of STIRLING.toReversed()) total = total * inverse + term
  return total / x
}

const LARGE = 15

/** ln Γ(x) for x > 0, absolute error about 1e-14 for moderate x. */
export const logGamma = (x: number): number => {
  let shifted = x
  let product = 1
  while (shifted < LARGE) {
    product *= shifted
    shifted += 1
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + LOG_SQRT_2PI + stirlingCorrection(shifted) - Math.log(product)
}

/** ln B(a, b) for a, b > 0, free of the cancellation that ln Γ(a) + ln Γ(b) − ln Γ(a + b) has for large arguments. */
export const logBeta = (a: number, b: number): number => {
  const small = Math.min(a, b)
  const large = Math.max(a, b)
  if (small !== last.small || large !== last.large) last = { small, large, value: computed(small, large) }
  return last.value
}

/** Thousands of p-values in a row are of one distribution. */
let last = { small: 1, large: 1, value: 0 }

const computed = (small: number, large: number): number => {
  if (large < LARGE) return logGamma(small) + logGamma(large) - logGamma(small + large)
  const share = small / (small + large)
  const correction = stirlingCorrection(large) - stirlingCorrection(small + large)
  if (small < LARGE) {
    return logGamma(small) + correction + small - small * Math.log(small + large) + (large - 0.5) * Math.log1p(-share)
  }
  return (
    LOG_SQRT_2PI -
    0.5 * Math.log(large) +
    stirlingCorrection(small) +
    correction +
    (small - 0.5) * Math.log(share) +
    large * Math.log1p(-share)
  )
}

const TINY = 1e-300
const EPSILON = 3e-16
const STEPS = 10_000

/** Evaluates b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz method; `term(i)` gives [aᵢ, bᵢ] for i ≥ 1. */
export const continuedFraction = (
  leading: number,
  term: (index: number) => readonly [numerator: number, denominator: number]
): number => {
  let value = leading === 0 ? TINY : leading
  let c = value
  let d = 0
  for (let index = 1; index <= STEPS; index++) {
    const [a, b] = term(index)
    d = b + a * d
    if (d === 0) d = TINY
    d = 1 / d
    c = b + a / c
    if (c === 0) c = TINY
    const factor = c * d
    value *= factor
    if (Math.abs(factor - 1) < EPSILON) break
  }
  return value
}

/** The regularised upper incomplete gamma function Q(a, x) for a > 0, x ≥ 0. */
export const gammaQ = (a: number, x: number): number => {
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let total = term
    for (let index = 1; index <= STEPS && term > total * EPSILON; index++) {
      term *= x / (a + index)
      total += term
    }
    return 1 - scale * total
  }
  return scale / continuedFraction(x + 1 - a, (i) => [-i * (i - a), x + 2 * i + 1 - a])
}
