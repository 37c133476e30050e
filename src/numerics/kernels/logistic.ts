// Multinomial logistic regression in float64, on blocks of eight rows: a block is read from memory once for all classes.
import { expPair, lnAboveOne } from "./elementary64"

/** Bytes of scratch memory that `logistic` needs: the scores, then their probabilities, of a block. */
export function logisticScratch(classes: i32): i32 {
  return classes << 7
}

// @ts-ignore: decorator
@inline
function pairSum(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3))
}

// @ts-ignore: decorator
@inline
function times(x: v128, w: v128): v128 {
  return f64x2.mul(x, w)
}

/** Scores of a block's rows for one class: s[row] = Σ w·x, even and odd columns apart, then their sum. */
// @ts-ignore: decorator
@inline
function scores(x: usize, columns: i32, w: usize, s: usize): void {
  let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a
  for (const end = w + (<usize>columns << 3); w < end; w += 16, x += 128) {
    const v = v128.load(w)
    a = f64x2.add(a, times(v128.load(x), v)); b = f64x2.add(b, times(v128.load(x, 16), v))
    c = f64x2.add(c, times(v128.load(x, 32), v)); d = f64x2.add(d, times(v128.load(x, 48), v))
    e = f64x2.add(e, times(v128.load(x, 64), v)); f = f64x2.add(f, times(v128.load(x, 80), v))
    g = f64x2.add(g, times(v128.load(x, 96), v)); h = f64x2.add(h, times(v128.load(x, 112), v))
  }
  v128.store(s, pairSum(a, b)); v128.store(s, pairSum(c, d), 16)
  v128.store(s, pairSum(e, f), 32); v128.store(s, pairSum(g, h), 48)
}

/** g += Σ d[row]·x over a block's rows, for `columns` columns. */
// @ts-ignore: decorator
@inline
function addRows(x: usize, columns: i32, d: usize, g: usize): void {
  const d0 = v128.load64_splat(d), d1 = v128.load64_splat(d, 8), d2 = v128.load64_splat(d, 16), d3 = v128.load64_splat(d, 24)
  const d4 = v128.load64_splat(d, 32), d5 = v128.load64_splat(d, 40), d6 = v128.load64_splat(d, 48), d7 = v128.load64_splat(d, 56)
  for (const end = g + (<usize>columns << 3); g < end; g += 16, x += 128) {
    let low = f64x2.add(times(v128.load(x), d0), times(v128.load(x, 16), d1))
    let high = f64x2.add(times(v128.load(x, 32), d2), times(v128.load(x, 48), d3))
    low = f64x2.add(low, times(v128.load(x, 64), d4))
    high = f64x2.add(high, times(v128.load(x, 80), d5))
    low = f64x2.add(low, times(v128.load(x, 96), d6))
    high = f64x2.add(high, times(v128.load(x, 112), d7))
    v128.store(g, f64x2.add(v128.load(g), f64x2.add(low, high)))
  }
}

/**
 * Returns Σ log-loss of the rows and adds its gradient to g. x holds blocks of eight rows (the last filled up
 * with zeros): two columns of each of the eight, then the next two; `columns` is even, and one may be the constant 1. w and g hold `free`
 * rows of as many numbers. y: a class a row (i32). With free = classes − 1
 * the first class' scores are 0.
 */
export function logistic(
  x: usize, y: usize, rows: i32, columns: i32, w: usize, free: i32, classes: i32, g: usize, scratch: usize
): f64 {
  const row = <usize>columns << 3
  const skip = <usize>(classes - free) << 6
  const block = <usize>classes << 6
  const p = scratch + block
  let loss: f64 = 0
  for (let r = 0; r < rows; r += 8) {
    const at = x + <usize>r * row
    if (skip) memory.fill(scratch, 0, skip)
    for (let k = 0; k < free; k++) scores(at, columns, w + <usize>k * row, scratch + skip + (<usize>k << 6))
    // ln Σ e^s = top + ln Σ e^(s − top); the second sums lie in [1, classes], so that their product over a block has one logarithm.
    let product = f64x2.splat(1)
    for (let pair: usize = 0; pair < 64; pair += 16) {
      let top = v128.load(scratch + pair)
      for (let k: usize = 64; k < block; k += 64) top = f64x2.max(top, v128.load(scratch + k + pair))
      let sum = f64x2.splat(0)
      for (let k: usize = 0; k < block; k += 64) {
        const e = expPair(f64x2.sub(v128.load(scratch + k + pair), top))
        v128.store(p + k + pair, e)
        sum = f64x2.add(sum, e)
      }
      for (let k: usize = 0; k < block; k += 64) v128.store(p + k + pair, f64x2.div(v128.load(p + k + pair), sum))
      const row0 = r + (<i32>pair >> 3)
      if (row0 + 1 < rows) product = f64x2.mul(product, sum)
      else if (row0 < rows) product = f64x2.replace_lane(product, 0, f64x2.extract_lane(product, 0) * f64x2.extract_lane(sum, 0))
      if (row0 < rows) loss += f64x2.extract_lane(top, 0)
      if (row0 + 1 < rows) loss += f64x2.extract_lane(top, 1)
    }
    loss += lnAboveOne(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1))
    for (let i = 0; i < 8; i++) {
      const lane = <usize>i << 3
      if (r + i < rows) {
        const label = (<usize>load<i32>(y + (<usize>(r + i) << 2)) << 6) + lane
        loss -= load<f64>(scratch + label)
        store<f64>(p + label, load<f64>(p + label) - 1)
      } else {
        for (let k: usize = 0; k < block; k += 64) store<f64>(p + k + lane, 0)
      }
    }
    for (let k = 0; k < free; k++) addRows(at, columns, p + skip + (<usize>k << 6), g + <usize>k * row)
  }
  return loss
}

/** g += XᵀX (g: [columns, columns]); below the diagonal it is left incomplete. */
export function gram(x: usize, rows: i32, columns: i32, g: usize, scratch: usize): void {
  for (let r = 0; r < rows; r += 8) {
    const at = x + (<usize>r * <usize>columns << 3)
    for (let i = 0; i < columns; i++) {
      const pair = at + (<usize>(i >> 1) << 7)
      const column = pair + (<usize>(i & 1) << 3)
      for (let row: usize = 0; row < 8; row++) store<f64>(scratch + (row << 3), load<f64>(column + (row << 4)))
      const first = i & ~1
      addRows(pair, columns - first, scratch, g + (<usize>(i * columns + first) << 3))
    }
  }
}
