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
    assert.include(gone.stdout, "study could not be opened")
  })
})
