/** Fixed chains of both fields, and the hash of where they end. */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { f32 } from "../../src/domain/Tensor.ts"
import { Langevin, Rng } from "../../src/numerics/index.ts"

const gauss = (name: string, shape: ReadonlyArray<number>) => {
  const stream = Rng.stream(1, name)
  return f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.3 * stream.normal())
  )
}

export const fixedChains: Effect.Effect<string> = Effect.gen(function* () {
  const hash = createHash("sha256")
  for (const learns of ["heads", "all"] as const) {
    const sampler = yield* Langevin.open({
      network: {
        inputs: 37,
        trunk: [{ units: 50, activation: "relu" }],
        heads: [{ name: "f", units: 1, activation: "identity", bias: false }]
      },
      parameters: {
        "trunk.0.weight": gauss("a", [50, 37]),
        "trunk.0.bias": gauss("b", [50]),
        "heads.f.weight": gauss("w", [1, 50])
      },
      sigma: 1,
      epsilon: 0.2,
      chains: 150,
      seed: 3,
      learns
    })
    yield* sampler.run(300)
    const { data } = sampler.positions()
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest("hex")
}).pipe(Effect.orDie)
