import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Artifact, Progress, Scratch, Stage } from "ablate"
import { runStage } from "ablate/testing"
import { Context, Effect, Schema } from "effect"

class Offset extends Context.Service<Offset, number>()("test/Offset") {}

const Numbers = Artifact.json(Schema.Array(Schema.Finite))

const scaled = Stage.make("test/scaled", {
  config: Schema.Struct({ factor: Schema.NumberFromString }),
  inputs: { numbers: Numbers, more: Artifact.list(Numbers) },
  output: Numbers,
  run: Effect.fn(function* ({ more, numbers }, { factor }) {
    const { report } = yield* Progress
    for (const [at] of numbers.entries()) yield* report({ current: at + 1, total: numbers.length, unit: "number" })
    return [...numbers, ...more.flat()].map((x) => x * factor)
  })
})

describe("runStage", () => {
  it.effect("gives what a stage that takes the output reads, its bytes and every report", () =>
    Effect.gen(function* () {
      const ran = yield* runStage(scaled, { numbers: [1, 2], more: [[3], [4]] }, { factor: 2 })
      assert.deepStrictEqual(ran.output, [2, 4, 6, 8])
      assert.strictEqual(new TextDecoder().decode(ran.bytes), "[2,4,6,8]")
      assert.deepStrictEqual(
        ran.progress.map(({ current }) => current),
        [1, 2]
      )
    })
  )

  it.effect(
    "refuses an input and an output that their artifact types cannot keep, and a config that its schema refuses",
    () =>
      Effect.gen(function* () {
        const input = yield* Effect.flip(runStage(scaled, { numbers: [Number.NaN], more: [] }, { factor: 2 }))
        assert.propertyVal(input, "_tag", "ArtifactInvalid")
        const output = yield* Effect.flip(runStage(scaled, { numbers: [1e308], more: [] }, { factor: 10 }))
        assert.propertyVal(output, "_tag", "ArtifactInvalid")
        const positive = Stage.make("test/positive", {
          config: Schema.Struct({ n: Schema.Finite.check(Schema.isGreaterThan(0)) }),
          output: Numbers,
          run: (_, { n }) => Effect.succeed([n])
        })
        assert.propertyVal(yield* Effect.flip(runStage(positive, {}, { n: -1 })), "_tag", "SchemaError")
      })
  )

  it.effect("leaves the stage's services to be provided", () =>
    Effect.gen(function* () {
      const shifted = Stage.make("test/shifted", {
        output: Numbers,
        run: () => Effect.map(Offset, (offset) => [offset])
      })
      const ran = yield* runStage(shifted, {}).pipe(Effect.provideService(Offset, 7))
      assert.deepStrictEqual(ran.output, [7])
    })
  )

  it.live("executes an external program with its declared files, its config and its inputs", () =>
    Effect.gen(function* () {
      const counted = Stage.command("test/counted", {
        program: ["node", "test/execute/counted.mjs"],
        files: ["test/execute/counted.mjs"],
        config: Schema.Struct({ times: Schema.Int }),
        inputs: { numbers: Numbers },
        output: Numbers
      })
      const ran = yield* runStage(counted, { numbers: [1, 2] }, { times: 3 })
      assert.deepStrictEqual(ran.output, [3, 6])
      assert.deepStrictEqual(
        ran.progress.map(({ current }) => current),
        [1]
      )
      const missing = Stage.command("test/missing", {
        program: ["node", "no.mjs"],
        files: ["no.mjs"],
        output: Numbers
      })
      assert.include(String(yield* Effect.flip(runStage(missing, {}))), "no.mjs does not exist")
    })
  )

  it.live("gives files and folders as the next stage finds them, with the hash of what is in them", () =>
    Effect.gen(function* () {
      const written = Stage.make("test/written", {
        output: Artifact.file,
        run: Effect.fn(function* () {
          const path = join(yield* (yield* Scratch).folder, "out.txt")
          yield* Effect.sync(() => writeFileSync(path, "abc"))
          return path
        })
      })
      const { bytes, output } = yield* runStage(written, {})
      assert.strictEqual(new TextDecoder().decode(bytes), "abc")
      // SHA-256 of "abc", as FIPS 180 has it.
      assert.strictEqual(output.hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      const length = Stage.make("test/length", {
        inputs: { file: Artifact.file },
        output: Artifact.json(Schema.Int),
        run: ({ file }) => Effect.sync(() => readFileSync(file.path).length)
      })
      assert.strictEqual((yield* runStage(length, { file: output })).output, 3)
      const relative = Stage.make("test/relative", { output: Artifact.folder, run: () => Effect.succeed("here") })
      assert.propertyVal(yield* Effect.flip(runStage(relative, {})), "_tag", "ArtifactInvalid")
    })
  )
})
