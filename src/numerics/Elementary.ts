/**
 * Elementary functions in float64 from exactly rounded operations only (+ − × ÷ √ and bit moves), so that every
 * conforming JavaScript engine returns the same bits. `Math.exp`, `Math.log` and `Math.cos` are
 * implementation-approximated by ECMA-262 and are not used in this room.
 */

const float = new Float64Array(1)
const bits = new Int32Array(float.buffer)

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** Natural logarithm of a positive normal number; −∞ at 0, NaN below 0. Relative error below 3e-16 away from 1. */
export const ln = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let exponent = 0
  let value = x
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984
    exponent = -54
  }
  float[0] = value
  const high = bits[1] ?? 0
  exponent += (high >>> 20) - 1023
  bits[1] = (high & 0xfffff) | 0x3ff00000
  let mantissa = float[0] ?? 1
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5
    exponent += 1
  }
  // ln m = 2 artanh s with s = (m−1)/(m+1), |s| ≤ 0.1716; the series to s^21 is below 1e-17.
  const s = (mantissa - 1) / (mantissa + 1)
  const z = s * s
  const tail =
    z *
    (1 / 3 +
      z *
        (1 / 5 +
          z *
            (1 / 7 +
              z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21))))))))))
  return exponent * LN2_HIGH + (2 * s + (2 * s * tail + exponent * LN2_LOW))
}

/** e^x. 0 below −745.2, +∞ above 709.78. Relative error below 3e-16. */
export const exp = (x: number): number => {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.2) return 0
  if (Number.isNaN(x)) return x
  const n = Math.round(x * Math.LOG2E)
  const r = x - n * LN2_HIGH - n * LN2_LOW
  // Taylor's polynomial of degree 13: |r| ≤ 0.347, so that the next term is below 1e-17.
  const sum =
    ((((((((((((1.6059043836821613e-10 * r + 2.08767569878681e-9) * r + 2.505210838544172e-8) * r +
      2.755731922398589e-7) *
      r +
      2.7557319223985893e-6) *
      r +
      2.48015873015873e-5) *
      r +
      0.0001984126984126984) *
      r +
      0.001388888888888889) *
      r +
      0.008333333333333333) *
      r +
      0.041666666666666664) *
      r +
      0.16666666666666666) *
      r +
      0.5) *
      r +
      1) *
      r +
    1
  // Two factors, because 2^n itself may be outside the normal range while the product is not.
  const half = n >> 1
  return sum * powerOfTwo(half) * powerOfTwo(n - half)
}

/** 2^n for −1022 ≤ n ≤ 1023, exactly. */
const powerOfTwo = (n: number): number => {
  bits[0] = 0
  bits[1] = (n + 1023) << 20
  return float[0] ?? 1
}

/** Logistic function 1 / (1 + e^−x), without overflow. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}

/** ln(1 + e^x), without overflow: the loss of a logit against label 0. */
export const softplus = (x: number): number => {
  const e = exp(x > 0 ? -x : x)
  // ln(1+e) loses e's low bits near 1; the correction restores them.
  const sum = 1 + e
  return (x > 0 ? x : 0) + ln(sum) + (e - (sum - 1)) / sum
}
