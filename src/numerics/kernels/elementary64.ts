// Elementary functions in float64, from exactly rounded operations only: the series of src/numerics/Elementary.ts.

const LN2_HIGH: f64 = 0.6931471803691238
const LN2_LOW: f64 = 1.9082149292705877e-10

// Read from memory (one broadcast load each): engines build a vector constant anew at every use.
const TABLE = memory.data<f64>([
  -708,
  1.4426950408889634,
  LN2_HIGH,
  LN2_LOW,
  1.6059043836821613e-10,
  2.08767569878681e-9,
  2.505210838544172e-8,
  2.755731922398589e-7,
  2.7557319223985893e-6,
  2.48015873015873e-5,
  0.0001984126984126984,
  0.001388888888888889,
  0.008333333333333333,
  0.041666666666666664,
  0.16666666666666666,
  0.5,
  1
])

// @ts-ignore: decorator
@inline
function c(index: usize): v128 {
  return v128.load64_splat(TABLE + (index << 3))
}

/** e^x on two lanes for x ≤ 0, relative error below 3e-16; below −708 it stays at e^−708. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function expPair(input: v128): v128 {
  const x = f64x2.max(input, c(0))
  const n = f64x2.nearest(f64x2.mul(x, c(1)))
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, c(2))), f64x2.mul(n, c(3)))
  // Taylor's polynomial of degree 13; odd and even powers are two chains, half as long.
  const z = f64x2.mul(r, r)
  let odd = f64x2.add(f64x2.mul(c(4), z), c(6))
  let even = f64x2.add(f64x2.mul(c(5), z), c(7))
  odd = f64x2.add(f64x2.mul(odd, z), c(8))
  even = f64x2.add(f64x2.mul(even, z), c(9))
  odd = f64x2.add(f64x2.mul(odd, z), c(10))
  even = f64x2.add(f64x2.mul(even, z), c(11))
  odd = f64x2.add(f64x2.mul(odd, z), c(12))
  even = f64x2.add(f64x2.mul(even, z), c(13))
  odd = f64x2.add(f64x2.mul(odd, z), c(14))
  even = f64x2.add(f64x2.mul(even, z), c(15))
  odd = f64x2.add(f64x2.mul(odd, z), c(16))
  even = f64x2.add(f64x2.mul(even, z), c(16))
  const p = f64x2.add(even, f64x2.mul(odd, r))
  const exponent = i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n)), i64x2.splat(1023))
  return f64x2.mul(p, i64x2.shl(exponent, 52))
}

/** ln x for x ≥ 1; +∞ and NaN stay as they are. Absolute error below 3e-16·max(1, ln x). */
export function lnAboveOne(x: f64): f64 {
  if (!(x < Infinity)) return x
  const bits = reinterpret<u64>(x)
  let exponent = <f64>(<i32>(bits >> 52) - 1023)
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5
    exponent += 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const z = s * s
  let tail: f64 = 1.0 / 19.0 + z * (1.0 / 21.0)
  tail = 1.0 / 17.0 + z * tail
  tail = 1.0 / 15.0 + z * tail
  tail = 1.0 / 13.0 + z * tail
  tail = 1.0 / 11.0 + z * tail
  tail = 1.0 / 9.0 + z * tail
  tail = 1.0 / 7.0 + z * tail
  tail = 1.0 / 5.0 + z * tail
  tail = z * (1.0 / 3.0 + z * tail)
  return exponent * LN2_HIGH + (2 * s + (2 * s * tail + exponent * LN2_LOW))
}
