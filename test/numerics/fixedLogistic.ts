/** A fixed logistic regression, and the hash of what it gives. */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { LogisticRegression } from "../../src/numerics/index.ts"
import { classes, normal } from "./cases.ts"

export const fixedLogisticHash: Effect.Effect<string> = LogisticRegression.fit({
  x: normal([203, 17], "x"),
  y: classes(203, 5, "y"),
  classes: 5,
  C: 0.3,
  tolerance: 1e-7
}).pipe(
  Effect.map(({ curve, intercepts, weights }) => {
    const hash = createHash("sha256")
    for (const data of [weights.data, intercepts.data, Float64Array.from(curve)])
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    return hash.digest("hex")
  }),
  Effect.orDie
)
