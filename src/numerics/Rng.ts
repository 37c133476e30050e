/** Deterministic randomness from named, seeded streams. */
import { createHash } from "node:crypto"
import { ln } from "./Elementary.ts"

/**
 * A generator of pseudo-random numbers: xoshiro128++ 1.0 (Blackman & Vigna), seeded with the first 16 bytes of
 * sha256(`<seed>|<purpose>`).
 *
 * Two streams of different purposes are independent, so that what one part of a stage draws never moves another's
 * numbers. Every method uses integer operations and exactly rounded float64 arithmetic only: the same bits on every
 * machine and engine.
 */
export class Rng {
  readonly #state: Int32Array

  private constructor(state: Int32Array) {
    this.#state = state
  }

  /** The stream of a declared seed (an integer) for one purpose, e.g. `Rng.stream(1, "split")`. */
  static stream(seed: number, purpose: string): Rng {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Rng.stream: seed must be an integer, found ${seed} (purpose "${purpose}")`)
    }
    const digest = createHash("sha256").update(`${seed}|${purpose}`, "utf8").digest()
    const state = Int32Array.from([0, 4, 8, 12], (offset) => digest.readInt32LE(offset))
    // All zeros is the one fixed point of the generator.
    if (state.every((word) => word === 0)) state[0] = 1
    return new Rng(state)
  }

  /** 32 uniform bits, as an integer in [0, 2^32). */
  bits32(): number {
    const state = this.#state
    const s0 = state[0] ?? 0
    const s1 = state[1] ?? 0
    const s2 = (state[2] ?? 0) ^ s0
    const s3 = (state[3] ?? 0) ^ s1
    const sum = (s0 + (state[3] ?? 0)) | 0
    state[0] = s0 ^ s3
    state[1] = s1 ^ s2
    state[2] = s2 ^ (s1 << 9)
    state[3] = (s3 << 11) | (s3 >>> 21)
    return (((sum << 7) | (sum >>> 25)) + s0) >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.bits32() >>> 5
    const low = this.bits32() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  /** Uniform in [0, 1), a multiple of 2^-24: exact as a float32, and never rounded up to 1. */
  uniformF32(): number {
    return (this.bits32() >>> 8) / 16777216
  }

  /** Standard normal, by the inverse distribution function (one draw of 52 bits for one number). */
  normal(): number {
    const high = this.bits32() >>> 6
    const low = this.bits32() >>> 6
    return normalQuantile((high * 67108864 + low + 0.5) / 4503599627370496)
  }

  /** Uniform integer in [0, n), for an integer 1 ≤ n ≤ 2^53; unbiased (rejection). */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 9007199254740992) {
      throw new RangeError(`Rng.below: n must be an integer in 1..2^53, found ${n}`)
    }
    if (n <= 4294967296) {
      const rejected = 4294967296 % n
      for (;;) {
        const draw = this.bits32()
        if (draw >= rejected) return draw % n
      }
    }
    const rejected = 9007199254740992 % n
    for (;;) {
      const draw = (this.bits32() >>> 5) * 67108864 + (this.bits32() >>> 6)
      if (draw >= rejected) return draw % n
    }
  }

  /** Shuffles in place (Fisher–Yates, from the last element down) and returns its argument. */
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = items[i]
      items[i] = items[j]
      items[j] = kept
    }
    return items
  }

  /** A uniformly drawn permutation of 0..n−1. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n)
    for (let i = 0; i < n; i++) order[i] = i
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = kept
    }
    return order
  }
}

/**
 * Quantile of the standard normal distribution for p in (0, 1): Wichura (1988), algorithm AS 241 (PPND16), relative
 * accuracy about 1e-16.
 */
export const normalQuantile = (p: number): number => {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * horner(CENTRE_NUMERATOR, r)) / horner(CENTRE_DENOMINATOR, r)
  }
  const tail = Math.sqrt(-ln(q < 0 ? p : 1 - p))
  const value =
    tail <= 5
      ? horner(MIDDLE_NUMERATOR, tail - 1.6) / horner(MIDDLE_DENOMINATOR, tail - 1.6)
      : horner(FAR_NUMERATOR, tail - 5) / horner(FAR_DENOMINATOR, tail - 5)
  return q < 0 ? -value : value
}

const horner = (coefficients: ReadonlyArray<number>, x: number): number => {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}

const CENTRE_NUMERATOR = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665
]
const CENTRE_DENOMINATOR = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1
]
const MIDDLE_NUMERATOR = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835
]
const MIDDLE_DENOMINATOR = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1
]
const FAR_NUMERATOR = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103
]
const FAR_DENOMINATOR = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1
]
