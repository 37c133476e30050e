import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parse, read } from "../../src/cli/Arguments.ts"
import { commandNames, specOf } from "../../src/cli/Commands.ts"

const command = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(parse(args), (parsed) =>
    parsed._tag === "Command" ? Effect.succeed(parsed) : Effect.die(`not a command: ${parsed._tag}`)
  )
const refusal = (...args: ReadonlyArray<string>) => Effect.map(Effect.flip(parse(args)), (error) => error.message)

describe("the command line", () => {
  it.effect("a command with its arguments and options, in any order", () =>
    Effect.gen(function* () {
      for (const args of [
        ["run", "table3", "--jobs", "2", "--ui=json", "--store", "/tmp/s"],
        ["run", "--ui", "json", "-j", "2", "--store=/tmp/s", "table3"],
        ["run", "-j2", "table3", "--ui", "stream", "--ui", "json", "--store", "/tmp/s"]
      ]) {
        const parsed = yield* command(...args)
        assert.strictEqual(parsed.command, "run")
        const { experiment, options } = yield* read("run", parsed.typed)
        assert.strictEqual(experiment, "table3")
        assert.deepStrictEqual([options.jobs, options.ui, options.store], [2, "json", "/tmp/s"])
      }
    })
  )

  it.effect("options that are given again are all kept, those not given are none", () =>
    Effect.gen(function* () {
      const { typed } = yield* command("run", "e", "--set", "a=1", "--set", "b=x=y", "--only", "m=a,b")
      const { options } = yield* read("run", typed)
      assert.deepStrictEqual(options.set, ["a=1", "b=x=y"])
      assert.deepStrictEqual(options.only, ["m=a,b"])
      assert.deepStrictEqual(options.force, [])
      assert.isUndefined(options.jobs)
    })
  )

  it.effect("what follows -- is an argument", () =>
    Effect.map(command("show", "--", "-o"), ({ typed }) => assert.deepStrictEqual(typed.words, ["-o"]))
  )

  it.effect("help and version, wherever they stand", () =>
    Effect.gen(function* () {
      for (const [args, about] of [
        [[], undefined],
        [["--help"], undefined],
        [["-h"], undefined],
        [["help"], undefined],
        [["help", "constructor"], undefined],
        [["help", "run"], "run"],
        [["run", "--help"], "run"],
        [["plan", "table3", "-h"], "plan"],
        [["run", "--nonsense", "--help"], "run"]
      ] as const)
        assert.deepStrictEqual(yield* parse(args), { _tag: "Help", command: about })
      const named = { _tag: "Help", command: "run", experiment: "table3" }
      assert.deepStrictEqual<unknown>(yield* parse(["run", "table3", "--help"]), named)
      for (const flag of ["--version", "-v"]) assert.deepStrictEqual(yield* parse([flag]), { _tag: "Version" })
    })
  )

  it.effect("every example of every command parses", () =>
    Effect.gen(function* () {
      for (const name of commandNames)
        for (const [line] of specOf(name).examples) {
          const [program, ...args] = (line.split(" > ")[0] ?? "").split(" ")
          assert.strictEqual(program, "ablate")
          const parsed = yield* command(...args)
          assert.strictEqual(parsed.command, name, line)
          yield* read(parsed.command, parsed.typed)
        }
    })
  )
})

