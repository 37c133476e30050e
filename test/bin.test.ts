import { spawn } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"

const made: Array<string> = []
afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true, force: true })
})

interface Package {
  /** The built command's source; none: not built. */
  readonly command?: string
  readonly help?: Readonly<Record<string, string>>
  /** Whether the `node` package has its binary: the running Node. */
  readonly pinned?: boolean
  /** Whether there is a `node` package at all. */
  readonly pins?: boolean
}

/** A package of its own around the real start file. */
const install = ({ command, help, pinned = false, pins = true }: Package): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ablate-bin-")))
  made.push(root)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write("package.json", JSON.stringify({ name: "ablate", version: "1.2.3", type: "module" }))
  mkdirSync(join(root, "bin"))
  copyFileSync(fileURLToPath(new URL("../src/bin/ablate.mjs", import.meta.url)), join(root, "bin/ablate.mjs"))
  if (command !== undefined) write("dist/cli.mjs", command)
  if (help !== undefined) write("dist/help.json", JSON.stringify(help))
  // Makes the running Node say that it is an old one; the Node it hands over to is not told.
  write("old.cjs", `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } })`)
  // Without its binary the package is what refused install scripts leave behind.
  if (pins) write("node_modules/node/package.json", JSON.stringify({ name: "node", version: "24.0.0" }))
  if (pinned) {
    mkdirSync(join(root, "node_modules/node/bin"))
    symlinkSync(
      process.execPath,
      join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node")
    )
  }
  return root
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const start = (root: string, args: ReadonlyArray<string>, old = false) => {
  const env = { ...process.env }
  delete env.NODE_OPTIONS
  delete env.NODE_COMPILE_CACHE
  const options = old ? ["--require", join(root, "old.cjs")] : []
  const child = spawn(process.execPath, [...options, join(root, "bin/ablate.mjs"), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (stdout.includes(text)) resolve()
      }
      child.stdout.on("data", look)
      look()
    })
  return { child, ended, says }
}

const echo = `process.stdout.write(JSON.stringify({ node: process.versions.node, args: process.argv.slice(2) }))`

describe("what needs no command", () => {
  const help = { "": "overview\\n", run: "how to run\\n" }
  const command = `process.stdout.write("the command itself")`
  const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
    [["--version"], "1.2.3\n"],
    [["--help"], help[""]],
    [["-h"], help[""]],
    [["help"], help[""]],
    [["help", "run"], help.run],
    [["run", "--help"], help.run],
    // With the settings of its experiment.
    [["run", "table3", "-h"], "the command itself"],
    [["nonsense", "--help"], "the command itself"],
    [["run", "--", "--help"], "the command itself"],
    [["constructor", "--help"], "the command itself"],
    [["runs"], "the command itself"]
  ]
  for (const [args, expected] of cases) {
    it(`ablate ${args.join(" ")}`, async () => {
      const { code, stdout } = await start(install({ command, help }), args).ended
      assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: expected })
    })
  }

  it("help is there on an old Node, even where no other is installed", async () => {
    const { code, stdout } = await start(install({ help }), ["--help"], true).ended
    assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: help[""] })
  })
})

describe("the start", () => {
  it("without a built command says how to build it", async () => {
    const { code, stderr } = await start(install({}), ["run"]).ended
    assert.strictEqual(code, 2)
    assert.include(stderr, "npm run build")
  })

  it("keeps compiled code in node_modules/.cache, and works where that cannot be", async () => {
    const kept = install({ command: "process.stdout.write(process.env.NODE_COMPILE_CACHE)" })
    const cache = join(kept, "node_modules/.cache/ablate")
    const first = await start(kept, ["runs"]).ended
    assert.deepStrictEqual({ code: first.code, stdout: first.stdout }, { code: 0, stdout: cache })
    assert.isNotEmpty(readdirSync(cache))
    const refused = install({ command: echo })
    writeFileSync(join(refused, "node_modules/.cache"), "a file in the way")
    const { code, stderr, stdout } = await start(refused, ["runs"]).ended
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    assert.include(stdout, "runs")
  })
})

describe("under an old Node", () => {
  it("the pinned one runs the same command", async () => {
    const { code, stdout } = await start(install({ command: echo, pinned: true }), ["run", "a b", "--jobs", "2"], true)
      .ended
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(JSON.parse(stdout), { node: process.versions.node, args: ["run", "a b", "--jobs", "2"] })
  })

  it("its exit code is the exit code", async () => {
    const { code } = await start(install({ command: "process.exit(7)", pinned: true }), ["run"], true).ended
    assert.strictEqual(code, 7)
  })

  it("its death by a signal is this process's too", async () => {
    const root = install({ command: `process.kill(process.pid, "SIGKILL")`, pinned: true })
    const { code, signal } = await start(root, ["run"], true).ended
    assert.deepStrictEqual({ code, signal }, { code: null, signal: "SIGKILL" })
  })

  for (const [name, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143]
  ] as const) {
    it(`${name} reaches it, and it ends first`, async () => {
      const command = `
const alive = setInterval(() => {}, 1000)
process.on("${name}", () => setTimeout(() => { process.stdout.write("put away"); process.exit(${exit}) }, 100))
process.stdout.write("ready")`
      const { child, ended, says } = start(install({ command, pinned: true }), ["run"], true)
      await says("ready")
      child.kill(name)
      const { code, stdout } = await ended
      assert.deepStrictEqual({ code, stdout }, { code: exit, stdout: "readyput away" })
    })
  }

  it("and without the pinned one, one message says what to do", async () => {
    const root = install({ command: echo })
    const { code, stderr, stdout } = await start(root, ["run"], true).ended
    assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
    assert.include(stderr, "20.11.0")
    assert.include(stderr, "npm ci")
    assert.strictEqual(stderr.trim().split("\n").length, 1)
    assert.isFalse(existsSync(join(root, "node_modules/.cache")))
  })

  it("and where no Node is pinned, one line says which is needed", async () => {
    const { code, stderr, stdout } = await start(install({ command: echo, pins: false }), ["run"], true).ended
    assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
    assert.strictEqual(stderr, "ablate: needs Node 22.12 or newer, and this is 20.11.0. Use a newer Node.\n")
  })
})
