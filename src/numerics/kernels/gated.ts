// What flows from a linear unit back through a layer of ReLU units: of every row the sum of those units' weights that are on.
import { derive } from "./dense"
import { rowsToPanel } from "./layout"

/** Units whose strip is read again for every row of a block: it stays in the processor's first cache. */
const CHUNK: i32 = 128
/** Rows of a block. */
const BLOCK: i32 = 16

/** Bytes that `gatedBackInput` needs at `scratch`. */
export function gatedScratch(): i32 {
  return 4 * BLOCK * (CHUNK + 2)
}

/**
 * t[r] = Σ over units u with h[r][u] > 0, in order, of x[u]: strips as in dense.ts, `capacity` units each. A unit that is off is skipped,
 * since adding 0·x changes no finite sum. `t` is row-major with rows of `ld`; `lists` holds BLOCK lists and their ends.
 */
function gatedSums(h: usize, units: i32, panels: i32, x: usize, capacity: i32, ld: i32, t: usize, lists: usize): void {
  const ends = lists + <usize>(4 * BLOCK * (CHUNK + 1))
  const stripBytes = <usize>capacity << 7
  const tStride = <usize>ld << 2
  for (let first = 0; first < units; first += CHUNK) {
    const last = min(first + CHUNK, units)
    for (let block = 0; block < panels << 3; block += BLOCK) {
      const size = min(BLOCK, (panels << 3) - block)
      for (let j = 0; j < size; j++) {
        const list = lists + <usize>(4 * j * (CHUNK + 1))
        const r = block + j
        let from = h + (<usize>((r >> 3) * units + first) << 5) + (<usize>(r & 7) << 2)
        let entry = list
        for (let u = first; u < last; u++, from += 32) {
          store<u32>(entry, <u32>u << 6)
          entry += <usize>4 * <usize>(load<f32>(from) > 0)
        }
        store<u32>(ends + (<usize>j << 2), <u32>entry)
      }
      for (let column = 0; column < ld; column += 32) {
        const strip = x + <usize>(column >> 5) * stripBytes
        const isWhole = ld - column >= 32
        for (let j = 0; j < size; j++) {
          let entry = lists + <usize>(4 * j * (CHUNK + 1))
          const end = <usize>load<u32>(ends + (<usize>j << 2))
          const target = t + <usize>(block + j) * tStride + (<usize>column << 2)
          if (isWhole) wholeStrip(strip, entry, end, target, first > 0)
          else halfStrip(strip, entry, end, target, first > 0)
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function wholeStrip(strip: usize, entry: usize, end: usize, t: usize, goesOn: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
  if (goesOn) {
    a0 = v128.load(t); a1 = v128.load(t, 16); a2 = v128.load(t, 32); a3 = v128.load(t, 48)
    a4 = v128.load(t, 64); a5 = v128.load(t, 80); a6 = v128.load(t, 96); a7 = v128.load(t, 112)
  }
  for (; entry < end; entry += 4) {
    const row = strip + (<usize>load<u32>(entry) << 1)
    a0 = f32x4.add(a0, v128.load(row)); a1 = f32x4.add(a1, v128.load(row, 16))
    a2 = f32x4.add(a2, v128.load(row, 32)); a3 = f32x4.add(a3, v128.load(row, 48))
    a4 = f32x4.add(a4, v128.load(row, 64)); a5 = f32x4.add(a5, v128.load(row, 80))
    a6 = f32x4.add(a6, v128.load(row, 96)); a7 = f32x4.add(a7, v128.load(row, 112))
  }
  v128.store(t, a0); v128.store(t, a1, 16); v128.store(t, a2, 32); v128.store(t, a3, 48)
  v128.store(t, a4, 64); v128.store(t, a5, 80); v128.store(t, a6, 96); v128.store(t, a7, 112)
}

// @ts-ignore: decorator
@inline
function halfStrip(strip: usize, entry: usize, end: usize, t: usize, goesOn: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
  if (goesOn) {
    a0 = v128.load(t); a1 = v128.load(t, 16); a2 = v128.load(t, 32); a3 = v128.load(t, 48)
  }
  for (; entry < end; entry += 4) {
    const row = strip + <usize>load<u32>(entry)
    a0 = f32x4.add(a0, v128.load(row)); a1 = f32x4.add(a1, v128.load(row, 16))
    a2 = f32x4.add(a2, v128.load(row, 32)); a3 = f32x4.add(a3, v128.load(row, 48))
  }
  v128.store(t, a0); v128.store(t, a1, 16); v128.store(t, a2, 32); v128.store(t, a3, 48)
}

/**
 * dx = (xᵀ·[h > 0]) ∘ activation'(below) on panels, where x, [units][inputs] in strips of `capacity` units, are a layer's weights times
 * those of the linear unit above it, and h the layer's values. The sums are those of `denseBackInput`, in its order; `rows` holds them
 * row-major, [8·panels][ld], on the way.
 */
export function gatedBackInput(
  x: usize, capacity: i32, ld: i32, h: usize, inputs: i32, units: i32, panels: i32, below: usize, dx: usize, kind: i32,
  rows: usize, scratch: usize
): void {
  const stride = <usize>ld << 2
  gatedSums(h, units, panels, x, capacity, ld, rows, scratch)
  for (let p = 0; p < panels; p++) {
    const start = <usize>(p * inputs) << 5
    rowsToPanel(rows + <usize>(p << 3) * stride, stride, inputs, dx + start)
    if (kind == 0) continue
    for (let at = start, end = start + (<usize>inputs << 5); at < end; at += 16)
      v128.store(dx + at, derive(v128.load(dx + at), v128.load(below + at), kind))
  }
}
