/** What scripts call: every command through `ablate/commands`, on a small project. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import {
  CannotReplay,
  compare,
  doctor,
  experiments,
  gc,
  graph,
  init,
  list,
  plan,
  RunRef,
  replay,
  report,
  run,
  runs,
  ShowTarget,
  serveReport,
  settings,
  show,
  table,
  tag,
  UsageError,
  untag,
  verify,
  WhyTarget,
  why
} from "ablate/commands"
import { Deferred, Effect, Exit, Fiber } from "effect"
import type { RunEvent } from "../src/domain/RunEvent.ts"
import { tableFormats } from "../src/report/index.ts"
import { imports, project, temporary } from "./rig.ts"

const study = `/** Sums of scaled draws. For the tests. */
${imports}
export const draw = Stage.make("draw", {
  config: Schema.Struct({ seed: Schema.Int, scale: Schema.Finite }),
  output: Artifact.json(Schema.Finite),
  run: (_, { scale, seed }) => Effect.succeed(scale * (seed + 1))
})
export const score = Stage.make("score", {
  config: Schema.Struct({ k: Schema.Int, label: Schema.String }),
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  run: ({ x }, { k, label }) => Effect.sync(() => {
    if (label === "loud") process.stderr.write("scoring\\n")
    return { sum: { value: x * k + label.length } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ k: Schema.Int, seed: Schema.Int, scale: Schema.Finite, label: Schema.String }), (p) => ({
    metrics: score.node({ x: draw.node({}, p) }, p)
  })),
  settings: Schema.Struct({ draw: Setting.group({ scale: Setting.make(Schema.Finite, 1) }), label: Setting.make(Schema.String, "") }),
  grid: Grid.axes({ k: [1, 2], seed: Grid.seeds(2) }),
  params: (point, { draw, label }) => ({ ...point, ...draw, label }),
  table: Table.make({ title: "Sums", rows: ["k"], columns: [{ metric: "sum", label: "sum" }], baseline: { k: "1" } })
})
`

const made = () => {
  const { root } = project({ "experiments/study.ts": study })
  return { folder: root, experiment: "study" }
}

const sums = (found: { readonly rows: ReadonlyArray<{ readonly id: string; readonly cells: object }> } | null) =>
  (found?.rows ?? []).map(({ cells }) => Object.values(cells).map(({ values }) => values)[0])

const meansOf = Effect.fnUntraced(function* (where: ReturnType<typeof made>, id: string) {
  return sums((yield* table({ ...where, run: id })).table)
})

describe("ablate/commands", () => {
  it.live("run gives the record, the table and the events; what stages print goes to whom asks for it", () =>
    Effect.gen(function* () {
      const where = made()
      const events: Array<RunEvent["_tag"]> = []
      const printed: Array<string> = []
      const first = yield* run({
        ...where,
        jobs: 1,
        set: { label: "loud" },
        onEvent: ({ _tag }) => events.push(_tag),
        onPrint: (lines) => printed.push(lines)
      })
      assert.deepStrictEqual(
        [first.run.status, first.run.executed, first.run.failed, first.hasFaults, first.warnings],
        ["succeeded", 6, 0, false, []]
      )
      assert.deepStrictEqual(sums(first.table), [
        [5, 6],
        [6, 8]
      ])
      assert.strictEqual(events.filter((tag) => tag === "NodeSucceeded").length, 6)
      assert.strictEqual(printed.join("").match(/score: scoring/g)?.length, 4)
      const second = yield* run({ ...where, set: { label: "loud" } })
      assert.deepStrictEqual([second.run.executed, second.run.cached], [0, 6])
    })
  )

  it.live("settings, cells and forced stages are data; the record says them as they can be typed", () =>
    Effect.gen(function* () {
      const where = made()
      const set = { "draw.scale": 2, label: "5" }
      const asked = { ...where, set, only: { k: [2], seed: 0 }, jobs: 1 }
      const first = yield* run(asked)
      assert.deepStrictEqual(sums(first.table), [[5]])
      assert.deepStrictEqual<unknown>(first.run.settings, { "draw.scale": "2", label: '"5"' })
      assert.strictEqual(first.run.only, "k=2,seed=0")
      // What was recorded gives the same grid and the same table again.
      assert.deepStrictEqual(yield* meansOf(where, first.run.id), [[5]])
      assert.strictEqual((yield* run({ ...asked, force: ["score"] })).run.executed, 1)
      const whole = yield* run({ ...where, set: { draw: { scale: 2 }, label: "5" } })
      assert.deepStrictEqual([whole.run.cached, whole.run.executed], [2, 4])
    })
  )

  it.live("plan, why and graph say what would run, for what reason, and what feeds what", () =>
    Effect.gen(function* () {
      const where = made()
      const fresh = yield* plan({ ...where, jobs: 3 })
      assert.deepStrictEqual([fresh.cells, fresh.nodes, fresh.hit, fresh.run, fresh.undecided], [4, 6, 0, 2, 4])
      assert.strictEqual(fresh.estimate.jobs, 3)
      yield* run({ ...where, jobs: 1 })
      const changed = yield* plan({ ...where, set: { "draw.scale": 3 } })
      assert.deepStrictEqual(
        changed.reasons.map(({ explanation, stage }) => [stage, explanation.lines]),
        [["draw", ["config scale 1 → 3"]]]
      )
      const of = (what: WhyTarget) =>
        Effect.map(why({ ...where, set: { "draw.scale": 3 }, what }), ({ nodes }) =>
          nodes.map(({ status, stage }) => `${stage} ${status}`)
        )
      assert.deepStrictEqual(yield* of(WhyTarget.Cells({ only: { k: 2, seed: 1 } })), ["draw run", "score undecided"])
      assert.deepStrictEqual(yield* of(WhyTarget.Named({ name: "draw" })), ["draw run", "draw run"])
      assert.strictEqual((yield* of(WhyTarget.Named({ name: "2" }))).length, 4)
      const drawn = yield* graph({ ...where, only: { k: 1 } })
      assert.deepStrictEqual([drawn.experiment, drawn.cells, drawn.nodes, drawn.stages], ["study", 2, 4, 2])
      assert.deepStrictEqual(
        drawn.graph.boxes.map(({ label, nodes }) => [label, nodes]),
        [
          ["draw", 2],
          ["score", 2]
        ]
      )
    })
  )

  it.live("runs, table and compare read what is there", () =>
    Effect.gen(function* () {
      const where = made()
      assert.deepStrictEqual((yield* runs(where)).runs, [])
      const { run: a } = yield* run({ ...where, jobs: 1 })
      const { run: b } = yield* run({ ...where, jobs: 1, set: { "draw.scale": 2 } })
      assert.deepStrictEqual(
        (yield* runs(where)).runs.map(({ id }) => id),
        [b.id, a.id]
      )
      assert.lengthOf((yield* runs({ ...where, limit: 1 })).runs, 1)
      const latest = yield* table(where)
      assert.deepStrictEqual(
        [latest.run.id, latest.damaged, latest.figures],
        [b.id, [], { declared: 0, written: [], leftOut: [] }]
      )
      assert.deepStrictEqual(sums(latest.table), [
        [2, 4],
        [4, 8]
      ])
      const found = yield* compare({ ...where, a: RunRef.Run({ id: a.id }), b: RunRef.Latest({ experiment: "study" }) })
      assert.deepStrictEqual(
        found.inputs.map(({ from, name, to }) => [name, from, to]),
        [
          ["draw.scale", "(absent)", "2"],
          ["scale", "1", "2"]
        ]
      )
      // A part of the table, and a name that it does not have.
      const part = yield* table({ ...where, view: { rows: { k: ["2"] }, precision: 1 } })
      assert.deepStrictEqual([sums(part.table), part.table.columns[0]?.digits], [[[4, 8]], 1])
      const wrong = yield* Effect.flip(table({ ...where, view: { columns: ["smu"] } }))
      assert.include(wrong.message, 'the table has no column "smu". Did you mean "sum"?')
      const rows = (k: number) => ({ _tag: "Rows", rows: `k=${k}`, of: RunRef.Run({ id: a.id }) }) as const
      const groups = yield* compare({ ...where, a: rows(1), b: rows(2) })
      assert.strictEqual(groups.rows[0]?.cells.sum?.difference?.mean, 1.5)
    })
  )

  it.live("verify finds the run that gave an exported table, says what changed, and computes cells again", () =>
    Effect.gen(function* () {
      const where = made()
      const { run: a, table: first } = yield* run({ ...where, jobs: 1 })
      const { run: b } = yield* run({ ...where, jobs: 1, set: { "draw.scale": 2 } })
      if (first === null) return assert.fail("no table")
      const file = join(where.folder, "table.md")
      writeFileSync(file, tableFormats.md.print(first, { width: 80 }))
      // Its content is that of the first run, whatever ran since.
      const found = yield* verify({ ...where, file, recompute: 1 })
      assert.deepStrictEqual([found.run.id, found.isSameContent, found.holds], [a.id, true, true])
      assert.deepStrictEqual([found.recomputed?.cells, found.recomputed?.changed], [4, []])
      const held = yield* verify({ ...where, file, run: b.id })
      assert.deepStrictEqual([held.isSameContent, held.holds], [false, false])
      assert.deepStrictEqual(
        held.changed.filter(({ part }) => part === "mean").map(({ now, row, text }) => [row, text, now]),
        [
          ["k=1", "1.5000", "3.0000"],
          ["k=2", "3.0000", "6.0000"]
        ]
      )
      writeFileSync(file, "| k |\n")
      assert.include((yield* Effect.flip(verify({ ...where, file }))).message, "does not say which run it is of")
      assert.include((yield* Effect.flip(verify({ ...where, file: `${file}x` }))).message, "there is no such file")
    })
  )

  it.live("show gives artifacts, code and what cells published", () =>
    Effect.gen(function* () {
      const where = made()
      yield* run({ ...where, jobs: 1 })
      const cells = yield* show({ ...where, what: ShowTarget.Cells({ only: { k: 2, seed: 1 }, experiment: "study" }) })
      assert(cells._tag === "Cells")
      assert.deepStrictEqual(cells.metrics, { sum: { value: 4 } })
      const [output] = cells.cells[0]?.outputs ?? []
      assert.strictEqual(output?.info?.kind, "metrics")
      const artifact = yield* show({ ...where, what: ShowTarget.Hash({ hash: output?.hash.slice(0, 12) ?? "" }) })
      assert(artifact._tag === "Artifact")
      assert.strictEqual(new TextDecoder().decode(artifact.bytes ?? undefined), '{"sum":{"value":4}}')
      const code = (yield* runs(where)).runs[0]?.basis?.["stage draw"] ?? ""
      const source = yield* show({ ...where, what: ShowTarget.Hash({ hash: code.slice("code:".length) }) })
      assert(source._tag === "Code")
      assert.include(source.text, "seed + 1")
    })
  )

  it.live("show walks from a figure to what is behind it", () =>
    Effect.gen(function* () {
      const where = made()
      const { run: recorded } = yield* run({ ...where, jobs: 1 })
      const shown = yield* show({ ...where, what: ShowTarget.Cells({ only: { k: 2, seed: 1 } }), metric: "sum" })
      assert(shown._tag === "Figure")
      const [figure] = shown.trace.figures
      assert.deepStrictEqual([figure?.cell, figure?.measure, figure?.run.id], ["k=2,seed=1", { value: 4 }, recorded.id])
      const [drawn, scored] = shown.trace.nodes
      assert.deepStrictEqual(
        [drawn?.stage, drawn?.config, scored?.stage, scored?.key, scored?.artifact],
        ["draw", { seed: 1, scale: 1 }, "score", figure?.key, figure?.artifact]
      )
      assert.deepStrictEqual<unknown>(scored?.inputs, [
        { _tag: "Node", name: "x", artifact: drawn?.artifact, key: drawn?.key }
      ])
      const row = yield* show({ ...where, what: ShowTarget.Row({ name: "2" }) })
      assert(row._tag === "Cells")
      assert.deepStrictEqual(
        row.cells.map(({ metrics }) => metrics),
        [{ sum: { value: 2 } }, { sum: { value: 4 } }]
      )
    })
  )

  it.live("replay computes a run again, and refuses what cannot be", () =>
    Effect.gen(function* () {
      const where = made()
      yield* run({ ...where, jobs: 1 })
      const again = yield* replay({ ...where, run: "latest", only: { k: 1 }, jobs: 1 })
      assert.deepStrictEqual(
        [again.isSame, again.cells.map(({ status }) => status), again.nodes],
        [true, ["same", "same"], { computed: 4, compared: 4, different: 0 }]
      )
      const { program } = again.run
      rmSync(join(where.folder, ".ablate/programs", `${program}.mjs`))
      const refused = yield* Effect.flip(replay({ ...where, run: "latest" }))
      assert(refused instanceof CannotReplay)
      assert.include(refused.message, `its program ${program} is not in`)
    })
  )

  it.live("list, settings, tags and runs say what there is", () =>
    Effect.gen(function* () {
      const where = made()
      const { run: recorded } = yield* run({ ...where, jobs: 1 })
      const [listed] = yield* list(where)
      assert.deepStrictEqual([listed?.experiment, listed?.cells, listed?.lastRun?.id], ["study", 4, recorded.id])
      assert.deepStrictEqual(
        (yield* settings(where)).settings.map(({ default: value, path, type }) => [path, type, value]),
        [
          ["draw.scale", "number", "1"],
          ["label", "text", '""']
        ]
      )
      assert.isFalse((yield* tag({ ...where, run: "latest", name: "first" })).wasThere)
      const [found] = (yield* runs({ ...where, columns: ["sum"], only: { k: 2 } })).runs
      assert.deepStrictEqual([found?.tags, found?.means], [["first"], { sum: { mean: 3, cells: 2 } }])
      assert.strictEqual((yield* untag({ ...where, name: "first" })).run.id, recorded.id)
    })
  )

  it.live("report writes a page with its files, or serves one that follows the runs", () =>
    Effect.gen(function* () {
      const where = made()
      yield* run({ ...where, jobs: 1 })
      const written = yield* report({ ...where, out: "page" })
      assert.sameMembers(
        [...written.files],
        [
          "index.html",
          "table.csv",
          "table.json",
          "table.md",
          "table.tex",
          "provenance.json",
          "ro-crate-metadata.json"
        ].map((file) => join(where.folder, "page", file))
      )
      assert.deepStrictEqual([written.damaged, written.kept], [[], []])
      assert.include(readFileSync(join(where.folder, "page/index.html"), "utf8"), "<h1>Sums</h1>")
      assert.include(
        (yield* Effect.flip(report({ ...where, out: "experiments" }))).message,
        "the folder is not empty and holds no report"
      )

      const ready = yield* Deferred.make<string>()
      const serving = yield* Effect.forkChild(
        serveReport({ ...where, onReady: ({ url }) => Deferred.doneUnsafe(ready, Effect.succeed(url)) })
      )
      const url = yield* Deferred.await(ready)
      const get = (path: string) => Effect.promise(() => fetch(new URL(path, url)))
      const first = yield* Effect.flatMap(get("/data"), (response) => Effect.promise(() => response.text()))
      const events = (yield* get("/events")).body?.getReader()
      const { run: second } = yield* run({ ...where, jobs: 1, set: { "draw.scale": 2 } })
      assert.notInclude(first, second.id)
      // Each event says only that there is something new: the run's beginning, its nodes, or its end.
      let told = ""
      let page = ""
      while (!page.includes(second.id)) {
        const part = yield* Effect.promise(async () => events?.read())
        told += new TextDecoder().decode(part?.value)
        page = yield* Effect.flatMap(get("/"), (response) => Effect.promise(() => response.text()))
      }
      assert.include(told, "event: changed")
      assert.strictEqual((yield* get("/../package.json")).status, 404)
      yield* Fiber.interrupt(serving)
      const refused = yield* Effect.exit(Effect.tryPromise(() => fetch(url)))
      assert.isTrue(Exit.isFailure(refused))
    })
  )

  it.live("gc and doctor look after the store", () =>
    Effect.gen(function* () {
      const where = made()
      yield* run({ ...where, jobs: 1 })
      const swept = yield* gc({ ...where, dryRun: true })
      assert.deepStrictEqual([swept.dryRun, swept.dropped.runs, swept.usage.runs, swept.usage.traces], [true, 0, 1, 6])
      const sound = yield* doctor({ ...where, recompute: 1 })
      assert.deepStrictEqual(
        [sound.isSound, sound.structure, sound.rebuilt, sound.check?.damaged, sound.recomputed?.computed],
        [true, [], null, [], 6]
      )
    })
  )

  it.live("init begins a project, and experiments lists what is there without loading it", () =>
    Effect.gen(function* () {
      const folder = join(temporary(), "new")
      const begun = yield* init({ folder })
      assert.deepStrictEqual([begun.folder, begun.isInstalled], [folder, false])
      assert.isTrue(existsSync(join(folder, "experiments/first.ts")))
      const [first] = yield* experiments({ folder })
      assert.strictEqual(first?.name, "first")
      assert.include(readFileSync(join(folder, first?.file ?? ""), "utf8"), first?.title ?? "?")
      assert.deepStrictEqual(yield* experiments(made()), [
        { name: "study", file: "experiments/study.ts", title: "Sums of scaled draws" }
      ])
    })
  )

  it.live("an interruption ends the run, keeps what is finished and records it", () =>
    Effect.gen(function* () {
      const { root } = project({
        "experiments/slow.ts": `${imports}
