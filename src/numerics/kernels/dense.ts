// The three matrix products of a dense layer. Every element of every result is one sum in index order (k = 0, 1, 2 …),
// starting from 0 and computed with one multiply and one add a term: the blocking decides where partial sums live, never their order.
//
// Layouts (all float32):
//   panels  [ceil(rows/8)][units][8]      activations, rows in lanes; what products over units read
//   strips  [ceil(units/32)][capacity][w] activations, units in lanes; w = 32, or 16 in a last half strip
//   weights [out][ld]                     row-major, ld = inputs rounded up to 16, the rest zero
import { tanh4 } from "./elementary"

/** 0 identity, 1 ReLU, 2 tanh. */
// @ts-ignore: decorator
@inline
function activate(x: v128, kind: i32): v128 {
  if (kind == 1) return f32x4.max(x, f32x4.splat(0))
  if (kind == 2) return tanh4(x)
  return x
}

/** The derivative of the activation, from its value. */
// @ts-ignore: decorator
@inline
export function derive(d: v128, h: v128, kind: i32): v128 {
  if (kind == 1) return v128.and(d, f32x4.gt(h, f32x4.splat(0)))
  if (kind == 2) return f32x4.mul(d, f32x4.sub(f32x4.splat(1), f32x4.mul(h, h)))
  return d
}

// @ts-ignore: decorator
@inline
function madd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b))
}

/** Panels that four rows of weights meet in turn: they stay in the processor's second cache. */
const PANELS: i32 = 16

/** y = activation(w·x + bias) on panels. `bias` 0 means none. */
export function denseForward(
  w: usize, ld: i32, bias: usize, x: usize, inputs: i32, outputs: i32, panels: i32, y: usize, kind: i32
): void {
  const stride = <usize>ld << 2
  for (let first = 0; first < panels; first += PANELS) {
    const last = min(first + PANELS, panels)
    let row = w
    let o = 0
    for (; o + 4 <= outputs; o += 4, row += 4 * stride)
      for (let p = first; p < last; p++)
        fourUnits(
          row, stride, bias ? bias + (<usize>o << 2) : 0, x + (<usize>(p * inputs) << 5), inputs,
          y + (<usize>(p * outputs + o) << 5), kind
        )
    for (; o < outputs; o++, row += stride)
      for (let p = first; p < last; p++)
        oneUnit(
          row, bias ? bias + (<usize>o << 2) : 0, x + (<usize>(p * inputs) << 5), inputs,
          y + (<usize>(p * outputs + o) << 5), kind
        )
  }
}

// @ts-ignore: decorator
@inline
function fourUnits(w: usize, stride: usize, bias: usize, x: usize, inputs: i32, y: usize, kind: i32): void {
  const unrolledEnd = x + (<usize>(inputs & ~3) << 5)
  const end = x + (<usize>inputs << 5)
  let w0 = w
  let w1 = w0 + stride
  let w2 = w1 + stride
  let w3 = w2 + stride
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0
  let k = x
  while (k < unrolledEnd) {
    let l = v128.load(k), h = v128.load(k, 16)
    let s = v128.load32_splat(w0); a0 = madd(a0, s, l); a1 = madd(a1, s, h)
    s = v128.load32_splat(w1); b0 = madd(b0, s, l); b1 = madd(b1, s, h)
    s = v128.load32_splat(w2); c0 = madd(c0, s, l); c1 = madd(c1, s, h)
    s = v128.load32_splat(w3); d0 = madd(d0, s, l); d1 = madd(d1, s, h)
    l = v128.load(k, 32); h = v128.load(k, 48)
    s = v128.load32_splat(w0, 4); a0 = madd(a0, s, l); a1 = madd(a1, s, h)
    s = v128.load32_splat(w1, 4); b0 = madd(b0, s, l); b1 = madd(b1, s, h)
    s = v128.load32_splat(w2, 4); c0 = madd(c0, s, l); c1 = madd(c1, s, h)
    s = v128.load32_splat(w3, 4); d0 = madd(d0, s, l); d1 = madd(d1, s, h)
    l = v128.load(k, 64); h = v128.load(k, 80)
    s = v128.load32_splat(w0, 8); a0 = madd(a0, s, l); a1 = madd(a1, s, h)
    s = v128.load32_splat(w1, 8); b0 = madd(b0, s, l); b1 = madd(b1, s, h)
    s = v128.load32_splat(w2, 8); c0 = madd(c0, s, l); c1 = madd(c1, s, h)
    s = v128.load32_splat(w3, 8); d0 = madd(d0, s, l); d1 = madd(d1, s, h)
    l = v128.load(k, 96); h = v128.load(k, 112)
    s = v128.load32_splat(w0, 12); a0 = madd(a0, s, l); a1 = madd(a1, s, h)
    s = v128.load32_splat(w1, 12); b0 = madd(b0, s, l); b1 = madd(b1, s, h)
    s = v128.load32_splat(w2, 12); c0 = madd(c0, s, l); c1 = madd(c1, s, h)
    s = v128.load32_splat(w3, 12); d0 = madd(d0, s, l); d1 = madd(d1, s, h)
    k += 128; w0 += 16; w1 += 16; w2 += 16; w3 += 16
  }
  while (k < end) {
    const l = v128.load(k), h = v128.load(k, 16)
    let s = v128.load32_splat(w0); a0 = madd(a0, s, l); a1 = madd(a1, s, h)
    s = v128.load32_splat(w1); b0 = madd(b0, s, l); b1 = madd(b1, s, h)
    s = v128.load32_splat(w2); c0 = madd(c0, s, l); c1 = madd(c1, s, h)
    s = v128.load32_splat(w3); d0 = madd(d0, s, l); d1 = madd(d1, s, h)
    k += 32; w0 += 4; w1 += 4; w2 += 4; w3 += 4
  }
  if (bias) {
    let s = v128.load32_splat(bias); a0 = f32x4.add(a0, s); a1 = f32x4.add(a1, s)
    s = v128.load32_splat(bias, 4); b0 = f32x4.add(b0, s); b1 = f32x4.add(b1, s)
    s = v128.load32_splat(bias, 8); c0 = f32x4.add(c0, s); c1 = f32x4.add(c1, s)
    s = v128.load32_splat(bias, 12); d0 = f32x4.add(d0, s); d1 = f32x4.add(d1, s)
  }
  v128.store(y, activate(a0, kind)); v128.store(y, activate(a1, kind), 16)
  v128.store(y, activate(b0, kind), 32); v128.store(y, activate(b1, kind), 48)
  v128.store(y, activate(c0, kind), 64); v128.store(y, activate(c1, kind), 80)
  v128.store(y, activate(d0, kind), 96); v128.store(y, activate(d1, kind), 112)
}

