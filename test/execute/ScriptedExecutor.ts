/**
 * An executor without threads or time: a seed decides for every task how many turns it takes, so in which order they end, and
 * which workers are lost. It computes as the inline executor does, so its results are real.
 */
import { hash } from "node:crypto"
import { Effect, Layer, Semaphore } from "effect"
import { Executor, type ExecutorService, InlineExecutor, WorkerLost } from "../../src/execute/Executor.ts"

export interface Script {
  readonly capacity: number
  readonly seed: number
  /** The share of handed out tasks whose worker is lost. Default: none. */
  readonly losses?: number
}

/** What happened, in order: `ended load#0`, `lost score#1`. */
export type Log = Array<string>

/** From 0 (included) to 1, by the text alone. */
const drawn = (text: string) => Number.parseInt(hash("sha256", text).slice(0, 8), 16) / 2 ** 32

const make = Effect.fnUntraced(function* ({ capacity, losses = 0, seed }: Script, log: Log) {
  const inline = yield* InlineExecutor
  const one = yield* Semaphore.make(1)
  const handedOut = new Map<string, number>()
  let busy = 0
  const service: ExecutorService = {
    ...inline,
    capacity,
    run: (task, tell) =>
      Effect.gen(function* () {
        if (busy === capacity) return yield* Effect.die(new Error(`more than ${capacity} tasks at a time`))
        const worker = busy++
        tell({ _tag: "Started", worker })
        const n = (handedOut.get(task.node) ?? 0) + 1
        handedOut.set(task.node, n)
        yield* Effect.repeat(Effect.yieldNow, { times: Math.floor(20 * drawn(`turns ${seed} ${task.node} ${n}`)) })
        if (drawn(`loss ${seed} ${task.node} ${n}`) < losses) {
          log.push(`lost ${task.node}`)
          return yield* new WorkerLost({ reason: "scripted" })
        }
        const outcome = yield* one.withPermit(
          inline.run(task, (event) => {
            if (event._tag !== "Started") tell(event)
          })
        )
        log.push(`ended ${task.node}`)
        return outcome
      }).pipe(Effect.ensuring(Effect.sync(() => busy--)))
  }
  return service
})

export const layer = (script: Script, log: Log = []): Layer.Layer<Executor, never, InlineExecutor> =>
  Layer.effect(Executor, make(script, log))
