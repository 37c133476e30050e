/**
 * What a plain strict-SIMD loop reaches on this machine: n rounds of twelve independent multiply-and-add pairs in registers, 96
 * floating-point operations a round. The starting values differ, so that no chain can stand for another; factor (0.999,
 * say) and term are arguments, because constants would be made anew in every round.
 */
export function peak(n: i32, factor: f32, term: f32): f32 {
  const s = f32x4.splat(factor), t = f32x4.splat(term)
  let a = f32x4.splat(1), b = f32x4.splat(2), c = f32x4.splat(3), d = f32x4.splat(4)
  let e = f32x4.splat(5), f = f32x4.splat(6), g = f32x4.splat(7), h = f32x4.splat(8)
  let i = f32x4.splat(9), j = f32x4.splat(10), k = f32x4.splat(11), l = f32x4.splat(12)
  for (; n > 0; n--) {
    a = f32x4.add(f32x4.mul(a, s), t); b = f32x4.add(f32x4.mul(b, s), t); c = f32x4.add(f32x4.mul(c, s), t)
    d = f32x4.add(f32x4.mul(d, s), t); e = f32x4.add(f32x4.mul(e, s), t); f = f32x4.add(f32x4.mul(f, s), t)
    g = f32x4.add(f32x4.mul(g, s), t); h = f32x4.add(f32x4.mul(h, s), t); i = f32x4.add(f32x4.mul(i, s), t)
    j = f32x4.add(f32x4.mul(j, s), t); k = f32x4.add(f32x4.mul(k, s), t); l = f32x4.add(f32x4.mul(l, s), t)
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)))
  return f32x4.extract_lane(f32x4.add(a, f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0)
}