// @ts-ignore: decorator
@inline
function oneUnit(w: usize, bias: usize, x: usize, inputs: i32, y: usize, kind: i32): void {
  let a0 = f32x4.splat(0), a1 = a0
  for (const end = x + (<usize>inputs << 5); x < end; x += 32, w += 4) {
    const s = v128.load32_splat(w)
    a0 = madd(a0, s, v128.load(x)); a1 = madd(a1, s, v128.load(x, 16))
  }
  if (bias) {
    const s = v128.load32_splat(bias)
    a0 = f32x4.add(a0, s); a1 = f32x4.add(a1, s)
  }
  v128.store(y, activate(a0, kind)); v128.store(y, activate(a1, kind), 16)
}

/** dx = (wᵀ·d) ∘ activation'(h) on panels: what flows back into the layer whose values are h. */
export function denseBackInput(
  w: usize, ld: i32, d: usize, inputs: i32, outputs: i32, panels: i32, h: usize, dx: usize, kind: i32
): void {
  const stride = <usize>ld << 2
  const panelBytes = <usize>outputs << 5
  for (let p = 0; p < panels; p++) {
    const start = d + <usize>p * panelBytes
    const end = start + panelBytes
    let at = <usize>(p * inputs) << 5
    let i = 0
    for (; i + 4 <= inputs; i += 4) {
      let column = w + (<usize>i << 2)
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0
      for (let k = start; k < end; k += 32) {
        const l = v128.load(k), u = v128.load(k, 16)
        let s = v128.load32_splat(column); a0 = madd(a0, s, l); a1 = madd(a1, s, u)
        s = v128.load32_splat(column, 4); b0 = madd(b0, s, l); b1 = madd(b1, s, u)
        s = v128.load32_splat(column, 8); c0 = madd(c0, s, l); c1 = madd(c1, s, u)
        s = v128.load32_splat(column, 12); d0 = madd(d0, s, l); d1 = madd(d1, s, u)
        column += stride
      }
      const v = h + at, t = dx + at
      v128.store(t, derive(a0, v128.load(v), kind)); v128.store(t, derive(a1, v128.load(v, 16), kind), 16)
      v128.store(t, derive(b0, v128.load(v, 32), kind), 32); v128.store(t, derive(b1, v128.load(v, 48), kind), 48)
      v128.store(t, derive(c0, v128.load(v, 64), kind), 64); v128.store(t, derive(c1, v128.load(v, 80), kind), 80)
      v128.store(t, derive(d0, v128.load(v, 96), kind), 96); v128.store(t, derive(d1, v128.load(v, 112), kind), 112)
      at += 128
    }
    for (; i < inputs; i++) {
      let column = w + (<usize>i << 2)
      let a0 = f32x4.splat(0), a1 = a0
      for (let k = start; k < end; k += 32) {
        const s = v128.load32_splat(column)
        a0 = madd(a0, s, v128.load(k)); a1 = madd(a1, s, v128.load(k, 16))
        column += stride
      }
      v128.store(dx + at, derive(a0, v128.load(h + at), kind))
      v128.store(dx + at, derive(a1, v128.load(h + at, 16), kind), 16)
      at += 32
    }
  }
}

const CHUNK: i32 = 128
const BLOCK: i32 = 16
const ENTRY: i32 = 8

