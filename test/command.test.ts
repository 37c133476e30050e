/** Stages that are external programs, driven through the built command on real processes. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, beforeAll, describe, it } from "vitest"
import { type Files, imports, type Project, project, type Run } from "./rig.ts"

/** A project whose stage `program` is what `options` says; `extra` are further declarations. */
const study = (options: string, files: Files = {}, nodes = "metrics: program.node({})", extra = ""): Project =>
  project({
    "study.ts": `${imports}import { appendFileSync } from "node:fs"
const metrics = Artifact.metrics(["m"])
${extra}
export const program = Stage.command("program", ${options})
const line = Pipeline.make("study", Schema.Struct({}), () => (${nodes.startsWith("{") ? nodes : `{ ${nodes} }`}))
export default Experiment.make("study", {
  pipeline: line, grid: Grid.axes({ only: ["one"] }), params: () => ({}),
  table: Table.make({ title: "t", rows: ["only"], columns: [{ metric: "m", label: "m" }] })
})
`,
    ...files
  })

/** A value of the metric `m` as JSON. */
const m = (value: string) => `{\\"m\\":{\\"value\\":${value}}}`
const shell = (script: string, rest = "") =>
  `{ program: ["sh", "run.sh"], files: ["run.sh"], output: metrics${rest} }`.replace("SCRIPT", script)
const writes = (value: string) => `echo "${m(value)}" > "$ABLATE_OUTPUT"\n`

const failureOf = async (made: Project, args: ReadonlyArray<string> = []) => {
  const run = await made.run(["study.ts", ...args])
  assert.strictEqual(run.ended.code, 1, run.ended.stderr)
  return { ...(run.of("NodeFailed").at(-1)?.failure ?? assert.fail("nothing failed")), run }
}

const isAlive = (pid: number): boolean => {
  // A process that has ended and is not collected yet does nothing any more.
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"))
}

const ended = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await sleep(20)
}

describe("the cache of an external program", () => {
  it("runs it once; its file, a file of its folder or its config run it again, and why names what changed", async () => {
    const made = study(
      `{ program: ["sh", "run.sh"], files: ["run.sh", "lib/"], output: metrics, config: Schema.Struct({ k: Schema.Int }) }`,
      {
        "run.sh": `. ./lib/value.sh\necho ran >&2\n${writes("$VALUE")}`,
        "lib/value.sh": "VALUE=1\n",
        "lib/other.sh": ""
      },
      "metrics: program.node({}, { k: 1 })"
    )
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, {})
    made.write({ "lib/value.sh": "VALUE=2\n", "lib/__pycache__/x.pyc": "left behind" })
    const why = await made.ablate(["why", "study.ts", "only=one"])
    assert.match(why.stdout, /file lib: content/)
    assert.match(why.stdout, /value\.sh changed/)
    assert.notMatch(why.stdout, /other\.sh|pyc/)
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
    assert.deepStrictEqual((await made.table(["study.ts"])).rows[0]?.cells.m?.values, [2])
    made.edit("study.ts", "{ k: 1 }", "{ k: 2 }")
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
    chmodSync(made.path("run.sh"), 0o755)
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, {}, "the mode is no part of the content")
    made.edit("study.ts", '["sh", "run.sh"]', '["sh", "-u", "run.sh"]')
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
  })

  it("stops where the output is what it was: early cutoff", async () => {
    const made = study(
      `{ program: ["sh", "run.sh"], files: ["run.sh"], output: Artifact.file }`,
      { "run.sh": `printf 5 > "$ABLATE_OUTPUT"\n` },
      "metrics: after.node({ file: program.node({}) })",
      `export const after = Stage.make("after", { inputs: { file: Artifact.file }, output: metrics,
        run: ({ file }) => Effect.promise(() => import("node:fs/promises").then((fs) => fs.readFile(file.path, "utf8")))
          .pipe(Effect.map((text) => ({ m: { value: Number(text) } }))) })`
    )
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1, after: 1 })
    made.write({ "run.sh": `# another way\nprintf '%s' 5 > "$ABLATE_OUTPUT"\n` })
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
    made.write({ "run.sh": `printf 6 > "$ABLATE_OUTPUT"\n` })
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1, after: 1 })
  })

  it("depends on the version that is declared, and on the variables", async () => {
    const made = study(
      `{ program: ["sh", "run.sh"], files: ["run.sh"], output: metrics, env: ["PASSED"], version: ["sh", "${"version.sh"}"] }`,
      { "run.sh": `[ -z "$SECRET" ] || exit 9\n${writes("$PASSED")}` }
    )
    made.edit(
      "study.ts",
      '["sh", "version.sh"]',
      JSON.stringify(["sh", "-c", `cat ${made.path("v")}`])
        .slice(1, -1)
        .replace(/^/, "[")
        .concat("]")
    )
    made.write({ v: "1.0" })
    const env = { PASSED: "3", SECRET: "x" }
    const first = await made.run(["study.ts"], { env })
    assert.deepStrictEqual(first.executed, { program: 1 }, first.ended.stderr)
    assert.deepStrictEqual((await made.run(["study.ts"], { env })).executed, {})
    assert.deepStrictEqual((await made.run(["study.ts"], { env: { ...env, SECRET: "y" } })).executed, {})
    assert.deepStrictEqual((await made.run(["study.ts"], { env: { ...env, PASSED: "4" } })).executed, { program: 1 })
    made.write({ v: "1.1" })
    assert.match((await made.ablate(["why", "study.ts", "only=one"], { env })).stdout, /program version: another/)
    assert.deepStrictEqual((await made.run(["study.ts"], { env })).executed, { program: 1 })
  })
})

