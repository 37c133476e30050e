import { assert, describe, it } from "vitest"
import { imports, project } from "../rig.ts"

const study = (draw: string) => ({
  "experiments/study.ts": `${imports}
export const draw = Stage.make("draw", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Finite),
  run: (_, { seed }) => Effect.sync(() => ${draw})
})
export const score = Stage.make("score", {
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["x"]),
  run: ({ x }) => Effect.succeed({ x: { value: x } })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ seed: Schema.Int }), ({ seed }) => ({ metrics: score.node({ x: draw.node({}, { seed }) }) })),
  grid: Grid.axes({ seed: Grid.seeds(8) }),
  table: Table.make({ title: "T", rows: [], columns: [{ metric: "x", label: "x" }] })
})
`
})

describe("ablate doctor --recompute", () => {
  it("computes a share of the known results again and finds those that come out otherwise", async () => {
    const sound = project(study("seed + 1"))
    await sound.ablate(["run", "study", "--ui", "stream"])
    const all = await sound.ablate(["doctor", "--recompute", "100%"])
    assert.strictEqual(all.code, 0, all.stdout + all.stderr)
    assert.include(all.stdout, "recomputed 16 of 16 known results of study\nEvery one came out as stored.")
    const some = await sound.ablate(["doctor", "--recompute", "40"])
    const computed = Number(/recomputed (\d+) of 16/.exec(some.stdout)?.[1])
    assert.isAbove(computed, 0)
    assert.isBelow(computed, 16)

    const chancy = project(study("seed === 3 ? performance.now() : seed"))
    await chancy.ablate(["run", "study", "--ui", "stream"])
    const found = await chancy.ablate(["doctor", "--recompute", "100"])
    assert.strictEqual(found.code, 1)
    assert.strictEqual(found.stdout.match(/study, draw#\d+: stored [0-9a-f]{12}…, now [0-9a-f]{12}…/g)?.length, 1)
    // Nothing was stored: the same run is still known whole.
    const again = await chancy.run(["study"])
    assert.strictEqual(again.finished.executed, 0)
  })

  it("takes labels with spaces, commas and quotes", async () => {
    const made = project({
      "experiments/study.ts": `${imports}
export const score = Stage.make("score", {
  config: Schema.Struct({ method: Schema.String }),
  output: Artifact.metrics(["x"]),
  run: (_, { method }) => Effect.sync(() => ({ x: { value: method.length + (globalThis.process.env.MORE === undefined ? 0 : 1) } }))
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String }), (p) => ({ metrics: score.node({}, p) })),
  grid: Grid.axes({ method: ["plain", "two words", 'a, "b"'] }),
  table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    const only = ["--only", "method=two words", "--only", 'method="a, \\"b\\""']
    const { finished } = await made.run(["study", ...only])
    assert.strictEqual(finished.executed, 2)
    const again = await made.ablate(["doctor", "--recompute", "100%"])
    assert.strictEqual(again.code, 0, again.stdout + again.stderr)
    assert.include(again.stdout, "recomputed 2 of 2 known results of study")
    const other = await made.ablate(["doctor", "--recompute", "100%"], { env: { MORE: "1" } })
    assert.strictEqual(other.code, 1)
    assert.match(other.stdout, /study, score#0: stored .*\n {2}study, score#1: stored /)
  })

  it("goes on after a stage that crashes, ends the process or never ends, and names each", async () => {
    const made = project({
      "experiments/study.ts": `${imports}
const now = () => globalThis.process.env.NOW
export const dies = Stage.make("dies", { output: Artifact.metrics(["x"]), run: () => now() === undefined ? Effect.succeed({ x: { value: 1 } }) : Effect.die(new Error("broken now")) })
export const ends = Stage.make("ends", { output: Artifact.metrics(["x"]), run: () => Effect.sync(() => { if (now() !== undefined) process.exit(0); return { x: { value: 1 } } }) })
export const loops = Stage.make("loops", { timeout: "300 millis", output: Artifact.metrics(["x"]), run: () => Effect.sync(() => { while (now() !== undefined); return { x: { value: 1 } } }) })
export const sound = Stage.make("sound", { output: Artifact.metrics(["x"]), run: () => Effect.succeed({ x: { value: 1 } }) })
export const inner = Stage.make("inner", { pool: "inline", output: Artifact.metrics(["x"]), run: () => now() === undefined ? Effect.succeed({ x: { value: 1 } }) : Effect.die("inline too") })
const stages = { dies, ends, loops, sound, inner }
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ which: Schema.Literals(["dies", "ends", "loops", "sound", "inner"]) }), ({ which }) => ({ metrics: stages[which].node({}) })),
  grid: Grid.axes({ which: ["dies", "ends", "loops", "inner", "sound"] }),
  table: Table.make({ title: "T", rows: ["which"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    const { ended, finished } = await made.run(["study"])
    assert.strictEqual(finished.executed, 5, ended.stderr)
    const found = await made.ablate(["doctor", "--recompute", "100%"], { env: { NOW: "1" } })
    assert.strictEqual(found.code, 1, found.stderr)
    assert.include(found.stdout, "recomputed 5 of 5 known results of study")
    assert.match(found.stdout, /study, dies#0: .* and now it fails: broken now/)
    assert.match(found.stdout, /study, ends#1: .* and now it fails: /)
    assert.match(found.stdout, /study, loops#2: .* and now it fails: no result after 300ms/)
    assert.match(found.stdout, /study, inner#3: .* and now it fails: inline too/)
    assert.notInclude(found.stdout, "sound#4")
  })

  it("gives the layer what a run gives it, in a worker and on the main thread", async () => {
    const made = project({
      "experiments/study.ts": `${imports}
import { Config, Context, Layer } from "effect"
export class Rate extends Context.Service<Rate, number>()("test/Rate") {}
const rated = () => Effect.map(Rate, (rate) => ({ x: { value: rate } }))
export const pooled = Stage.make("pooled", { output: Artifact.metrics(["x"]), run: rated })
export const inner = Stage.make("inner", { pool: "inline", output: Artifact.metrics(["x"]), run: rated })
const stages = { pooled, inner }
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ which: Schema.Literals(["pooled", "inner"]) }), ({ which }) => ({ metrics: stages[which].node({}) })),
  grid: Grid.axes({ which: ["pooled", "inner"] }),
  layer: Layer.effect(Rate, Config.Number("TEST_RATE")),
  table: Table.make({ title: "T", rows: ["which"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    const options = { env: { TEST_RATE: "3" } }
    const { ended, finished } = await made.run(["study"], options)
    assert.strictEqual(finished.executed, 2, ended.stderr)
    const again = await made.ablate(["doctor", "--recompute", "100%"], options)
    assert.include(again.stdout, "recomputed 2 of 2 known results of study\nEvery one came out as stored.")
    assert.strictEqual(again.code, 0, again.stdout + again.stderr)
  })

  it("goes on after an inline stage that would end the process", async () => {
    const made = project({
      "experiments/study.ts": `${imports}
export const leaves = Stage.make("leaves", { pool: "inline", output: Artifact.metrics(["x"]), run: () => Effect.sync(() => { if (globalThis.process.env.NOW !== undefined) process.exit(0); return { x: { value: 1 } } }) })
export const sound = Stage.make("sound", { pool: "inline", output: Artifact.metrics(["x"]), run: () => Effect.succeed({ x: { value: 1 } }) })
const stages = { leaves, sound }
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ which: Schema.Literals(["leaves", "sound"]) }), ({ which }) => ({ metrics: stages[which].node({}) })),
  grid: Grid.axes({ which: ["leaves", "sound"] }),
  table: Table.make({ title: "T", rows: ["which"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    await made.run(["study"])
    const found = await made.ablate(["doctor", "--recompute", "100%"], { env: { NOW: "1" } })
    assert.strictEqual(found.code, 1, found.stderr)
    assert.match(found.stdout, /study, leaves#0: .* and now it fails: it called process\.exit\(0\)/)
    assert.notInclude(found.stdout, "sound#1")
  })

  it("needs a percentage, and says which experiment cannot be opened", async () => {
    const made = project(study("seed"))
    for (const share of ["0", "101%", "many", "-1"]) {
      const refused = await made.ablate(["doctor", `--recompute=${share}`])
      assert.strictEqual(refused.code, 2, share)
      assert.include(refused.stderr, "--recompute is a percentage above 0 and up to 100")
    }
    await made.ablate(["run", "study", "--ui", "stream"])
    made.edit("experiments/study.ts", "Experiment.make", "Experiment.mke")
    const gone = await made.ablate(["doctor", "--recompute", "100"])
    assert.include(gone.stdout, "study could not be opened: ")
  })
})