/** Bytes that `denseBackWeight` needs at `scratch`. */
export function backWeightScratch(): i32 {
  return BLOCK * (CHUNK + 1) * ENTRY + BLOCK * 4
}

/**
 * g = d·xᵀ: the gradient of the weights, from deltas in panels and inputs in strips. Rows whose delta is exactly 0 (an
 * inactive ReLU, a closed gate) are skipped: adding 0·x changes no finite sum.
 */
export function denseBackWeight(
  d: usize, outputs: i32, rows: i32, x: usize, capacity: i32, ld: i32, g: usize, scratch: usize
): void {
  const counts = scratch + <usize>(BLOCK * (CHUNK + 1) * ENTRY)
  const stripBytes = <usize>capacity << 7
  const gStride = <usize>ld << 2
  for (let first = 0; first < rows || first == 0; first += CHUNK) {
    const last = min(first + CHUNK, rows)
    for (let block = 0; block < outputs; block += BLOCK) {
      const size = min(BLOCK, outputs - block)
      for (let j = 0; j < size; j++) {
        const list = scratch + <usize>(j * (CHUNK + 1) * ENTRY)
        let entry = list
        for (let r = first; r < last; r++) {
          const value = load<f32>(d + (<usize>((r >> 3) * outputs + block + j) << 5) + (<usize>(r & 7) << 2))
          store<u32>(entry, <u32>r << 6)
          store<f32>(entry, value, 4)
          entry += <usize>ENTRY * <usize>(value != 0)
        }
        store<u32>(counts + (<usize>j << 2), <u32>(entry - list))
      }
      for (let column = 0; column < ld; column += 32) {
        const strip = x + <usize>(column >> 5) * stripBytes
        if (ld - column >= 32) {
          for (let j = 0; j < size; j++) {
            let entry = scratch + <usize>(j * (CHUNK + 1) * ENTRY)
            const end = entry + <usize>load<u32>(counts + (<usize>j << 2))
            const target = g + <usize>(block + j) * gStride + (<usize>column << 2)
            let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
            if (first > 0) {
              a0 = v128.load(target); a1 = v128.load(target, 16); a2 = v128.load(target, 32); a3 = v128.load(target, 48)
              a4 = v128.load(target, 64); a5 = v128.load(target, 80); a6 = v128.load(target, 96); a7 = v128.load(target, 112)
            }
            while (entry < end) {
              const row = strip + (<usize>load<u32>(entry) << 1)
              const s = v128.load32_splat(entry, 4)
              a0 = madd(a0, s, v128.load(row)); a1 = madd(a1, s, v128.load(row, 16))
              a2 = madd(a2, s, v128.load(row, 32)); a3 = madd(a3, s, v128.load(row, 48))
              a4 = madd(a4, s, v128.load(row, 64)); a5 = madd(a5, s, v128.load(row, 80))
              a6 = madd(a6, s, v128.load(row, 96)); a7 = madd(a7, s, v128.load(row, 112))
              entry += ENTRY
            }
            v128.store(target, a0); v128.store(target, a1, 16); v128.store(target, a2, 32); v128.store(target, a3, 48)
            v128.store(target, a4, 64); v128.store(target, a5, 80); v128.store(target, a6, 96); v128.store(target, a7, 112)
          }
        } else {
          for (let j = 0; j < size; j++) {
            let entry = scratch + <usize>(j * (CHUNK + 1) * ENTRY)
            const end = entry + <usize>load<u32>(counts + (<usize>j << 2))
            const target = g + <usize>(block + j) * gStride + (<usize>column << 2)
            let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
            if (first > 0) {
              a0 = v128.load(target); a1 = v128.load(target, 16); a2 = v128.load(target, 32); a3 = v128.load(target, 48)
            }
            while (entry < end) {
              const row = strip + <usize>load<u32>(entry)
              const s = v128.load32_splat(entry, 4)
              a0 = madd(a0, s, v128.load(row)); a1 = madd(a1, s, v128.load(row, 16))
              a2 = madd(a2, s, v128.load(row, 32)); a3 = madd(a3, s, v128.load(row, 48))
              entry += ENTRY
            }
            v128.store(target, a0); v128.store(target, a1, 16); v128.store(target, a2, 32); v128.store(target, a3, 48)
          }
        }
      }
    }
  }
}

/** g[o] = Σ over rows of d: eight sums a unit (rows modulo 8), then ((0+4)+(2+6))+((1+5)+(3+7)). */
export function denseBackBias(d: usize, outputs: i32, panels: i32, g: usize): void {
  for (let o = 0; o < outputs; o++) {
    let l = f32x4.splat(0), h = l
    let at = d + (<usize>o << 5)
    for (let p = 0; p < panels; p++) {
      l = f32x4.add(l, v128.load(at))
      h = f32x4.add(h, v128.load(at, 16))
      at += <usize>outputs << 5
    }
    l = f32x4.add(l, h)
    store<f32>(
      g + (<usize>o << 2),
      f32x4.extract_lane(l, 0) + f32x4.extract_lane(l, 2) + (f32x4.extract_lane(l, 1) + f32x4.extract_lane(l, 3))
    )
  }
}