describe("what the command line refuses", () => {
  const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
    [["rnu"], 'there is no command "rnu". Did you mean "run"?'],
    [["zzzzzz"], 'there is no command "zzzzzz". The commands are init, run, list'],
    [["constructor"], 'there is no command "constructor".'],
    [["toString", "--help"], 'there is no command "toString".'],
    [["__proto__"], 'there is no command "__proto__".'],
    [["--nonsense"], "a command comes first, found --nonsense. See: ablate --help"],
    [["why", "table3"], "ablate why: <cell> is missing."],
    [["completion"], "ablate completion: <shell> is missing. bash, zsh or fish."],
    [["compare", "a"], "ablate compare: <b> is missing."],
    [["run", "a", "b"], 'ablate run: one argument too many: "b"'],
    [["gc", "x"], 'ablate gc: one argument too many: "x"'],
    [["run", "a", "--job", "2"], 'ablate run: there is no option --job. Did you mean "--jobs"? See: ablate run --help'],
    [["graph", "a", "--jobs", "1"], "ablate graph: there is no option --jobs."],
    [["run", "a", "-x"], "ablate run: there is no option -x."],
    [["run", "a", "--jobs"], "ablate run: Option '-j, --jobs <value>' argument missing."],
    [["gc", "--dry-run=yes"], "ablate gc: Option '--dry-run' does not take an argument."]
  ]
  for (const [args, message] of cases)
    it.effect(`ablate ${args.join(" ")}`, () =>
      Effect.map(refusal(...args), (text) => {
        assert.include(text, message)
        assert.notInclude(text, "\n")
      })
    )
})

describe("a command without the experiment it is about", () => {
  it.effect("is no mistake of the options: the experiments that are there are its answer", () =>
    Effect.gen(function* () {
      for (const name of ["run", "plan", "why", "table", "graph"] as const)
        assert.deepStrictEqual(yield* parse([name]), { _tag: "NoExperiment", command: name })
      assert.deepStrictEqual(yield* parse(["run", "--jobs", "2"]), { _tag: "NoExperiment", command: "run" })
    })
  )
})

describe("options with fixed choices, counts and shares", () => {
  const typed = (option: string, ...values: ReadonlyArray<string>) => ({ words: ["e"], options: { [option]: values } })

  it.effect("a choice is one of the choices, or what is meant where it is not given", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* read("run", typed("ui", "tui", "json"))).options.ui, "json")
      assert.isUndefined((yield* read("run", typed("set"))).options.ui)
      assert.strictEqual((yield* read("table", typed("run"))).options.format, "text")
      assert.strictEqual(
        (yield* Effect.flip(read("run", typed("ui", "jsn")))).message,
        '--ui is one of tui, stream, json, found "jsn". Did you mean "json"?'
      )
      assert.include((yield* Effect.flip(read("run", typed("ui", "")))).message, 'found ""')
    })
  )

  it.effect("so is an argument with fixed choices", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* read("completion", { words: ["zsh"], options: {} })).shell, "zsh")
      assert.strictEqual(
        (yield* Effect.flip(read("completion", { words: ["bsh"], options: {} }))).message,
        '<shell> is one of bash, zsh, fish, found "bsh". Did you mean "bash"?'
      )
    })
  )

  it.effect("a count is a whole number of at least 1", () =>
    Effect.gen(function* () {
      const jobs = (...values: ReadonlyArray<string>) =>
        Effect.map(read("run", typed("jobs", ...values)), ({ options }) => options.jobs)
      assert.deepStrictEqual([yield* jobs("1"), yield* jobs("16"), yield* jobs()], [1, 16, undefined])
      for (const bad of ["0", "-1", "1.5", "two", "", "1e3", " 1", "99999999999"])
        assert.strictEqual(
          (yield* Effect.flip(jobs(bad))).message,
          `--jobs is a whole number of at least 1, found "${bad}"`
        )
    })
  )

  it.effect("a share is a percentage above 0", () =>
    Effect.gen(function* () {
      const share = (...values: ReadonlyArray<string>) =>
        Effect.map(read("doctor", typed("recompute", ...values)), ({ options }) => options.recompute)
      assert.deepStrictEqual(
        [yield* share("5%"), yield* share("100"), yield* share("2.5%"), yield* share()],
        [0.05, 1, 0.025, undefined]
      )
      for (const bad of ["0", "101%", "-1%", "some", ""])
        assert.include((yield* Effect.flip(share(bad))).message, `found "${bad}"`)
    })
  )
})
