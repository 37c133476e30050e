/** A fixed training that uses every kernel, and the hash of what it gives. */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { type Fitted, Objective, Train, type Training } from "../../src/numerics/index.ts"
import { bits, classes, normal } from "./cases.ts"

export const fixedProblem = {
  network: {
    inputs: 101,
    trunk: [
      { units: 37, activation: "relu" },
      { units: 19, activation: "tanh", bias: false }
    ],
    heads: [
      { name: "y", units: 5, activation: "softmax" },
      { name: "z", units: 3, activation: "sigmoid" }
    ]
  },
  objectives: [
    Objective.categoricalCrossEntropy({ name: "ce", head: "y" }),
    Objective.binaryCrossEntropy({ name: "bce", head: "z", trunkFactor: -0.2 }),
    Objective.l2({ name: "l2", strength: 1e-3 })
  ],
  optimisers: [
    { method: { _tag: "Adam", learningRate: 3e-3 }, clip: { norm: 1 }, objectives: ["ce", "l2"] },
    { method: { _tag: "Momentum", learningRate: 1e-2 }, objectives: ["bce"], parameters: ["heads.z", "trunk.1"] }
  ],
  data: {
    x: normal([211, 101], "x"),
    targets: { y: classes(211, 5, "y"), z: bits([211, 3], "z") },
    gates: { z: bits([211], "gate") }
  },
  batch: 32,
  epochs: 50,
  schedule: { _tag: "Linear", end: 0.1 },
  seed: 20
} satisfies Training

/** sha256 over the parameters in name order, then the loss curve. */
export const hashOf = ({ curves, parameters }: Fitted): string => {
  const hash = createHash("sha256")
  for (const name of Object.keys(parameters).toSorted()) {
    const data = parameters[name]?.data
    if (data !== undefined) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.update(new Uint8Array(Float64Array.from(curves.loss).buffer)).digest("hex")
}

export const fixedHash: Effect.Effect<string, never> = Train.fit(fixedProblem).pipe(Effect.map(hashOf), Effect.orDie)
