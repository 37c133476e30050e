/** Whatever goes wrong in a project's code is told with the file, the line and the column that its author wrote. */
import { assert, describe, it } from "vitest"
import { type Files, project, type Run } from "./rig.ts"

/** Failures by name; where each comes from is marked by a comment with that name right before it. */
const kinds = {
  thrown: "() => { throw /*@thrown*/new Error('no') }",
  failed: "() => Effect.fail(/*@failed*/new Error('no'))",
  tagged: "() => Effect.fail(/*@tagged*/new Refused({ why: 'no' }))",
  died: "() => Effect.die(/*@died*/new Error('no'))",
  helper: "() => Effect.sync(() => boom(undefined))",
  awaited: "() => Effect.promise(() => later())",
  tried: "() => Effect.tryPromise(() => later())",
  rejected: "() => Effect.promise(() => Promise.reject(/*@rejected*/new TypeError('no')))",
  timer: "() => Effect.andThen(Effect.sync(() => void setTimeout(() => boom(undefined), 1)), Effect.never)",
  named:
    "Effect.fn('named')(function* () { yield* Effect.sleep(1); return yield* Effect.fail('no').pipe(Effect./*@named*/withSpan('within')) })",
  packaged: "() => Effect.sync(() => /*@packaged*/split(undefined))"
} as const
type Kind = keyof typeof kinds

const helper = `import type { Deep } from "./types.ts"
// Types and comments move what is compiled away from what was written.
interface Unused {
  readonly a: number
}

export const boom = (
  x: Deep | undefined
): number => (x as Deep)./*@helper*/deep.value
export const later = async (): Promise<number> => {
  await Promise.resolve()
  return boom(undefined)
}
`

const study = `import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Data, Effect, Schema } from "effect"
import { split } from "plain"
import { boom, later } from "../lib/helper.ts"

class Refused extends Data.TaggedError("Refused")<{ readonly why: string }> {}
const kinds: { readonly [kind: string]: () => Effect.Effect<number, unknown> } = {
  ${Object.entries(kinds)
    .map(([name, code]) => `${name}: ${code}`)
    .join(",\n  ")}
}
const config = Schema.Struct({ kind: Schema.String, where: Schema.String })
const output = Artifact.metrics(["v"])
const run = (_: unknown, { kind }: typeof config.Type) =>
  Effect.suspend(() => {
    console.error(/*@printed*/new Error("printed").stack)
    return kinds[kind]!()
  }).pipe(Effect.map((value) => ({ v: { value } })))
export const pooled = Stage.make("pooled", { config, output, run })
export const inline = Stage.make("inline", { config, output, pool: "inline", run })
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", config, (p) => ({ metrics: (p.where === "inline" ? inline : pooled).node({}, p) })),
  grid: Grid.axes({ kind: Object.keys(kinds), where: ["inline", "pooled"] }),
  table: Table.make({ title: "t", rows: ["kind", "where"], columns: [{ metric: "v", label: "v" }] })
})
`

const files: Files = {
  "lib/types.ts": "export interface Deep { readonly deep: { readonly value: number } }\n",
  "lib/helper.ts": helper,
  "node_modules/plain/package.json": JSON.stringify({
    name: "plain",
    version: "1.0.0",
    type: "module",
    main: "index.js"
  }),
  "node_modules/plain/index.js": "export const split = (text) => text.split(',').length\n",
  "experiments/study.ts": study
}

/** `file:line:column` of what stands after the comment with this name. */
const marked = (file: string, text: string, name: string): string => {
  const mark = `/*@${name}*/`
  const before = text.slice(0, text.indexOf(mark)).split("\n")
  return `${file}:${before.length}:${(before.at(-1) ?? "").length + mark.length + 1}`
}

