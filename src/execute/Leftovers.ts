/** What keeps a thread alive beyond what did when the program had been loaded: what a stage left behind. */
import { Effect } from "effect"

type Counts = ReadonlyMap<string, number>

const words: { readonly [resource: string]: string } = {
  Timeout: "timer",
  Immediate: "callback",
  TCPSocketWrap: "connection",
  TCPServerWrap: "server",
  TCPConnectWrap: "connection",
  PipeWrap: "pipe",
  ProcessWrap: "child process",
  FSReqCallback: "file operation",
  FSReqPromise: "file operation",
  FSEventWrap: "file watcher",
  StatWatcher: "file watcher",
  MessagePort: "message port",
  Worker: "worker thread",
  GetAddrInfoReqWrap: "look-up of a host"
}

export const count = (): Counts => {
  const counts = new Map<string, number>()
  for (const resource of process.getActiveResourcesInfo()) counts.set(resource, (counts.get(resource) ?? 0) + 1)
  return counts
}

const beyond = (baseline: Counts): ReadonlyArray<string> =>
  [...count()].flatMap(([resource, now]) => {
    const more = now - (baseline.get(resource) ?? 0)
    const word = words[resource] ?? resource
    return more <= 0 ? [] : [more === 1 ? `a ${word}` : `${more} ${word}s`]
  })

const turn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** In words; null where nothing is left. What is just ending is given two turns of the event loop. */
export const since = (baseline: Counts): Effect.Effect<string | null> =>
  Effect.suspend(() => {
    if (beyond(baseline).length === 0) return Effect.succeed(null)
    return Effect.map(Effect.andThen(turn, turn), () => {
      const left = beyond(baseline)
      return left.length === 0 ? null : left.join(" and ")
    })
  })
