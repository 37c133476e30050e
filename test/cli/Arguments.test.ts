import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Arguments, choice, count, parse } from "../../src/cli/Arguments.ts"
import { commands } from "../../src/cli/Commands.ts"

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
        assert.deepStrictEqual(parsed.positionals, ["table3"])
        assert.deepStrictEqual(["jobs", "ui", "store"].map(parsed.text), ["2", "json", "/tmp/s"])
      }
    })
  )

  it.effect("options that are given again are all kept, those not given are none", () =>
    Effect.gen(function* () {
      const parsed = yield* command("run", "e", "--set", "a=1", "--set", "b=x=y", "--only", "m=a,b")
      assert.deepStrictEqual(parsed.list("set"), ["a=1", "b=x=y"])
      assert.deepStrictEqual(parsed.list("only"), ["m=a,b"])
      assert.deepStrictEqual(parsed.list("force"), [])
      assert.isUndefined(parsed.text("jobs"))
    })
  )

  it.effect("what follows -- is an argument", () =>
    Effect.map(command("show", "--", "-o"), ({ positionals }) => assert.deepStrictEqual(positionals, ["-o"]))
  )

  it.effect("help and version, wherever they stand", () =>
    Effect.gen(function* () {
      for (const [args, about] of [
        [[], ""],
        [["--help"], ""],
        [["-h"], ""],
        [["help"], ""],
        [["help", "run"], "run"],
        [["run", "--help"], "run"],
        [["run", "table3", "-h"], "run"],
        [["run", "--nonsense", "--help"], "run"]
      ] as const)
        assert.deepStrictEqual(yield* parse(args), { _tag: "Help", command: about })
      for (const flag of ["--version", "-v"]) assert.deepStrictEqual(yield* parse([flag]), { _tag: "Version" })
    })
  )

  it.effect("every example of every command parses", () =>
    Effect.gen(function* () {
      for (const [name, { examples }] of Object.entries(commands))
        for (const [line] of examples) {
          const [program, ...args] = (line.split(" > ")[0] ?? "").split(" ")
          assert.strictEqual(program, "ablate")
          assert.strictEqual((yield* command(...args)).command, name, line)
        }
    })
  )
})

describe("what the command line refuses", () => {
  const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
    [["rnu"], 'there is no command "rnu". Did you mean "run"?'],
    [["zzzzzz"], 'there is no command "zzzzzz". The commands are run, plan'],
    [["constructor"], 'there is no command "constructor".'],
    [["toString", "--help"], 'there is no command "toString".'],
    [["__proto__"], 'there is no command "__proto__".'],
    [["--nonsense"], "a command comes first, found --nonsense. See: ablate --help"],
    [["run"], "ablate run: <experiment> is missing. A file in experiments/"],
    [["why", "table3"], "ablate why: <cell> is missing."],
    [["compare", "a"], "ablate compare: <b> is missing."],
    [["run", "a", "b"], 'ablate run: one argument too many: "b"'],
    [["runs", "x"], 'ablate runs: one argument too many: "x"'],
    [["run", "a", "--job", "2"], 'ablate run: there is no option --job. Did you mean "--jobs"? See: ablate run --help'],
    [["table", "a", "--only", "x=1"], "ablate table: there is no option --only."],
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

describe("options with fixed choices and counts", () => {
  const args = (option: string, value: string | undefined): Arguments => ({
    command: "run",
    positionals: [],
    text: (name) => (name === option ? value : undefined),
    list: () => []
  })

  it.effect("a choice is one of the choices, or the default where it is not given", () =>
    Effect.gen(function* () {
      const ui = (value: string | undefined) => choice(args("ui", value), "ui", ["tui", "stream", "json"], "stream")
      assert.strictEqual(yield* ui("json"), "json")
      assert.strictEqual(yield* ui(undefined), "stream")
      assert.strictEqual(
        (yield* Effect.flip(ui("jsn"))).message,
        '--ui is one of tui, stream, json, found "jsn". Did you mean "json"?'
      )
      assert.include((yield* Effect.flip(ui(""))).message, 'found ""')
    })
  )

  it.effect("a count is a whole number of at least 1", () =>
    Effect.gen(function* () {
      const jobs = (value: string | undefined) => count(args("jobs", value), "jobs", 4)
      assert.deepStrictEqual([yield* jobs("1"), yield* jobs("16"), yield* jobs(undefined)], [1, 16, 4])
      for (const bad of ["0", "-1", "1.5", "two", "", "1e3", " 1", "99999999999"])
        assert.strictEqual(
          (yield* Effect.flip(jobs(bad))).message,
          `--jobs is a whole number of at least 1, found "${bad}"`
        )
    })
  )
})
