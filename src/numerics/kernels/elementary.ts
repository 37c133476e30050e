// Elementary functions on four float32 lanes. Polynomials and range reductions of Cephes' single-precision family
// (S. Moshier), evaluated with separate multiply and add: strict SIMD has no fused operation, so bits are the same
// on every machine.

// @ts-ignore: decorator
@inline
function c(x: f32): v128 {
  return f32x4.splat(x)
}

/** e^x, relative error below 2e-7; x is clamped to [-87.3, 88.3]. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.min(f32x4.max(input, c(-87.3)), c(88.3))
  const n = f32x4.nearest(f32x4.mul(x, c(1.44269504088896341)))
  let r = f32x4.sub(x, f32x4.mul(n, c(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, c(-2.12194440e-4)))
  let p = f32x4.add(f32x4.mul(c(1.9875691500e-4), r), c(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), c(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), c(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), c(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), c(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), c(1))
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, scale)
}

/** ln x for normal positive x, relative error below 2e-7 (absolute 1e-7 next to 1). */
// @ts-ignore: decorator
@inline
export function ln4(x: v128): v128 {
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)))
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const small = f32x4.lt(m, c(0.707106781186547524))
  e = f32x4.sub(e, v128.and(small, c(1)))
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), c(1))
  const z = f32x4.mul(m, m)
  let p = f32x4.add(f32x4.mul(c(7.0376836292e-2), m), c(-1.1514610310e-1))
  p = f32x4.add(f32x4.mul(p, m), c(1.1676998740e-1))
  p = f32x4.add(f32x4.mul(p, m), c(-1.2420140846e-1))
  p = f32x4.add(f32x4.mul(p, m), c(1.4249322787e-1))
  p = f32x4.add(f32x4.mul(p, m), c(-1.6668057665e-1))
  p = f32x4.add(f32x4.mul(p, m), c(2.0000714765e-1))
  p = f32x4.add(f32x4.mul(p, m), c(-2.4999993993e-1))
  p = f32x4.add(f32x4.mul(p, m), c(3.3333331174e-1))
  p = f32x4.mul(f32x4.mul(p, m), z)
  p = f32x4.add(p, f32x4.mul(e, c(-2.12194440e-4)))
  p = f32x4.sub(p, f32x4.mul(c(0.5), z))
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, c(0.693359375)))
}

/** 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(c(1), f32x4.add(c(1), exp4(f32x4.neg(x))))
}

/** tanh x, relative error below 2e-7: an odd polynomial below 0.625, the exponential form above. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = f32x4.add(f32x4.mul(c(-5.70498872745e-3), z), c(2.06390887954e-2))
  p = f32x4.add(f32x4.mul(p, z), c(-5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, z), c(1.33314422036e-1))
  p = f32x4.add(f32x4.mul(p, z), c(-3.33332819422e-1))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x)
  const t = f32x4.sub(c(1), f32x4.div(c(2), f32x4.add(exp4(f32x4.add(a, a)), c(1))))
  const far = v128.or(t, v128.and(x, i32x4.splat(0x80000000)))
  // NaN compares false and keeps its way through the polynomial.
  return v128.bitselect(far, near, f32x4.ge(a, c(0.625)))
}
