/** Random numbers for resampling: a stream is named, and the same name gives the same numbers on every machine. */
import { createHash } from "node:crypto"

/** Whole numbers in [0, bound), bound at most 2³², by Chris Doty-Humphrey's sfc32, seeded by the name's SHA-256. */
export const randomStream = (name: string): ((bound: number) => number) => {
  const seed = createHash("sha256").update(name).digest()
  let a = seed.readUInt32LE(0)
  let b = seed.readUInt32LE(4)
  let c = seed.readUInt32LE(8)
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) >>> 0) + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = ((c << 21) | (c >>> 11)) >>> 0
    c = (c + sum) >>> 0
    return sum
  }
  for (let mixed = 0; mixed < 12; mixed++) next()
  return (bound) => Math.floor((next() / 2 ** 32) * bound)
}
