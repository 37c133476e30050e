/** Langevin dynamics written down plainly in float64: what the engine's chains are held against. */
import { Rng } from "../../src/numerics/Rng.ts"

/** x − ε²/2·∇U + ε·Z for U = −f + ‖x‖²/2σ². */
export const langevinStep = (
  x: ReadonlyArray<number>,
  gradient: ReadonlyArray<number>,
  z: ReadonlyArray<number>,
  epsilon: number,
  sigma: number
): ReadonlyArray<number> =>
  x.map((value, k) => {
    const slope = -(gradient[k] ?? 0) + value / sigma ** 2
    return value - 0.5 * epsilon ** 2 * slope + epsilon * (z[k] ?? 0)
  })

const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k))

/** A chain's normals: xoshiro128++ from the first four words of its stream, two words a pair by Box & Muller. */
export class ChainNormals {
  readonly #s: Int32Array
  readonly #length: number

  /** `length` numbers a draw; an odd one leaves the last of its pairs unused. */
  constructor(seed: number, purpose: string, chain: number, length: number) {
    const stream = Rng.stream(seed, `${purpose}/${chain}`)
    this.#s = Int32Array.from([0, 0, 0, 0], () => stream.bits32() | 0)
    this.#length = length
  }

  #bits(): number {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = this.#s
    const result = (rotl((s0 + s3) | 0, 7) + s0) | 0
    const t2 = s2 ^ s0
    const t3 = s3 ^ s1
    this.#s.set([s0 ^ t3, s1 ^ t2, t2 ^ (s1 << 9), rotl(t3, 11)])
    return result
  }

  draw(): ReadonlyArray<number> {
    const out: Array<number> = []
    while (out.length < this.#length) {
      const radius = Math.sqrt(-2 * Math.log((Math.abs(this.#bits()) + 0.5) / 2 ** 31))
      const turn = this.#bits()
      const angle = (((turn << 2) / 2 ** 32) * Math.PI) / 2
      const sine = radius * Math.sin(angle)
      const cosine = radius * Math.cos(angle) * (turn < 0 ? -1 : 1)
      out.push(...((turn >>> 30) & 1 ? [sine, cosine] : [cosine, sine]))
    }
    return out.slice(0, this.#length)
  }
}