export const quick = Stage.make("quick", { output: Artifact.json(Schema.Int), run: () => Effect.succeed(1) })
export const forever = Stage.make("forever", { inputs: { x: Artifact.json(Schema.Int) }, output: Artifact.metrics(["n"]), run: () => Effect.as(Effect.sleep("1 hour"), { n: 1 }) })
export default Experiment.make("slow", {
  pipeline: Pipeline.make("p", Schema.Struct({ k: Schema.Int }), () => ({ metrics: forever.node({ x: quick.node({}) }) })),
  grid: Grid.axes({ k: [1] })
})
`
      })
      const where = { folder: root, experiment: "slow" }
      const kept = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        run({
          ...where,
          jobs: 1,
          onEvent: (event) => {
            if (event._tag === "NodeStarted" && event.stage === "forever") Deferred.doneUnsafe(kept, Effect.void)
          }
        })
      )
      yield* Deferred.await(kept)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      const [recorded] = (yield* runs(where)).runs
      assert.deepStrictEqual([recorded?.status, recorded?.executed], ["interrupted", 1])
      assert.deepStrictEqual((yield* plan(where)).hit, 1)
    })
  )

  it.live("mistakes are tagged errors with one message", () =>
    Effect.gen(function* () {
      const where = made()
      const tagOf = <E extends { readonly _tag: string; readonly message: string }>(
        effect: Effect.Effect<unknown, E>
      ) => Effect.map(Effect.flip(effect), ({ _tag, message }) => [_tag, message] as const)
      const tagged = [
        [yield* tagOf(run({ ...where, experiment: "stdy" })), "ExperimentNotFound", 'Did you mean "study"?'],
        [yield* tagOf(plan({ ...where, set: { "draw.scale": "fast" } })), "UsageError", "draw.scale=fast"],
        [yield* tagOf(plan({ ...where, only: { k: 3 } })), "UsageError", 'axis "k" has no value "3"'],
        [yield* tagOf(run({ ...where, force: ["scor"] })), "UsageError", 'Did you mean "score"?'],
        [yield* tagOf(table(where)), "UsageError", "has no run"],
        [yield* tagOf(show({ ...where, what: ShowTarget.Hash({ hash: "zz" }) })), "UsageError", "neither a hash"],
        [
          yield* tagOf(
            compare({ ...where, a: RunRef.Run({ id: "20260101-000000-abcd" }), b: RunRef.Run({ id: "x" }) })
          ),
          "UsageError",
          'there is no run "20260101-000000-abcd"'
        ],
        [
          yield* tagOf(why({ ...where, what: WhyTarget.Named({ name: "scr" }) })),
          "UsageError",
          "is no cell, row, stage or node"
        ]
      ] as const
      for (const [[tag, message], expected, part] of tagged) {
        assert.strictEqual(tag, expected, message)
        assert.include(message, part)
      }
      const caught = table(where).pipe(
        Effect.as("a table"),
        Effect.catchTag("UsageError", (error) => Effect.succeed(error instanceof UsageError ? "a mistake" : "?"))
      )
      assert.strictEqual(yield* caught, "a mistake")
    })
  )
})
