/** Compile-time cases of typed tensors: every `@ts-expect-error` line must fail to compile, everything else must compile. */
import { Artifact, F32, type Float32Tensor, f32, f64, I32, type Int32Tensor, i32, Stage } from "ablate"
import { Effect, Schema } from "effect"

const Rows = Artifact.tensors(
  { x: F32("rows", "dims"), y: I32("rows"), weights: Artifact.optional(F32("rows")) },
  Schema.Struct({ source: Schema.String })
)
const x = f32([2, 3], new Float32Array(6))
const y = i32([2], new Int32Array(2))
const meta = { source: "here" }

const rows = Stage.make("rows", { output: Rows, run: () => Effect.succeed({ tensors: { x, y }, meta }) })

// What is read has its names, dtypes and ranks, and nothing that may be undefined.
Stage.make("reads", {
  inputs: { rows: Rows },
  output: Artifact.json(Schema.Finite),
  run: ({ rows: { tensors } }) => {
    const matrix: Float32Tensor<readonly [number, number]> = tensors.x
    const codes: Int32Tensor<readonly [number]> = tensors.y
    const [count, dims] = matrix.shape
    // @ts-expect-error an optional tensor may be absent
    const weights: Float32Tensor = tensors.weights
    // @ts-expect-error there is no such tensor
    const other = tensors.z
    return Effect.succeed(count * dims + codes.shape[0] + weights.data.length + other)
  }
})

Stage.make("another-dtype", {
  output: Rows,
  // @ts-expect-error y is declared I32
  run: () => Effect.succeed({ tensors: { x, y: f32([2], new Float32Array(2)) }, meta })
})
Stage.make("another-rank", {
  output: Rows,
  // @ts-expect-error x is declared with two sides
  run: () => Effect.succeed({ tensors: { x: f32([6], new Float32Array(6)), y }, meta })
})
Stage.make("missing-name", {
  output: Rows,
  // @ts-expect-error y is missing
  run: () => Effect.succeed({ tensors: { x }, meta })
})
Stage.make("another-size", {
  output: Artifact.tensors({ x: F32("rows", 4) }),
  // @ts-expect-error the second side is 3, declared as 4
  run: () => Effect.succeed({ tensors: { x } })
})
Stage.make("missing-meta", {
  output: Rows,
  // @ts-expect-error the metadata is missing
  run: () => Effect.succeed({ tensors: { x, y } })
})

/** A stage that reads one artifact type. */
const reads = <A>(artifact: Artifact.Artifact<A>) =>
  Stage.make("consumer", { inputs: { rows: artifact }, output: Artifact.bytes, run: () => Effect.die("never run") })
const node = rows.node({})

// What the sides are called is each declaration's own matter; their number is not.
reads(Artifact.tensors({ x: F32("n", "d"), y: I32("n"), weights: Artifact.optional(F32("n")) })).node({ rows: node })
// Open sides take any rank.
reads(Artifact.tensors({ x: F32("n", "..."), y: I32("..."), weights: Artifact.optional(F32("...")) })).node({
  rows: node
})
// Metadata alone can be read of any tensors.
reads(Artifact.metadata(Schema.Struct({ source: Schema.String }))).node({ rows: node })
// @ts-expect-error there is no such metadata
reads(Artifact.metadata(Schema.Struct({ rows: Schema.Int }))).node({ rows: node })
// @ts-expect-error a tensor that the consumer does not know of: its file would be refused
reads(Artifact.tensors({ x: F32("n", "d"), y: I32("n") })).node({ rows: node })
// @ts-expect-error another name
reads(Artifact.tensors({ features: F32("n", "d"), y: I32("n") })).node({ rows: node })
// @ts-expect-error another dtype
reads(Artifact.tensors({ x: F32("n", "d"), y: F32("n"), weights: Artifact.optional(F32("n")) })).node({ rows: node })
// @ts-expect-error another rank
reads(Artifact.tensors({ x: F32("n"), y: I32("n"), weights: Artifact.optional(F32("n")) })).node({ rows: node })
// @ts-expect-error a size that the producer does not promise
reads(Artifact.tensors({ x: F32("n", 3), y: I32("n"), weights: Artifact.optional(F32("n")) })).node({ rows: node })
// @ts-expect-error one that the producer may leave out
reads(Artifact.tensors({ x: F32("n", "d"), y: I32("n"), weights: F32("n") })).node({ rows: node })

const fixed = Stage.make("fixed", {
  output: Artifact.tensors({ x: F32(2, 3) }),
  run: () => Effect.succeed({ tensors: { x } })
}).node({})
reads(Artifact.tensors({ x: F32("n", 3) })).node({ rows: fixed })
reads(Artifact.tensors({ x: F32("n", "d"), y: Artifact.optional(I32("n")) })).node({ rows: fixed })
// @ts-expect-error another size
reads(Artifact.tensors({ x: F32("n", 4) })).node({ rows: fixed })

// A record holds any names, of one type.
const Parameters = Artifact.tensors({ parameters: Artifact.record(F32("...")) })
Stage.make("record", { output: Parameters, run: () => Effect.succeed({ tensors: { parameters: { a: x, b: x } } }) })
Stage.make("record-of-others", {
  output: Parameters,
  // @ts-expect-error one of them is F64
  run: () => Effect.succeed({ tensors: { parameters: { a: x, b: f64([1], new Float64Array(1)) } } })
})

// By a schema alone the names are open, and each may be absent.
const Open = Artifact.tensors(Schema.Struct({ source: Schema.String }))
Stage.make("open", {
  inputs: { open: Open },
  output: Open,
  run: ({ open }) => {
    // @ts-expect-error no name is declared
    const unchecked: Float32Tensor = open.tensors.x
    return Effect.succeed({ tensors: { x: unchecked }, meta: { source: open.meta.source } })
  }
})
const wants = Stage.make("wants", { inputs: { rows: Rows }, output: Open, run: () => Effect.never })
const gives = Stage.make("gives", { output: Open, run: () => Effect.never })
// @ts-expect-error tensors of any names are not those of declared ones
wants.node({ rows: gives.node({}) })
