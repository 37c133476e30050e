#!/usr/bin/env node
// The command's start. Plain JavaScript that an old Node can read: it prints help without loading anything,
// hands over to the Node that a project pins where the running one is too old, and loads the built command.
import { existsSync, lstatSync, readFileSync } from "node:fs"
import module, { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)

/** What Effect, Ink and better-sqlite3 need: better-sqlite3 crashes on Node 20. */
const oldest = [22, 12]

const isTooOld = () => {
  const [major, minor] = process.versions.node.split(".").map(Number)
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1])
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined)

/** The text that needs no command to be loaded: the version, or help that the build wrote down. */
const readyText = () => {
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args
  const [first] = options
  if (first === "--version" || first === "-V") return `${readJson(join(root, "package.json")).version}\n`
  if (first !== "help" && !options.includes("--help") && !options.includes("-h")) return undefined
  // Of an experiment that is named, the settings are told as well.
  if (first === "run" && options[1] !== undefined && !options[1].startsWith("-")) return undefined
  const texts = readJson(join(root, "dist/help.json")) ?? {}
  const topic = first === "help" ? (options[1] ?? "") : first.startsWith("-") ? "" : first
  return Object.hasOwn(texts, topic) ? texts[topic] : undefined
}

const refuse = (text) => {
  process.stderr.write(`ablate: ${text}\n`)
  process.exitCode = 2
}

/** The binary of the package `node`, where the project has that; undefined binary: refused install scripts left none. */
const pinnedNode = () => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"))
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node")
    return { binary: existsSync(binary) ? binary : undefined }
  } catch {
    return undefined
  }
}

/** Runs the same command under the pinned Node, as if this process were it. */
const handOver = async () => {
  const pinned = process.env.ABLATE_HANDED_OVER === undefined ? pinnedNode() : undefined
  const binary = pinned?.binary
  if (binary === undefined)
    return refuse(
      `needs Node ${oldest.join(".")} or newer, and this is ${process.versions.node}. ${
        pinned === undefined
          ? "Use a newer Node."
          : 'The package "node" that the project pins has no binary: run "npm ci" with install scripts allowed for it, or use a newer Node.'
      }`
    )
  const { spawn } = await import("node:child_process")
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...args], {
    stdio: "inherit",
    env: { ...process.env, ABLATE_HANDED_OVER: "1" }
  })
  const relay = (signal) => {
    // A terminal sends Ctrl-C to both processes: passing it on would make it two.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
  for (const signal of signals) process.on(signal, relay)
  await new Promise((resolve) => {
    child.on("error", (error) => {
      refuse(`cannot start ${binary}: ${error.message}`)
      resolve()
    })
    child.on("exit", (code, signal) => {
      for (const each of signals) process.off(each, relay)
      if (signal === null) process.exitCode = code
      else process.kill(process.pid, signal)
      resolve()
    })
  })
}

/**
 * Compiled code is kept between processes: half of the start-up time. Where it cannot be kept, it is not.
 * Worker threads learn of it by the environment.
 */
const keepCompiledCode = () => {
  const keepIn = (folder) => {
    const { status } = module.enableCompileCache(folder)
    const isKept = status !== module.constants.compileCacheStatus.FAILED
    if (isKept) process.env.NODE_COMPILE_CACHE ??= folder
    return isKept
  }
  const above = dirname(root)
  // Installed, by itself, or as a workspace.
  const places = [basename(above) === "node_modules" ? above : join(root, "node_modules"), join(above, "node_modules")]
  const modules = places.find((place) => existsSync(place))
  if (modules !== undefined && keepIn(join(modules, ".cache", "ablate"))) return
  const user = process.getuid?.()
  const own = join(tmpdir(), `ablate-code-${user ?? "user"}`)
  const found = lstatSync(own, { throwIfNoEntry: false })
  if (found === undefined || (found.isDirectory() && (user === undefined || found.uid === user))) keepIn(own)
}

const start = async () => {
  const text = readyText()
  if (text !== undefined) return process.stdout.write(text)
  if (isTooOld()) return handOver()
  const command = new URL("../dist/cli.mjs", import.meta.url)
  if (!existsSync(command)) return refuse('the command is not built yet: run "npm run build".')
  // The bundler's allocator would take memory for its arenas at once: 100 MB that a run keeps to its end.
  process.env.MIMALLOC_ARENA_EAGER_COMMIT ??= "0"
  // TensorFlow's library greets on stderr, beside all streams of Node: across the screen.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "1"
  keepCompiledCode()
  await import(command.href)
}

await start()
