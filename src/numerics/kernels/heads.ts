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
