// Elementary functions on four float32 lanes. Polynomials and range reductions of Cephes' single-precision family
// (S. Moshier), evaluated with separate multiply and add: strict SIMD has no fused operation, so bits are the same
// on every machine.

// Constants are read from memory (one broadcast load each): engines build a vector constant anew at every use.
const TABLE = memory.data<f32>([
  -87.3,
  88.3,
  1.44269504088896341,
  0.693359375,
  -2.12194440e-4,
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
  1,
  0.707106781186547524,
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
  0.5,
  -5.70498872745e-3,
  2.06390887954e-2,
  -5.37397155531e-2,
  1.33314422036e-1,
  -3.33332819422e-1,
  2,
  0.625
])

// @ts-ignore: decorator
@inline
function c(index: usize): v128 {
  return v128.load32_splat(TABLE + (index << 2))
}

/** e^x, relative error below 2e-7; x is clamped to [-87.3, 88.3]. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.min(f32x4.max(input, c(0)), c(1))
  const n = f32x4.nearest(f32x4.mul(x, c(2)))
  let r = f32x4.sub(x, f32x4.mul(n, c(3)))
  r = f32x4.sub(r, f32x4.mul(n, c(4)))
  let p = f32x4.add(f32x4.mul(c(5), r), c(6))
  p = f32x4.add(f32x4.mul(p, r), c(7))
  p = f32x4.add(f32x4.mul(p, r), c(8))
  p = f32x4.add(f32x4.mul(p, r), c(9))
  p = f32x4.add(f32x4.mul(p, r), c(10))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), c(11))
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, scale)
}

/** ln x for normal positive x, relative error below 2e-7 (absolute 1e-7 next to 1). */
// @ts-ignore: decorator
@inline
export function ln4(x: v128): v128 {
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)))
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const small = f32x4.lt(m, c(12))
  e = f32x4.sub(e, v128.and(small, c(11)))
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), c(11))
  const z = f32x4.mul(m, m)
  let p = f32x4.add(f32x4.mul(c(13), m), c(14))
  p = f32x4.add(f32x4.mul(p, m), c(15))
  p = f32x4.add(f32x4.mul(p, m), c(16))
  p = f32x4.add(f32x4.mul(p, m), c(17))
  p = f32x4.add(f32x4.mul(p, m), c(18))
  p = f32x4.add(f32x4.mul(p, m), c(19))
  p = f32x4.add(f32x4.mul(p, m), c(20))
  p = f32x4.add(f32x4.mul(p, m), c(21))
  p = f32x4.mul(f32x4.mul(p, m), z)
  p = f32x4.add(p, f32x4.mul(e, c(4)))
  p = f32x4.sub(p, f32x4.mul(c(22), z))
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, c(3)))
}

/** 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(c(11), f32x4.add(c(11), exp4(f32x4.neg(x))))
}

/** tanh x, relative error below 2e-7: an odd polynomial below 0.625, the exponential form above. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = f32x4.add(f32x4.mul(c(23), z), c(24))
  p = f32x4.add(f32x4.mul(p, z), c(25))
  p = f32x4.add(f32x4.mul(p, z), c(26))
  p = f32x4.add(f32x4.mul(p, z), c(27))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x)
  const t = f32x4.sub(c(11), f32x4.div(c(28), f32x4.add(exp4(f32x4.add(a, a)), c(11))))
  const far = v128.or(t, v128.and(x, i32x4.splat(0x80000000)))
  // NaN compares false and keeps its way through the polynomial.
  return v128.bitselect(far, near, f32x4.ge(a, c(29)))
}
