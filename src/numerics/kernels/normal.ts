// Standard normal variates, four chains in the lanes of a vector. Every chain has a generator of its own (xoshiro128++ 1.0,
// Blackman & Vigna), so that its numbers depend neither on its lane nor on how many chains run beside it. Two words give
// two normals (Box & Muller 1958): the radius from the first, quadrant and angle from the second.
import { ln4 } from "./elementary"

// Cephes' single-precision sine and cosine on ±π/4 (S. Moshier); broadcast loads, as in elementary.ts.
const TABLE = memory.data<f32>([
  0.5,
  4.656612873077392578e-10,
  -2,
  3.657291617e-10,
  -1.9515295891e-4,
  8.3321608736e-3,
  -1.6666654611e-1,
  2.443315711809948e-5,
  -1.388731625493765e-3,
  4.166664568298827e-2,
  1
])

// @ts-ignore: decorator
@inline
function c(index: usize): v128 {
  return v128.load32_splat(TABLE + (index << 2))
}

// @ts-ignore: decorator
@inline
function rotl(x: v128, k: i32): v128 {
  return v128.or(i32x4.shl(x, k), i32x4.shr_u(x, 32 - k))
}

/** √(−2 ln u), u = (|bits| + ½)·2⁻³¹ for bits read as a signed integer: at most 6.7. */
// @ts-ignore: decorator
@inline
function radius4(bits: v128): v128 {
  const u = f32x4.mul(f32x4.add(f32x4.abs(f32x4.convert_i32x4_s(bits)), c(0)), c(1))
  // u ≤ 1, and ln4 is nowhere positive there.
  return f32x4.sqrt(f32x4.mul(c(2), ln4(u)))
}

/** Signed angle in ±π/4 from the low 30 bits. */
// @ts-ignore: decorator
@inline
function angle4(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(bits, 2)), c(3))
}

// @ts-ignore: decorator
@inline
function sine4(r: v128, z: v128): v128 {
  let p = f32x4.add(f32x4.mul(c(4), z), c(5))
  p = f32x4.add(f32x4.mul(p, z), c(6))
  return f32x4.add(f32x4.mul(f32x4.mul(p, z), r), r)
}

// @ts-ignore: decorator
@inline
function cosine4(z: v128): v128 {
  let p = f32x4.add(f32x4.mul(c(7), z), c(8))
  p = f32x4.add(f32x4.mul(p, z), c(9))
  return f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(p, z), z), f32x4.mul(c(0), z)), c(10))
}

/**
 * Writes `pairs`·2 normals a chain for the panels' chains, [panel][2·pairs][8]. `state` holds the generators of a panel's eight
 * chains in 128 bytes: words 0 to 3, each of eight lanes.
 */
export function normals(state: usize, panels: i32, pairs: i32, to: usize): void {
  for (let p = 0; p < panels; p++, state += 128) {
    for (let half: usize = 0; half < 32; half += 16) {
      const home = state + half
      let s0 = v128.load(home), s1 = v128.load(home, 32), s2 = v128.load(home, 64), s3 = v128.load(home, 96)
      let at = to + half
      for (const end = at + (<usize>pairs << 6); at < end; at += 64) {
        const first = i32x4.add(rotl(i32x4.add(s0, s3), 7), s0)
        let shifted = i32x4.shl(s1, 9)
        s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3)
        s2 = v128.xor(s2, shifted); s3 = rotl(s3, 11)
        const turn = i32x4.add(rotl(i32x4.add(s0, s3), 7), s0)
        shifted = i32x4.shl(s1, 9)
        s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3)
        s2 = v128.xor(s2, shifted); s3 = rotl(s3, 11)
        const rho = radius4(first)
        const r = angle4(turn), z = f32x4.mul(r, r)
        const s = f32x4.mul(rho, sine4(r, z))
        // Bit 31 turns the cosine's sign, bit 30 swaps the two: with the sine's own sign that is the whole circle.
        const t = v128.xor(f32x4.mul(rho, cosine4(z)), v128.and(turn, i32x4.splat(0x80000000)))
        const swap = i32x4.shr_s(i32x4.shl(turn, 1), 31)
        v128.store(at, v128.bitselect(s, t, swap))
        v128.store(at, v128.bitselect(t, s, swap), 32)
      }
      v128.store(home, s0); v128.store(home, s1, 32); v128.store(home, s2, 64); v128.store(home, s3, 96)
    }
    to += <usize>pairs << 6
  }
}