const inHelper = marked("lib/helper.ts", helper, "helper")
const inStudy = (name: string) => marked("experiments/study.ts", study, name)
const places: Readonly<Record<Kind, string>> = {
  thrown: inStudy("thrown"),
  failed: inStudy("failed"),
  tagged: inStudy("tagged"),
  died: inStudy("died"),
  helper: inHelper,
  awaited: inHelper,
  tried: inHelper,
  rejected: inStudy("rejected"),
  timer: inHelper,
  named: inStudy("named"),
  packaged: inStudy("packaged")
}

const placesOf = (run: Run): Readonly<Record<string, string | undefined>> => {
  const { cells, nodes } = run.started
  const cellOf = new Map(nodes.map(({ cells: [cell], id }) => [id, cells[cell ?? 0]?.id ?? ""]))
  return Object.fromEntries(run.of("NodeFailed").map(({ failure, node }) => [cellOf.get(node), failure.place]))
}

describe("a failure of a stage", () => {
  it("is told with its place in the sources, in a worker and inline", async () => {
    const made = project(files)
    const run = await made.run(["study"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    const expected = Object.entries(places).flatMap(([kind, place]) =>
      ["inline", "pooled"].map((where) => [`kind=${kind},where=${where}`, place])
    )
    assert.deepStrictEqual(placesOf(run), Object.fromEntries(expected))
    for (const { failure } of run.of("NodeFailed")) {
      if (failure.detail !== undefined) assert.include(failure.detail, failure.place ?? "nowhere")
      assert.notInclude(failure.detail ?? "", "/programs/")
    }
    const inPackage = run.of("NodeFailed").filter(({ failure }) => failure.place === places.packaged)
    assert.strictEqual(inPackage.length, 2)
    for (const { failure } of inPackage) assert.match(failure.detail ?? "", /node_modules\/plain\/index\.js:1:37/)
    for (const where of ["inline", "pooled"])
      assert.include(
        run.ended.stderr,
        `${where}:     at experiments/study.ts:${inStudy("printed").split(":").slice(1).join(":")}`
      )
    assert.notInclude(run.ended.stderr, "/programs/")
  })
})

const experimentWith = (
  options: string,
  rest = ""
): string => `import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Context, Effect, Layer, Schema } from "effect"
import { boom } from "../lib/helper.ts"
${rest}
export const one = Stage.make("one", { output: Artifact.metrics(["v"]), run: () => Effect.succeed({ v: { value: 1 } }) })
const pipeline = Pipeline.make("p", Schema.Struct({ k: Schema.Int }), () => ({ metrics: one.node({}) }))
const grid = Grid.axes({ k: [1] })
const table = Table.make({ title: "t", rows: ["k"], columns: [{ metric: "v", label: "v" }] })
export default Experiment.make("study", { pipeline, grid, table, ${options} })
`

describe("a failure before any stage runs", () => {
  it.each([
    ["when a module is loaded", experimentWith("", "boom(undefined)")],
    [
      "in a pipeline",
      experimentWith(
        'pipeline: Pipeline.make("p", Schema.Struct({ k: Schema.Int }), () => ({ metrics: one.node({}, boom(undefined)) })) as never'
      )
    ],
    ["in a grid", experimentWith("settings: Schema.Struct({}), grid: () => Grid.axes({ k: [boom(undefined)] })")]
  ])("%s names the place", async (_, code) => {
    const made = project({ ...files, "experiments/study.ts": code })
    const run = await made.ablate(["run", "study"])
    assert.strictEqual(run.code, 2)
    assert.include(run.stderr, inHelper)
    assert.notInclude(run.stderr, "/programs/")
  })

  it("in the experiment's layer fails its stages with the place", async () => {
    const made = project({
      ...files,
      "experiments/study.ts": experimentWith("layer: Layer.effectDiscard(Effect.sync(() => boom(undefined))) as never")
    })
    const run = await made.run(["study"])
    assert.deepStrictEqual(
      run.of("NodeFailed").map(({ failure }) => failure.place),
      [inHelper]
    )
  })
})
