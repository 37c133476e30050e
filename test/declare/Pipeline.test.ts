import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { refusal } from "./refusal.ts"

const one = Stage.make("one", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Finite),
  run: () => Effect.succeed(1)
})

describe("Pipeline.make", () => {
  it("gives its parameters to the function that wires the nodes", () => {
    const pipeline = Pipeline.make("p", Schema.Struct({ seed: Schema.Int }), ({ seed }) => ({
      a: one.node({}, { seed }),
      b: one.node({}, { seed: seed + 1 })
    }))
    const { a, b } = pipeline.build({ seed: 4 })
    assert.deepStrictEqual([a.config, b.config], [{ seed: 4 }, { seed: 5 }])
    assert.strictEqual(pipeline.name, "p")
  })

  it("refuses an empty name", () => {
    assert.strictEqual(
      refusal(() => Pipeline.make("", Schema.Struct({}), () => ({}))).message,
      "pipeline: the name is empty"
    )
  })
})
