// Moves between row-major data, panels and strips (see dense.ts).

// @ts-ignore: decorator
@inline
export function transpose4(from: usize, stride: usize, to: usize, toStride: usize): void {
  transposeRows(v128.load(from), v128.load(from + stride), v128.load(from + 2 * stride), v128.load(from + 3 * stride), to, toStride)
}

// @ts-ignore: decorator
@inline
function transposeRows(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize): void {
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5))
  v128.store(to + stride, v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  v128.store(to + 2 * stride, v128.shuffle<f32>(c, d, 0, 1, 4, 5))
  v128.store(to + 3 * stride, v128.shuffle<f32>(c, d, 2, 3, 6, 7))
}

/** The first `units` columns of eight rows, `stride` bytes apart (a multiple of 16 that holds them), as a panel. */
export function rowsToPanel(rows: usize, stride: usize, units: i32, to: usize): void {
  let k = 0
  for (; k + 4 <= units; k += 4, to += 128) {
    const at = rows + (<usize>k << 2)
    transpose4(at, stride, to, 32)
    transpose4(at + 4 * stride, stride, to + 16, 32)
  }
  for (; k < units; k++, to += 32)
    for (let j: usize = 0; j < 8; j++) store<f32>(to + (j << 2), load<f32>(rows + j * stride + (<usize>k << 2)))
}

/**
 * Copies rows of a row-major matrix (whose rows are padded with zeros to a multiple of 16) into panels and strips, from row
 * `offset` (a multiple of 8) on. `pointers` holds the address of each of the 8·panels rows.
 */
export function gather(
  pointers: usize, panels: i32, offset: i32, units: i32, ld: i32, capacity: i32, toPanels: usize, toStrips: usize
): void {
  for (let p = 0; p < panels; p++) {
    const list = pointers + (<usize>p << 5)
    const target = toPanels + (<usize>((offset >> 3) + p) * <usize>units << 5)
    for (let half = 0; half < 2; half++) {
      const r0 = <usize>load<u32>(list + (<usize>half << 4))
      const r1 = <usize>load<u32>(list + (<usize>half << 4), 4)
      const r2 = <usize>load<u32>(list + (<usize>half << 4), 8)
      const r3 = <usize>load<u32>(list + (<usize>half << 4), 12)
      let u = 0
      let to = target + (<usize>half << 4)
      for (; u + 4 <= units; u += 4) {
        const at = <usize>u << 2
        transposeRows(v128.load(r0 + at), v128.load(r1 + at), v128.load(r2 + at), v128.load(r3 + at), to, 32)
        to += 128
      }
      for (; u < units; u++) {
        const at = <usize>u << 2
        store<f32>(to, load<f32>(r0 + at)); store<f32>(to, load<f32>(r1 + at), 4)
        store<f32>(to, load<f32>(r2 + at), 8); store<f32>(to, load<f32>(r3 + at), 12)
        to += 32
      }
    }
    if (toStrips) {
      for (let j = 0; j < 8; j++) {
        const row = <usize>load<u32>(list + (<usize>j << 2))
        const r = <usize>(offset + (p << 3) + j)
        for (let column = 0; column < ld; column += 32) {
          const width = min(32, ld - column)
          const strip = toStrips + (<usize>(column >> 5) * <usize>capacity << 7) + r * (<usize>width << 2)
          memory.copy(strip, row + (<usize>column << 2), <usize>width << 2)
        }
      }
    }
  }
}

/** Strips of a matrix held in panels; units from `units` to `ld` are written as zeros. */
export function panelsToStrips(from: usize, panels: i32, units: i32, ld: i32, capacity: i32, to: usize): void {
  for (let p = 0; p < panels; p++) {
    const source = from + (<usize>(p * units) << 5)
    for (let u = 0; u < ld; u += 4) {
      const column = u & ~31
      const width = <usize>min(32, ld - column) << 2
      const target = to + (<usize>(column >> 5) * <usize>capacity << 7) + <usize>(p << 3) * width + (<usize>(u & 31) << 2)
      if (u + 4 <= units) {
        transpose4(source + (<usize>u << 5), 32, target, width)
        transpose4(source + (<usize>u << 5) + 16, 32, target + 4 * width, width)
      } else {
        for (let r = 0; r < 8; r++)
          for (let k = 0; k < 4; k++) {
            const value: f32 = u + k < units ? load<f32>(source + (<usize>(u + k) << 5) + (<usize>r << 2)) : 0
            store<f32>(target + <usize>r * width + (<usize>k << 2), value)
          }
      }
    }
  }
}

/** Units [first, first + width) of `rows` rows from row `offset` (a multiple of 8) on, as a row-major matrix. */
export function panelsToRows(from: usize, units: i32, first: i32, width: i32, offset: i32, rows: i32, to: usize): void {
  for (let r = 0; r < rows; r++) {
    let source = from + (<usize>(((offset + r) >> 3) * units + first) << 5) + (<usize>(r & 7) << 2)
    for (let c = 0; c < width; c++) {
      store<f32>(to, load<f32>(source))
      to += 4
      source += 32
    }
  }
}