describe("what goes wrong", () => {
  const script = (name: string) => `{ program: ["sh", "${name}.sh"], files: ["${name}.sh"], output: metrics }`
  const table = "Artifact.table(Schema.Struct({ a: Schema.Finite }))"
  /** By its name, a stage that fails in a way of its own. */
  const programs = {
    code: script("code"),
    signal: script("signal"),
    missing: '{ program: ["no-such-program"], output: metrics }',
    none: script("none"),
    folder: script("folder"),
    text: script("text"),
    csv: `{ program: ["sh", "-c", "echo a; echo x"], output: ${table}, outputAs: "csv", outputFrom: "stdout" }`,
    python: '{ program: ["python3", "src/train.py"], files: ["src/train.py"], output: metrics }',
    secret: script("secret")
  }
  const files = {
    "code.sh": "echo to the log\necho no such column >&2\nexit 3\n",
    "signal.sh": "kill -s KILL $$\n",
    "none.sh": "echo warned >&2\n",
    "folder.sh": 'mkdir "$ABLATE_OUTPUT"\n',
    "text.sh": 'echo hello > "$ABLATE_OUTPUT"\n',
    "src/train.py": "import os\nfrom helper import x\n",
    "src/helper.py": "x = 1\n",
    "secret.sh": "cat secret.txt secret.sh >&2 || ls >&2; exit 4\n",
    "secret.txt": "s3cret"
  }
  let run: Run
  beforeAll(async () => {
    const names = Object.keys(programs)
    const made = study(
      shell(""),
      { ...files, "run.sh": writes("1") },
      `{ metrics: program.node({}), ${names.map((name) => `${name}: ${name}.node({})`).join(", ")} }`,
      Object.entries(programs)
        .map(([name, options]) => `export const ${name} = Stage.command("${name}", ${options})`)
        .join("\n")
    )
    run = await made.run(["study.ts"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    assert.deepStrictEqual(run.executed, { program: 1 })
  })
  const failureAt = (stage: keyof typeof programs) =>
    run.of("NodeFailed").find((event) => event.stage === stage)?.failure ?? assert.fail(`${stage} did not fail`)

  it("an exit code: with the end of its standard error, which is in the log too, by the stage's name", () => {
    const { message, tag } = failureAt("code")
    assert.strictEqual(tag, "CommandFailed")
    assert.match(message, /^sh code\.sh ended with exit code 3; its standard error ends with "no such column"$/)
    assert.include(run.ended.stderr, "code: to the log\n")
    assert.include(run.ended.stderr, "code: no such column\n")
  })

  it("a signal", () => {
    const { message, tag } = failureAt("signal")
    assert.strictEqual(tag, "CommandFailed")
    assert.include(message, "was ended by SIGKILL")
  })

  it("a program that is not there, an output that is not there, is something else, or is no JSON", () => {
    const missing = failureAt("missing")
    assert.strictEqual(missing.tag, "ProgramMissing")
    assert.match(missing.message, /no-such-program.*PATH/)
    const none = failureAt("none")
    assert.strictEqual(none.tag, "OutputInvalid")
    assert.match(none.message, /output\.json.*it wrote no such file[\s\S]*warned/)
    assert.include(failureAt("folder").message, "found a folder")
    assert.strictEqual(failureAt("text").tag, "OutputInvalid")
    assert.match(failureAt("csv").message, /standard output is not the table.*as CSV/)
  })

  it("a file that it imports and does not declare: told before it runs, with its line", () => {
    const { message, tag } = failureAt("python")
    assert.strictEqual(tag, "UndeclaredImport")
    assert.include(message, "src/train.py, line 2, imports helper, which is src/helper.py of the project")
  })

  it("finds no file of the project that is not declared", () => {
    assert.strictEqual(failureAt("secret").tag, "CommandFailed")
    assert.notInclude(run.ended.stderr, "s3cret")
    assert.include(run.ended.stderr, "cat secret.txt", "its own file is there")
  })

  it("is tried again as often as is declared", async () => {
    const made = study(shell("", ", retries: 2"), {})
    made.write({
      "run.sh": `echo x >> ${made.path("tries")}\n[ $(wc -l < ${made.path("tries")}) -ge 3 ] || exit 1\n${writes("1")}`
    })
    const run = await made.run(["study.ts"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    assert.strictEqual(made.read("tries"), "x\nx\nx\n")
  })
})

describe("the end of a program's processes", () => {
  /** Ignores SIGTERM, with a grandchild that does so too and outlives its parent. */
  const stubborn = (folder: string) => `trap "" TERM
(trap "" TERM; sh -c 'trap "" TERM; echo $$ > ${folder}/grandchild; while :; do sleep 0.05; done' &)
echo $$ > ${folder}/child
while :; do sleep 0.05; done
`
  const pids = async (made: Project) => {
    const read = (name: string) => (existsSync(made.path(name)) ? Number.parseInt(made.read(name), 10) : Number.NaN)
    while (Number.isNaN(read("child")) || Number.isNaN(read("grandchild"))) await sleep(20)
    return [read("child"), read("grandchild")]
  }

  for (const pool of ["worker", "inline"])
    it(`${pool}: a timeout ends the whole group, whatever it ignores`, async () => {
      const made = study(shell("", `, timeout: "2 seconds", pool: "${pool}"`))
      made.write({ "run.sh": stubborn(made.root) })
      assert.strictEqual((await failureOf(made)).tag, "StageTimeout")
      for (const pid of await pids(made)) await ended(pid)
    })

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    it(`${signal} to ablate ends the whole group`, async () => {
      const made = study(shell(""))
      made.write({ "run.sh": stubborn(made.root) })
      const running = made.start(["run", "study.ts", "--ui", "json"], { ownGroup: true })
      const found = await pids(made)
      running.child.kill(signal)
      await running.ended
      for (const pid of found) await ended(pid)
    })

  it("what it leaves in the background ends with it", async () => {
    const made = study(shell(""))
    made.write({
      "run.sh": `(sh -c 'echo $$ > ${made.path("left")}; exec sleep 600' &)\nwhile [ ! -s ${made.path("left")} ]; do sleep 0.02; done\n${writes("1")}`
    })
    const run = await made.run(["study.ts"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    await ended(Number.parseInt(made.read("left"), 10))
  })
})

describe("what it says and is given", () => {
  it("lines of a pattern and of JSON are progress, others are its log", async () => {
    const made = study(shell("", String.raw`, progress: /epoch (?<current>\d+)\/(?<total>\d+) loss (?<loss>\S+)/`), {
      "run.sh": `echo "epoch 3/9 loss 0.5"\nsleep 0.3\necho '{"current": 4, "unit": "row", "metrics": {"acc": 0.25}}'\necho plain\n${writes("1")}`
    })
    const run = await made.run(["study.ts"])
    assert.deepStrictEqual(
      run.of("NodeProgress").map(({ current, metrics, total, unit }) => ({ current, metrics, total, unit })),
      [
        { current: 3, metrics: { loss: 0.5 }, total: 9, unit: "step" },
        { current: 4, metrics: { acc: 0.25 }, total: null, unit: "row" }
      ]
    )
    assert.include(run.ended.stderr, "program: plain\n")
    assert.notInclude(run.ended.stderr, "epoch 3/9")
  })

  it("inputs in their layouts, the config in each way, the standard output as output", async () => {
    const made = study(
      `{
  program: ["sh", "run.sh", "{input.rows}", "{config.k}"], files: ["run.sh"], output: Artifact.bytes, outputFrom: "stdout",
  config: Schema.Struct({ k: Schema.Int, name: Schema.String }), configAs: "environment",
  inputs: { rows: Artifact.table(Row), one: Artifact.json(Schema.Finite), many: Artifact.list(Artifact.json(Schema.Finite)), mine: Artifact.file },
  layout: { rows: "csv", mine: "mine.txt" } }`,
      {
        "mine.txt": "my file",
        "run.sh": `cat "$1"; echo "$2"; cat "$ABLATE_INPUT_ONE"; echo; cat "$ABLATE_INPUT_MANY"/*; echo; cat "$ABLATE_INPUT_MINE"; echo; basename "$ABLATE_INPUT_MINE"; echo "$ABLATE_CONFIG_NAME"; cat "$ABLATE_CONFIG"`
      },
      `{ metrics: after.node({}), out: program.node({ rows: rows.node({}), one: one.node({}, { k: 1 }), many: [one.node({}, { k: 8 }), one.node({}, { k: 9 })], mine: External.file("mine.txt") }, { k: 7, name: "a b" }) }`,
      `const Row = Schema.Struct({ a: Schema.String, b: Schema.NullOr(Schema.Finite) })
export const rows = Stage.make("rows", { output: Artifact.table(Row), run: () => Effect.succeed([{ a: 'x,"y"', b: 1.5 }, { a: "", b: null }]) })
export const one = Stage.make("one", { config: Schema.Struct({ k: Schema.Int }), output: Artifact.json(Schema.Finite), run: (_, { k }) => Effect.succeed(k) })
export const after = Stage.make("after", { output: metrics, run: () => Effect.succeed({ m: { value: 1 } }) })`
    )
    const run = await made.run(["study.ts"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    const hash = run.artifacts.get("only=one program") ?? ""
    await made.ablate(["show", hash, "--output", "out.txt"])
    assert.strictEqual(
      made.read("out.txt"),
      'a,b\n"x,""y""",1.5\n"",null\n7\n1\n89\nmy file\nmine.txt\na b\n{"k":7,"name":"a b"}'
    )
  })
})

describe("files and folders as outputs", () => {
  const folder = () =>
    study(
      `{ program: ["sh", "run.sh"], files: ["run.sh"], output: Artifact.folder }`,
      {
        "run.sh": `cd "$ABLATE_OUTPUT"; mkdir -p a/b empty; echo one > a/one; head -c 100000 /dev/zero > a/b/big; printf '#!/bin/sh\\necho hi\\n' > tool; chmod +x tool; ln -s a/one link`
      },
      "metrics: after.node({ tree: program.node({}) })",
      `export const after = Stage.command("after", { program: ["sh", "-c", 'cd {input.tree} && [ -d empty ] && [ "$(./tool)" = hi ] && [ "$(cat link)" = one ] && [ ! -x a/one ] && ! (echo no > a/one) 2>/dev/null; SIZE=$(wc -c < a/b/big); echo "{\\\\"m\\\\":{\\\\"value\\\\":$SIZE}}"'],
        inputs: { tree: Artifact.folder }, output: metrics, outputFrom: "stdout" })`
    )

  it("keeps a folder as it is, equal folders as one, and gives it out again", async () => {
    const made = folder()
    const run = await made.run(["study.ts"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    assert.deepStrictEqual((await made.table(["study.ts"])).rows[0]?.cells.m?.values, [100000])
    const hash = run.artifacts.get("only=one program") ?? ""
    const shown = await made.ablate(["show", hash])
    assert.match(shown.stdout, /a\/b\/big/)
    assert.strictEqual((await made.ablate(["show", hash, "--output", "out"])).code, 0)
    assert.deepStrictEqual(made.files("out"), ["a/b/big", "a/one", "link", "tool"])
    assert.strictEqual(made.read("out/a/one"), "one\n")
    made.write({ "run.sh": `# the same\n${made.read("run.sh")}` })
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, { program: 1 })
    assert.strictEqual((await made.ablate(["gc"])).code, 0)
    assert.deepStrictEqual((await made.run(["study.ts"])).executed, {})
  })

  it("a flipped bit in a file of a folder is a miss, which is mended", async () => {
    const made = folder()
    await made.run(["study.ts"])
    const blobs = made.files(".ablate/blobs")
    assert.strictEqual(blobs.length, 1, "the large file")
    const path = made.path(".ablate/blobs", blobs[0] ?? "")
    const bytes = readFileSync(path)
    bytes.writeUInt8(1, 5)
    chmodSync(path, 0o644)
    writeFileSync(path, bytes)
    const doctor = await made.ablate(["doctor"])
    assert.notStrictEqual(doctor.code, 0)
    const run = await made.run(["study.ts", "--force", "after"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    assert.deepStrictEqual(run.executed, { program: 1, after: 1 })
    assert.strictEqual((await made.ablate(["doctor"])).code, 0)
  })

  it("TypeScript stages give files too, which must be there and be files", async () => {
    const made = study(
      `{ program: ["wc", "-c", "{input.file}"], inputs: { file: Artifact.file }, output: Artifact.bytes, outputFrom: "stdout" }`,
      {},
      "{ metrics: after.node({}), out: program.node({ file: writer.node({}) }) }",
      `import { Scratch } from "ablate"
export const writer = Stage.make("writer", { output: Artifact.file, run: () => Effect.gen(function* () {
  const { folder } = yield* Scratch
  const path = (yield* folder) + "/made"
  appendFileSync(path, "12345")
  return path
}) })
export const after = Stage.make("after", { output: metrics, run: () => Effect.succeed({ m: { value: 1 } }) })`
    )
    const run = await made.run(["study.ts"])
    assert.deepStrictEqual(run.executed, { program: 1, after: 1, writer: 1 }, run.ended.stderr)
    made.edit("study.ts", "return path", 'return path + "x"')
    const failed = await failureOf(made)
    assert.match(failed.message, /madex: there is no such file/)

    assert.strictEqual((await made.ablate(["plan", "study.ts"])).code, 0)
  })

  it("leaves no working folder behind", async () => {
    const made = study(shell(""), { "run.sh": writes("1") })
    made.write({ "tmp/keep": "" })
    await made.run(["study.ts"], { env: { TMPDIR: made.path("tmp") } })
    assert.deepStrictEqual(readdirSync(made.path("tmp")), ["keep"])
  })
})
