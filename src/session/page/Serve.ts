/**
 * A page served on this machine alone, which follows its run: the store is looked at every second, and open pages are told
 * when there is something new.
 */
import { createServer, type Server, type ServerResponse } from "node:http"
import { Duration, Effect, Result } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { RunHistory, RunJournal } from "../../store/index.ts"
import type { Project } from "../Project.ts"
import { UsageError } from "../UsageError.ts"
import { htmlOf, textOf } from "./PageHtml.ts"
import { pageOf } from "./PageOf.ts"
import type { Served } from "./Served.ts"

interface Options {
  readonly experiment: string
  readonly run?: string | undefined
  readonly port?: number | undefined
  readonly onReady: (served: Served) => void
  readonly onProblem?: (message: string) => void
}

/** The page as it is now. */
interface Current {
  readonly html: string
  readonly text: string
}

const FIRST_PORT = 4680
const PORTS_TRIED = 20
const LAST_PORT = 65_535

/** Who names another host got here by a name that was made to lead to this machine. */
const isLocal = (host: string | undefined): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? "")

const answer = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" })
  response.end(body)
}

const serverOf = (current: () => Current, listeners: Set<ServerResponse>): Server =>
  createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    if (!isLocal(request.headers.host)) return answer(response, 403, "text/plain", "Only for this machine.\n")
    if (request.method !== "GET") return answer(response, 405, "text/plain", "Only to be read.\n")
    if (pathname === "/") return answer(response, 200, "text/html", current().html)
    if (pathname === "/data") return answer(response, 200, "application/json", current().text)
    if (pathname !== "/events") return answer(response, 404, "text/plain", "There is nothing here.\n")
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" })
    response.write(": open\n\n")
    listeners.add(response)
    response.on("close", () => listeners.delete(response))
  })

const listening = (server: Server, port: number) =>
  Effect.callback<Result.Result<number, NodeJS.ErrnoException>>((resume) => {
    const failed = (cause: NodeJS.ErrnoException) => resume(Effect.succeed(Result.fail(cause)))
    server.once("error", failed)
    server.listen(port, "127.0.0.1", () => {
      server.off("error", failed)
      resume(Effect.succeed(Result.succeed(port)))
    })
  })

/** Listens on the port that was asked for, or on the first free one. */
const listen = Effect.fnUntraced(function* (server: Server, asked: number | undefined) {
  if (asked !== undefined && asked > LAST_PORT)
    return yield* new UsageError({ text: `--port is a number from 1 to ${LAST_PORT}, found ${asked}` })
  const ports = asked === undefined ? Array.from({ length: PORTS_TRIED }, (_, at) => FIRST_PORT + at) : [asked]
  for (const port of ports) {
    const outcome = yield* listening(server, port)
    if (Result.isSuccess(outcome)) return outcome.success
    if (outcome.failure.code !== "EADDRINUSE")
      return yield* new UsageError({ text: `port ${port} could not be opened: ${outcome.failure.message}` })
  }
  return yield* new UsageError({
    text:
      asked === undefined
        ? `no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} is free; name one: --port N`
        : `--port ${asked}: another program has it`
  })
})

/** Changes whenever the page would. */
interface State {
  readonly text: string
  /** Where the run's journal goes on. */
  readonly next: number
}

/** `after`: as far as the journal was read. */
const stateOf = Effect.fnUntraced(function* (run: RunRecord, after: number) {
  const history = yield* RunHistory
  const newest = yield* history.latestRun({ name: run.experiment, file: run.file })
  const of = (yield* history.runsOf({ name: run.experiment, file: run.file }, 20)).find(({ id }) => id === run.id)
  const isOver = of?.status !== "running"
  const next = isOver ? after : (yield* (yield* RunJournal).read(of.id, after)).next
  const state: State = { text: `${newest?.id} ${of?.status} ${of?.durationMs} ${next}`, next }
  return state
})

/** A run of which nothing was looked at yet. */
const unseen: State = { text: "", next: 0 }

/** Serves until it is interrupted. */
export const servePage = (project: Project, { experiment, onProblem, onReady, port, run }: Options) =>
  Effect.scoped(
    Effect.gen(function* () {
      const make = Effect.fnUntraced(function* () {
        const { data } = yield* pageOf(project, { experiment, run, isLive: true })
        const text = textOf(data)
        const made: Current = { html: yield* htmlOf(data, text), text }
        return { made, run: data.run, state: unseen }
      })
      let latest = yield* make()
      const listeners = new Set<ServerResponse>()
      const server = yield* Effect.acquireRelease(
        Effect.sync(() => serverOf(() => latest.made, listeners)),
        (open) =>
          Effect.sync(() => {
            open.close()
            open.closeAllConnections()
          })
      )
      const opened = yield* listen(server, port)
      onReady({ url: `http://localhost:${opened}/`, runId: latest.run.id })
      const follow = Effect.gen(function* () {
        // Looked at before the page is made: what happens meanwhile is seen the next time.
        const state = yield* stateOf(latest.run, latest.state.next)
        if (state.text === latest.state.text) return
        const next = yield* make()
        latest = next.run.id === latest.run.id ? { ...next, state } : next
        for (const each of listeners) each.write("event: changed\ndata: \n\n")
      })
      // An experiment's file that is being edited, say: the page stays as it was until it can be made again.
      let problem = ""
      const kept = Effect.catch(follow, ({ message }) =>
        Effect.sync(() => {
          if (message !== problem) onProblem?.(message)
          problem = message
        })
      )
      // A long table takes a while to be made: never more than a third of the time.
      return yield* Effect.forever(
        Effect.flatMap(Effect.timed(kept), ([took]) =>
          Effect.sleep(Duration.max(Duration.seconds(1), Duration.times(took, 2)))
        )
      )
    })
  )
