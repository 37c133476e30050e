/**
 * Ctrl-C while an inline stage never yields: the main thread, which should react to it, is busy. So a process beside it does,
 * after a while, from outside: the first time it says that the stage is let end, the second time it mends the terminal and
 * ends the command.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { Socket } from "node:net"
import { Effect, type Scope } from "effect"

/**
 * A shell is the smallest process there is. It lives while its pipe does, and gets the signals that a terminal sends to the
 * whole group. `$1` is whom it watches, `$2` whether a screen is drawn: then the terminal makes a key of Ctrl-C, which only a
 * thread that is not busy would read, so it is made a signal again. `$3` is how often it was asked before.
 */
const script = `
asked=$3
trap 'asked=$((asked + 1))' INT
trap 'asked=$((asked + 2))' TERM
cat <&3 >/dev/null 2>&1 & pipe=$!
if [ "$2" = screen ]; then
  (trap '' INT TERM; while sleep 1 && kill -0 $pipe; do stty isig susp undef quit undef </dev/tty; done) >/dev/null 2>&1 &
fi
heard=$asked
while :; do
  wait $pipe
  [ "$asked" -gt "$heard" ] || exit 0
  heard=$asked
  turn=0
  while [ $turn -lt 20 ]; do
    sleep 0.1
    kill -0 $pipe 2>/dev/null || exit 0
    turn=$((turn + 1))
  done
  [ "$asked" -lt 2 ] || break
  [ "$2" = screen ] || echo 'ablate: stopping: a stage on the main thread runs and is let end; again to stop at once' >&2
done
trap '' INT TERM
kill -KILL "$1"
(stty sane </dev/tty; printf '\\033[?25h' >/dev/tty) 2>/dev/null
echo 'ablate: a stage on the main thread (pool: "inline") did not yield for 2 s: the command was ended; what was finished is kept' >&2
`

const start = (isScreen: boolean, asked: number): ChildProcess => {
  const child = spawn(
    "/bin/sh",
    ["-c", script, "ablate-watcher", String(process.pid), isScreen ? "screen" : "lines", String(asked)],
    {
      stdio: ["ignore", "ignore", "inherit", "pipe"]
    }
  )
  // Without a shell nobody watches.
  child.on("error", () => {})
  child.unref()
  const pipe = child.stdio[3]
  if (pipe instanceof Socket) pipe.unref()
  return child
}

const end = (child: ChildProcess): void => {
  child.stdio[3]?.destroy()
}

/** Watches this process while the scope lives. */
export const watch = (isScreen: boolean): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        let asked = 0
        let child = start(isScreen, asked)
        // This thread reacts: nothing to do for that watcher, but perhaps for one after it.
        const react = (signal: NodeJS.Signals) => {
          asked += signal === "SIGTERM" ? 2 : 1
          end(child)
          child = start(isScreen, asked)
        }
        const signals = ["SIGINT", "SIGTERM"] as const
        for (const signal of signals) process.on(signal, react)
        return () => {
          for (const signal of signals) process.off(signal, react)
          end(child)
        }
      }),
      (stop) => Effect.sync(stop)
    )
  )
