// The heads' activations, on panels.
import { exp4, ln4, sigmoid4, tanh4 } from "./elementary"

/**
 * Units [first, first + width) of z become gate·z + bias, and y their activation: 0 identity, 1 sigmoid, 2 softmax.
 * `gate` (one float a row) and `bias` are 0 where absent.
 */
export function headForward(
  z: usize, y: usize, units: i32, first: i32, width: i32, panels: i32, gate: usize, bias: usize, kind: i32
): void {
  for (let p = 0; p < panels; p++) {
    for (let half: usize = 0; half < 32; half += 16) {
      const start = (<usize>(p * units + first) << 5) + half
      const end = start + (<usize>width << 5)
      let b = bias
      let top = f32x4.splat(-Infinity)
      for (let at = start; at < end; at += 32) {
        let value = v128.load(z + at)
        if (gate) value = f32x4.mul(value, v128.load(gate + (<usize>p << 5) + half))
        if (bias) {
          value = f32x4.add(value, v128.load32_splat(b))
          b += 4
        }
        v128.store(z + at, value)
        if (kind == 1) v128.store(y + at, sigmoid4(value))
        else if (kind == 2) top = f32x4.max(top, value)
        else v128.store(y + at, value)
      }
      if (kind == 2) {
        let sum = f32x4.splat(0)
        for (let at = start; at < end; at += 32) {
          const e = exp4(f32x4.sub(v128.load(z + at), top))
          v128.store(y + at, e)
          sum = f32x4.add(sum, e)
        }
        for (let at = start; at < end; at += 32) v128.store(y + at, f32x4.div(v128.load(y + at), sum))
      }
    }
  }
}

/**
 * Binary cross-entropy of logits z with outputs p against y: returns the sum of the losses, each at most `limit`, in float64, and writes
 * g = slope·(p − y), or 0 where the limit is exceeded. Blocks hold a multiple of 4 floats, of which n count.
 */
export function binaryCrossEntropy(z: usize, p: usize, y: usize, n: i32, slope: f32, limit: f32, g: usize): f64 {
  const factor = f32x4.splat(slope), most = f32x4.splat(limit), one = f32x4.splat(1), zero = f32x4.splat(0)
  const lanes = i32x4(0, 1, 2, 3)
  let even = f64x2.splat(0), odd = even
  for (let i = 0; i < n; i += 4) {
    const logit = v128.load(z), target = v128.load(y)
    const e = exp4(f32x4.neg(f32x4.abs(logit)))
    let loss = f32x4.add(f32x4.max(logit, zero), ln4(f32x4.add(one, e)))
    loss = f32x4.sub(loss, f32x4.mul(target, logit))
    const within = v128.not(f32x4.gt(loss, most))
    const slopes = f32x4.mul(factor, f32x4.sub(v128.load(p), target))
    v128.store(g, v128.and(slopes, within))
    loss = v128.and(v128.bitselect(loss, most, within), i32x4.gt_s(i32x4.splat(n - i), lanes))
    even = f64x2.add(even, f64x2.promote_low_f32x4(loss))
    odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<f32>(loss, loss, 2, 3, 2, 3)))
    z += 16; p += 16; y += 16; g += 16
  }
  const sum = f64x2.add(even, odd)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** y = f(x) on n floats (a multiple of 4), to measure the elementary functions: 0 exp, 1 ln, 2 sigmoid, 3 tanh. */
export function elementary(x: usize, y: usize, n: i32, kind: i32): void {
  for (let at: usize = 0; at < <usize>n << 2; at += 16) {
    const value = v128.load(x + at)
    if (kind == 0) v128.store(y + at, exp4(value))
    else if (kind == 1) v128.store(y + at, ln4(value))
    else if (kind == 2) v128.store(y + at, sigmoid4(value))
    else v128.store(y + at, tanh4(value))
  }
}
