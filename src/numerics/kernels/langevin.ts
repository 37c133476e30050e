// The Langevin step of chains held in panels (see dense.ts): x ← keep·x + slope·g + noise·Z.
import { denseForward } from "./dense"
import { rowsToPanel } from "./layout"

/** `z` holds the normals, with `zUnits` (≥ units) rows a panel; g the gradient of the log-density's free part, as x. */
export function langevin(
  x: usize, g: usize, z: usize, units: i32, zUnits: i32, panels: i32, keep: f32, slope: f32, noise: f32
): void {
  const k = f32x4.splat(keep), s = f32x4.splat(slope), e = f32x4.splat(noise)
  for (let p = 0; p < panels; p++) {
    for (let end = x + (<usize>units << 5); x < end; x += 16, g += 16, z += 16) {
      const drift = f32x4.add(f32x4.mul(k, v128.load(x)), f32x4.mul(s, v128.load(g)))
      v128.store(x, f32x4.add(drift, f32x4.mul(e, v128.load(z))))
    }
    z += <usize>(zUnits - units) << 5
  }
}

// f(y) = Σ w_u ReLU(L_u·y + b_u) with L lower trapezoidal: row u has no entry beyond column u. Layouts as in dense.ts, but that
// rows of L and of the chains' gradients are padded to a multiple of 32.

const OUTPUTS: i32 = 16

/** s = L·y + b on panels of `units` inputs, `rank` of which L reads; what lies right of the diagonal is left out. */
export function frameForward(
  l: usize, ld: i32, bias: usize, y: usize, inputs: i32, outputs: i32, rank: i32, panels: i32, s: usize
): void {
  for (let u = 0; u < outputs; u += OUTPUTS) {
    const size = min(OUTPUTS, outputs - u), reach = min(u + OUTPUTS, rank)
    const rows = l + (<usize>(u * ld) << 2), biases = bias + (<usize>u << 2)
    for (let p = 0; p < panels; p++) {
      denseForward(
        rows, ld, biases, y + (<usize>(p * inputs) << 5), reach, size, 1, s + (<usize>(p * outputs + u) << 5), 0
      )
    }
  }
}

/** Bytes that `frameGradient` needs at `scratch`. */
export function frameScratch(outputs: i32): i32 {
  return 64 + 64 * outputs
}

/**
 * ∇f = Lᵀ·(w ∘ [s > 0]), kept from step to step: only the units that switched since the last call add or take away their row.
 * `active` holds a byte a panel and unit, bit j for the panel's chain j; `g` every chain's gradient, a row of `ld` each. Both start
 * as zeros. The first `rank` units of `dx`, panels of `inputs` units, become the gradients.
 */
export function frameGradient(
  l: usize, ld: i32, w: usize, s: usize, outputs: i32, active: usize, g: usize, scratch: usize,
  rank: i32, panels: i32, dx: usize, inputs: i32
): void {
  const stride = <usize>ld << 2
  const zero = f32x4.splat(0)
  const lists = scratch + 64
  const listBytes = <usize>outputs << 3
  for (let p = 0; p < panels; p++) {
    for (let j: usize = 0; j < 8; j++) store<u32>(scratch + (j << 2), <u32>(lists + j * listBytes))
    let row = l
    for (let u = 0; u < outputs; u++, row += stride, s += 32, active++) {
      const now = i32x4.bitmask(f32x4.gt(v128.load(s), zero)) | (i32x4.bitmask(f32x4.gt(v128.load(s, 16), zero)) << 4)
      let changed = now ^ <i32>load<u8>(active)
      if (changed == 0) continue
      store<u8>(active, now)
      const weight = load<f32>(w + (<usize>u << 2))
      while (changed != 0) {
        const j = ctz(changed)
        changed &= changed - 1
        const place = scratch + (<usize>j << 2)
        const entry = <usize>load<u32>(place)
        store<u32>(entry, <u32>row)
        store<f32>(entry, (now >> j) & 1 ? weight : -weight, 4)
        store<u32>(place, <u32>(entry + 8))
      }
    }
    for (let j: usize = 0; j < 8; j++) {
      let first = lists + j * listBytes
      const end = <usize>load<u32>(scratch + (j << 2))
      const target = g + (<usize>(p << 3) + j) * stride
      for (let column = 0; column < ld; column += 32) {
        const reaching = l + <usize>column * stride
        while (first < end && <usize>load<u32>(first) < reaching) first += 8
        if (first == end) break
        const at = <usize>column << 2
        const t = target + at
        let a0 = v128.load(t), a1 = v128.load(t, 16), a2 = v128.load(t, 32), a3 = v128.load(t, 48)
        let a4 = v128.load(t, 64), a5 = v128.load(t, 80), a6 = v128.load(t, 96), a7 = v128.load(t, 112)
        for (let entry = first; entry < end; entry += 8) {
          const from = <usize>load<u32>(entry) + at
          const x = v128.load32_splat(entry, 4)
          a0 = f32x4.add(a0, f32x4.mul(x, v128.load(from))); a1 = f32x4.add(a1, f32x4.mul(x, v128.load(from, 16)))
          a2 = f32x4.add(a2, f32x4.mul(x, v128.load(from, 32))); a3 = f32x4.add(a3, f32x4.mul(x, v128.load(from, 48)))
          a4 = f32x4.add(a4, f32x4.mul(x, v128.load(from, 64))); a5 = f32x4.add(a5, f32x4.mul(x, v128.load(from, 80)))
          a6 = f32x4.add(a6, f32x4.mul(x, v128.load(from, 96))); a7 = f32x4.add(a7, f32x4.mul(x, v128.load(from, 112)))
        }
        v128.store(t, a0); v128.store(t, a1, 16); v128.store(t, a2, 32); v128.store(t, a3, 48)
        v128.store(t, a4, 64); v128.store(t, a5, 80); v128.store(t, a6, 96); v128.store(t, a7, 112)
      }
    }
    rowsToPanel(g + <usize>(p << 3) * stride, stride, rank, dx + (<usize>(p * inputs) << 5))
  }
}
