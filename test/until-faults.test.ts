/** Seeds in rounds where processes are killed, interrupted, watched and replayed: what is known stays, and the end is the same. */
import { rmSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { imports, type Project, parseEvents, project } from "./rig.ts"

/** Rounds of 6, 9 and 10 seeds. A stage says that it runs, and waits where the test holds its seed. */
const experiment = `${imports}import { existsSync } from "node:fs"
import { Rng } from "ablate/numerics"
import { ran } from "../ran.ts"
const Point = Schema.Struct({ method: Schema.String, seed: Schema.Int })
export const score = Stage.make("score", {
  config: Point,
  output: Artifact.metrics(["score"]),
  run: (_, { method, seed }) => Effect.gen(function* () {
    ran(method + " " + seed)
    yield* Effect.sleep(20).pipe(Effect.repeat({ until: () => !existsSync("hold-" + seed) }))
    const noise = Rng.stream(seed, "noise").normal()
    return { score: { value: noise + (method === "other" ? 0.5 * Rng.stream(seed, method).normal() : 0) } }
  })
})
export default Experiment.make("rounds", {
  pipeline: Pipeline.make("p", Point, (point) => ({ metrics: score.node({}, point) })),
  grid: Grid.axes({
    method: ["plain", "other"],
    seed: Grid.seeds.until({ metric: "score", versus: { method: "plain" }, resolve: 0.001, max: 10 })
  }),
  table: Table.make({ title: "Rounds", rows: ["method"], columns: [{ metric: "score", label: "score" }], baseline: { method: "plain" } })
})
`
const CELLS = 20

const made = () => project({ "experiments/rounds.ts": experiment })
const hold = (of: Project, seed: number) => of.write({ [`hold-${seed}`]: "" })
const letGo = (of: Project, seed: number) => rmSync(of.path(`hold-${seed}`))
const start = (of: Project) => of.start(["run", "rounds", "--jobs", "1", "--ui", "json"])

describe("rounds of seeds", () => {
  it("killed in one and interrupted in the next: what was computed is known, and the table is the same", async () => {
    const undisturbed = made()
    await undisturbed.run(["rounds"])
    const { contentHash } = await undisturbed.table(["rounds"])

    const disturbed = made()
    hold(disturbed, 7)
    const killed = start(disturbed)
    await disturbed.ranHas("plain 7")
    killed.child.kill("SIGKILL")
    assert.strictEqual((await killed.ended).signal, "SIGKILL")
    letGo(disturbed, 7)
    hold(disturbed, 9)
    const interrupted = start(disturbed)
    await disturbed.ranHas("plain 9")
    interrupted.child.kill("SIGINT")
    letGo(disturbed, 9)
    assert.strictEqual((await interrupted.ended).code, 130)
    const earlier = disturbed.takeRan()
    const last = await disturbed.run(["rounds"])
    assert.strictEqual(last.ended.code, 0, last.ended.stderr)
    const all = [...earlier, ...last.ran]
    // Each cell once, but for the one that was killed in its middle.
    assert.lengthOf(all, CELLS + 1)
    assert.lengthOf(new Set(all), CELLS)
    assert.strictEqual((await disturbed.table(["rounds"])).contentHash, contentHash)
    assert.deepStrictEqual((await disturbed.run(["rounds"])).ran, [])
  }, 60_000)

  it("are watched from one to the next, and each is replayed with the cells that it had", async () => {
    const watched = made()
    hold(watched, 3)
    const running = start(watched)
    await watched.ranHas("plain 3")
    const watch = watched.start(["watch", "--ui", "json"])
    await watch.says("RunStarted")
    letGo(watched, 3)
    const { code, stderr, stdout } = await watch.ended
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual((await running.ended).code, 0)
    const events = parseEvents(stdout)
    const ends = events.flatMap((event) => (event._tag === "RunFinished" ? [event] : []))
    assert.deepStrictEqual(
      ends.map(({ nodes }) => nodes),
      [12, 18, CELLS]
    )
    const first = await watched.ablate(["replay", ends[0]?.runId ?? ""])
    assert.strictEqual(first.code, 0, first.stderr)
    assert.include(first.stdout, "Computed again: 12 nodes for 12 cells")
    assert.include(first.stdout, "Same bits: all 12 cells.")
    assert.notInclude(first.stdout, "left nothing")
    // All is told, so that a watch of what is over ends at once.
    const over = await watched.ablate(["watch", "--ui", "json"])
    assert.lengthOf(
      parseEvents(over.stdout).filter(({ _tag }) => _tag === "RunFinished"),
      1
    )
  }, 60_000)
})
