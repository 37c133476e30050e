/** A stage can do anything to the thread it runs on, and the run still ends and tells the truth. */
import { assert, describe, it } from "vitest"
import { imports, type Project, project, type Run } from "./rig.ts"

/** An experiment of one stage `case/s`: one cell for every way of `ways`, whose text is the effect to run. */
const oneStage = (
  ways: Readonly<Record<string, string>>,
  {
    layer = "",
    options = "",
    top = ""
  }: { readonly layer?: string; readonly options?: string; readonly top?: string } = {}
): Project =>
  project({
    "experiments/case.ts": `${imports}import { Config, Context, Layer } from "effect"
import { ran } from "../ran.ts"
${top}
const done = Effect.succeed({ v: { value: 1 } })
export const s = Stage.make("case/s", {
  config: Schema.Struct({ way: Schema.String }),
  output: Artifact.metrics(["v"]),
  ${options}
  run: (_, { way }) => Effect.suspend((): Effect.Effect<any, any, any> => {
    ran(way)
    switch (way) {
${Object.entries(ways)
  .map(([way, effect]) => `      case ${JSON.stringify(way)}: return ${effect}`)
  .join("\n")}
    }
    return done
  }) as Effect.Effect<{ v: { value: number } }>
})
export default Experiment.make("case", {
  pipeline: Pipeline.make("case", Schema.Struct({ way: Schema.String }), (p) => ({ metrics: s.node({}, p) })),
  grid: Grid.axes({ way: ${JSON.stringify(Object.keys(ways))} }),
  ${layer === "" ? "" : `layer: ${layer},`}
  table: Table.make({ title: "Case", rows: ["way"], columns: [{ metric: "v", label: "v" }] })
})
`
  })

/** Way to the message of its last failure. */
const failures = (run: Run): ReadonlyMap<string, string> => {
  const { cells, nodes } = run.started
  return new Map(
    run
      .of("NodeFailed")
      .filter(({ willRetry }) => !willRetry)
      .map((event) => [
        cells[nodes.find(({ id }) => id === event.node)?.cells[0] ?? -1]?.labels.way ?? "",
        event.failure.message
      ])
  )
}

