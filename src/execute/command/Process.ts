/**
 * An external process in a process group of its own, which ends with it: by its own end, by an interrupt (SIGTERM, after
 * a grace SIGKILL), and when this process dies, however it does.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { StringDecoder } from "node:string_decoder"
import { Effect } from "effect"

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

export interface Options {
  /** The program's absolute path. */
  readonly program: string
  readonly arguments: ReadonlyArray<string>
  readonly cwd: string
  readonly env: { readonly [name: string]: string }
  /** Lines of its standard output, or the descriptor of a file that takes it as it is. */
  readonly stdout: ((line: string) => void) | number
  readonly stderr: (line: string) => void
  /** Deleted by who outlives this process. */
  readonly scratch: string
}

/** What is interrupted has this time to end by itself. An interrupted stage has half a second in all. */
const graceMs = 300

/** A group is gone when it is killed; what left it may hold the streams open. */
const closingMs = 500

/**
 * Starts a guard in the group and becomes the program. Descriptor 3 is a pipe from this process: the guard reads its end
 * when this process is gone. The guard is nobody's child, so that no program waits for it.
 */
const script = `( ( trap "" TERM INT HUP; read -r _ <&3; kill -s TERM 0; sleep 1; rm -rf "$1"; kill -s KILL 0 ) >/dev/null 2>&1 & )
exec 3<&-; shift; exec "$@"`

const hasGroups = process.platform !== "win32"

const start = (options: Options): ChildProcess => {
  const { cwd, env, program, scratch } = options
  const out = typeof options.stdout === "number" ? options.stdout : "pipe"
  return hasGroups
    ? spawn("/bin/sh", ["-c", script, "ablate", scratch, program, ...options.arguments], {
        cwd,
        env,
        detached: true,
        stdio: ["ignore", out, "pipe", "pipe"]
      })
    : spawn(program, [...options.arguments], { cwd, env, stdio: ["ignore", out, "pipe"] })
}

const signalGroup = (child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void => {
  if (child.pid === undefined) return
  if (hasGroups) Effect.runSync(Effect.ignore(Effect.try(() => process.kill(-(child.pid ?? 0), signal))))
  else child.kill(signal)
}

/** Calls `tell` with every line, the last one also without its end. Gives what ends it. */
const lines = (tell: (line: string) => void) => {
  const decoder = new StringDecoder("utf8")
  let unended = ""
  return {
    take: (chunk: Buffer): void => {
      const [last = "", ...whole] = (unended + decoder.write(chunk)).split(/\r?\n/).reverse()
      unended = last
      for (const line of whole.reverse()) tell(line)
    },
    end: (): void => {
      const rest = unended + decoder.end()
      unended = ""
      if (rest !== "") tell(rest)
    }
  }
}

/** Runs it to its end. Fails where it cannot be started. Nothing of its group is left when this has ended or is interrupted. */
export const run = (options: Options): Effect.Effect<Ended, Error> =>
  Effect.callback<Ended, Error>((resume) => {
    const child = start(options)
    const out = lines(typeof options.stdout === "number" ? () => {} : options.stdout)
    const error = lines(options.stderr)
    child.stdout?.on("data", out.take)
    child.stderr?.on("data", error.take)
    // Without a reader a write would be an error; there is none.
    child.stdio[3]?.on("error", () => {})
    const close = () => {
      for (const stream of child.stdio) stream?.destroy()
    }
    let ended: Ended | undefined
    let done = (_: Ended) => {}
    child.once("exit", (code, signal) => {
      ended = { code, signal }
      signalGroup(child, "SIGKILL")
      child.stdio[3]?.destroy()
      const late = setTimeout(close, closingMs)
      child.once("close", () => {
        clearTimeout(late)
        out.end()
        error.end()
        done({ code, signal })
      })
    })
    child.once("error", (cause) => {
      if (ended !== undefined) return
      close()
      done = () => {}
      resume(Effect.fail(cause))
    })
    done = (each) => resume(Effect.succeed(each))
    return Effect.callback<void>((stopped) => {
      if (child.pid === undefined) return stopped(Effect.void)
      const kill = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs)
      done = () => {
        clearTimeout(kill)
        stopped(Effect.void)
      }
      if (ended === undefined) signalGroup(child, "SIGTERM")
    })
  })