describe("a stage's time", () => {
  it.each(["30 days", "infinity"])("may be %s", async (timeout) => {
    const given = timeout === "infinity" ? "Infinity" : JSON.stringify(timeout)
    const run = await oneStage(
      { quick: "Effect.as(Effect.sleep(20), { v: { value: 1 } })" },
      { options: `timeout: ${given},` }
    ).run(["case"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
  })

  it.each(["worker", "inline"])("bounds all attempts together (%s)", async (pool) => {
    const run = await oneStage(
      { fails: 'Effect.fail("no luck")', slow: "Effect.never" },
      { options: `pool: "${pool}", retries: 1000, timeout: "1 second",` }
    ).run(["case"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    const told = failures(run)
    assert.strictEqual(told.get("fails"), "no luck")
    assert.match(told.get("slow") ?? "", /no result after 1s/)
    // With pauses of 100, 200, 400 … ms four attempts fit; a timeout of each attempt would leave room for a thousand.
    assert.isAtMost(run.ran.filter((way) => way === "fails").length, 4)
    assert.strictEqual(run.ran.filter((way) => way === "slow").length, 1)
  })
})

/** Lines that a stage printed, as they stand on stderr. */
const printed = (run: Run, name = "case/s"): ReadonlyArray<string> =>
  run.ended.stderr
    .split("\n")
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2))

describe.each(["worker", "inline"])("what a stage prints (%s)", (pool) => {
  it("goes to stderr, whole lines after its name, never between the events", async () => {
    const having = (statements: string) => `Effect.sync(() => { ${statements}; return { v: { value: 1 } } })`
    const run = await oneStage(
      {
        console: having('console.log("log"); console.error("err"); console.table([{ a: 1 }])'),
        raw: having('process.stdout.write("par"); process.stdout.write(Buffer.from("tial\\nrest"))'),
        split: having('for (const byte of Buffer.from("né\\n")) process.stdout.write(Buffer.from([byte]))'),
        big: having('process.stdout.write(("x".repeat(99) + "\\n").repeat(50_000))'),
        waits:
          'Effect.as(Effect.callback((resume) => { process.stdout.write("written\\n", () => resume(Effect.void)) }), { v: { value: 1 } })',
        ends: having('process.stdout.cork(); process.stdout.end("ended\\n"); process.stdout.destroy()'),
        later:
          'Effect.as(Effect.promise(async () => { await new Promise((r) => setTimeout(r, 20)); console.log("later") }), { v: { value: 1 } })'
      },
      { options: `pool: "${pool}",`, top: 'console.log("loaded"); process.stdout.write("unended")' }
    ).run(["case"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    const lines = printed(run)
    for (const line of ["log", "err", "partial", "rest", "né", "written", "ended", "later"]) assert.include(lines, line)
    assert.strictEqual(lines.filter((line) => line === "x".repeat(99)).length, 50_000)
    const loaded = printed(run, "experiments/case.ts")
    assert.includeMembers([...loaded], ["loaded", "unended"])
    const others = run.ended.stderr.split("\n").filter((line) => !/^(case\/s|experiments\/case\.ts): /.test(line))
    assert.deepStrictEqual(others, [""])
  })
})

describe.each(["worker", "inline"])("what a stage does to its thread (%s)", (pool) => {
  const options = `pool: "${pool}",`

  it("fails it by name, and every other cell goes on", async () => {
    const never = "Effect.promise(() => new Promise<never>(() => {}))"
    const ways: Record<string, readonly [effect: string, message: RegExp]> = {
      exit: ["process.exit(0) as never", /process\.exit\(0\)/],
      exitLater: [`(setTimeout(() => process.exit(0), 10), ${never})`, /process\.exit\(0\)/],
      exitCaught: [
        "Effect.try({ try: () => process.exit(0), catch: () => 1 }).pipe(Effect.ignore, Effect.andThen(done))",
        /process\.exit\(0\)/
      ],
      reallyExit: ["(process as any).reallyExit(0)", /process\.reallyExit\(0\)/],
      abort: ["process.abort() as never", /process\.abort\(\)/],
      kill: ['(process.kill(process.pid, "SIGKILL"), done)', /process\.kill\(/],
      group: ["(process.kill(0), done)", /process\.kill\(0\)/],
      throwsLater: [`(setTimeout(() => { throw new Error("thrown later") }, 10), ${never})`, /thrown later/],
      throwsText: [`(setTimeout(() => { throw "a text" }, 10), ${never})`, /a text/],
      tick: [`(process.nextTick(() => { throw new Error("in a tick") }), ${never})`, /in a tick/],
      micro: [`(queueMicrotask(() => { throw new Error("in a microtask") }), ${never})`, /in a microtask/],
      rejects: [
        '(void Promise.reject(new Error("left alone")), Effect.as(Effect.sleep(50), { v: { value: 1 } }))',
        /left alone/
      ],
      emits: [`(setImmediate(() => new EventEmitter().emit("error", new Error("emitted"))), ${never})`, /emitted/],
      never: [never, /never ended/],
      neverEffect: ["Effect.never", /never ended/],
      fine: ["done", /^$/]
    }
    const run = await oneStage(Object.fromEntries(Object.entries(ways).map(([way, [effect]]) => [way, effect])), {
      options,
      top: 'import { EventEmitter } from "node:events"'
    }).run(["case", "--jobs", "2"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    const told = failures(run)
    assert.deepStrictEqual(
      [...told.keys()].sort(),
      Object.keys(ways)
        .filter((way) => way !== "fine")
        .sort()
    )
    for (const [way, [, message]] of Object.entries(ways))
      if (way !== "fine") assert.match(told.get(way) ?? "", message, way)
    assert.strictEqual(run.finished.executed, 1)
    assert.match(run.ended.stderr, /^ablate: case\/s: never ended/m)
  })

  it("after its end is told by its name, and fails no other", async () => {
    const slow = "Effect.as(Effect.sleep(400), { v: { value: 1 } })"
    const having = (statements: string) => `Effect.sync(() => { ${statements}; return { v: { value: 1 } } })`
    const run = await oneStage(
      {
        throws: having('setTimeout(() => { throw new Error("too late") }, 50)'),
        unref: having('setTimeout(() => { throw new Error("unseen") }, 50).unref()'),
        rejects: having('setTimeout(() => { void Promise.reject(new Error("rejected late")) }, 50)'),
        exits: having("setTimeout(() => process.exit(0), 50)"),
        a: slow,
        b: slow,
        c: slow
      },
      { options }
    ).run(["case", "--jobs", "1"])
    assert.strictEqual(run.finished.failed, 0, run.ended.stderr)
    assert.strictEqual(run.ended.code, 1)
    for (const what of ["too late", "unseen", "rejected late", "process.exit(0)"])
      assert.match(
        run.ended.stderr,
        new RegExp(`^ablate: case/s: after its end .*${what.replace(/[()]/g, "\\$&")}`, "m")
      )
  })
})

describe("the command ends", () => {
  it.each(["worker", "inline"])("whatever modules and stages leave running (%s)", async (pool) => {
    const run = await oneStage(
      {
        interval: "Effect.sync(() => { setInterval(() => {}, 1000); return { v: { value: 1 } } })",
        server: "Effect.sync(() => { createServer().listen(0); return { v: { value: 1 } } })",
        child: 'Effect.sync(() => { spawn("sleep", ["60"], { stdio: "ignore" }); return { v: { value: 1 } } })'
      },
      {
        options: `pool: "${pool}",`,
        top: 'import { createServer } from "node:net"\nimport { spawn } from "node:child_process"\nsetInterval(() => {}, 1000)'
      }
    ).run(["case", "--jobs", "1"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    assert.strictEqual(run.finished.executed, 3)
    if (pool === "worker")
      for (const left of ["timer", "server", "child process"])
        assert.match(run.ended.stderr, new RegExp(`^ablate: case/s: it left a ${left} behind`, "m"))
  })

  it("where a module waits for what never comes, ends the process or throws later", async () => {
    const tops: ReadonlyArray<readonly [top: string, code: number, message: RegExp]> = [
      ["await new Promise(() => {})", 2, /^ablate: experiments\/case\.ts: .*never ended/m],
      ["process.exit(0)", 2, /^ablate: experiments\/case\.ts:\d+:\d+: .*process\.exit\(0\)/m],
      ['setTimeout(() => { throw new Error("module late") }, 1)', 1, /^ablate: experiments\/case\.ts: .*module late/m]
    ]
    for (const [top, code, message] of tops) {
      const slow = { slow: "Effect.as(Effect.sleep(200), { v: { value: 1 } })" }
      const ended = await oneStage(slow, { options: 'pool: "inline",', top }).ablate(["run", "case"])
      assert.match(ended.stderr, message)
      assert.strictEqual(ended.code, code, ended.stderr)
    }
  })
})

describe.each(["worker", "inline"])("the experiment's layer (%s)", (pool) => {
  const service = 'class Dice extends Context.Service<Dice, { readonly roll: number }>()("test/Dice") {}'
  const two = {
    a: "Effect.map(Dice, ({ roll }) => ({ v: { value: roll } }))",
    b: "Effect.map(Dice, ({ roll }) => ({ v: { value: roll + 1 } }))"
  }
  const withRelease = (release: string) =>
    `Layer.effect(Dice, Effect.acquireRelease(Effect.sync(() => { console.log("built"); return { roll: 4 } }), () => ${release})) as Layer.Layer<never>`
  const runWith = (layer: string, ways: Readonly<Record<string, string>> = two) =>
    oneStage(ways, { options: `pool: "${pool}",`, top: service, layer }).run(["case", "--jobs", "1"])

  it("is built once and released in the end", async () => {
    const run = await runWith(withRelease('Effect.sync(() => console.log("released"))'))
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    assert.deepStrictEqual(printed(run, "the experiment's layer"), ["built", "released"])
  })

  it("is told when its release fails or hangs", async () => {
    for (const [release, told] of [
      ['Effect.die(new Error("stuck fast"))', "stuck fast"],
      ["Effect.never", "never ended|no end"],
      ["Effect.sync(() => { setInterval(() => {}, 10) }).pipe(Effect.andThen(Effect.never))", "no end after 2 s"]
    ] as const) {
      const run = await runWith(withRelease(release), { a: two.a })
      assert.strictEqual(run.finished.executed, 1)
      assert.match(
        run.ended.stderr,
        new RegExp(`^ablate: the experiment's layer: it could not be released: .*(${told})`, "m")
      )
    }
  })

  it("fails the stages with its message where it cannot be built", async () => {
    for (const [build, message] of [
      ['Effect.fail("no dice")', /layer could not be built: no dice/],
      ["Effect.never", /layer could not be built: never ended/],
      ["Effect.sync(() => process.exit(0))", /layer could not be built: it called process.exit\(0\)/]
    ] as const) {
      const run = await runWith(`Layer.effect(Dice, ${build} as Effect.Effect<never>) as Layer.Layer<never>`)
      assert.strictEqual(run.ended.code, 1, run.ended.stderr)
      const told = failures(run)
      assert.strictEqual(told.size, 2)
      for (const each of told.values()) assert.match(each, message)
    }
  })
})

describe("a run through the API", () => {
  it("that is interrupted says so, and keeps what is finished", async () => {
    const made = oneStage({ quick: "done", slow: "Effect.as(Effect.sleep(60_000), { v: { value: 1 } })" })
    made.write({
      "script.mjs": `import { run } from ${JSON.stringify(new URL("../src/dist/runtime/commands.mjs", import.meta.url).href)}
import { Effect, Fiber } from ${JSON.stringify(new URL("../src/dist/runtime/effect-core.mjs", import.meta.url).href)}
const fiber = Effect.runFork(run({ experiment: "case", jobs: 2, onEvent: (event) => {
  if (event._tag === "NodeSucceeded") fiber.interruptUnsafe()
  if (event._tag === "RunFinished") console.log(event.status, event.executed)
} }))
await Effect.runPromise(Fiber.await(fiber))
`
    })
    const ended = await made.node("script.mjs")
    assert.strictEqual(ended.stdout, "interrupted 1\n", ended.stderr)
    assert.match((await made.ablate(["runs"])).stdout, /interrupted/)
  })
})

describe("Ctrl-C in an endless loop of an inline stage", () => {
  it("ends the command, and keeps what is finished", async () => {
    const made = oneStage(
      {
        quick: "done",
        loop: 'Effect.andThen(Effect.sleep(300), Effect.sync(() => { ran("in the loop"); for (;;); }))'
      },
      { options: 'pool: "inline",' }
    )
    const { child, ended } = made.start(["run", "case", "--ui", "json"], { ownGroup: true })
    await made.ranHas("in the loop")
    // As a terminal does: to the whole group. The first lets the stage end, which it does not.
    const interrupt = () => process.kill(-(child.pid ?? assert.fail("no process")), "SIGINT")
    interrupt()
    await new Promise((resolve) => setTimeout(resolve, 200))
    interrupt()
    const { signal, stderr } = await ended
    assert.strictEqual(signal, "SIGKILL")
    assert.match(stderr, /^ablate: a stage on the main thread .* did not yield/m)
    const again = await made.run(["case", "--only", "way=quick"])
    assert.strictEqual(again.finished.cached, 1, again.ended.stderr)
  })
})
