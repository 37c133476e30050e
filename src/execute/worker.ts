/** What a worker thread runs: it imports the experiment's program, then serves one stage at a time. */
import { parentPort, workerData } from "node:worker_threads"
import { Context, Effect, Exit, type Fiber, Layer, ManagedRuntime, Option, Schema } from "effect"
import { isExperiment } from "../declare/Experiment.ts"
import { isStage } from "../declare/Stage.ts"
import { prepareArtifact, Store } from "../store/index.ts"
import { toInfo } from "./Failure.ts"
import * as InputCache from "./InputCache.ts"
import { FromWorker, report, ToWorker, WorkerInit } from "./Protocol.ts"
import { attempt } from "./StageRun.ts"

type Module = { readonly [name: string]: unknown }

const port = parentPort
const init = Schema.decodeUnknownSync(WorkerInit)(workerData)
const send = (message: FromWorker) => port?.postMessage(message)

const program: { readonly default: unknown; readonly modules: { readonly [module: string]: Module } } = await import(
  init.programUrl
)
const layer = isExperiment(program.default) ? program.default.layer : undefined
const runtime = ManagedRuntime.make(
  Layer.merge(
    Store.layer({ dir: init.storeDir, mode: "read-only", trusted: true }),
    layer ?? Layer.succeedContext(Context.empty())
  )
)
const cache = InputCache.make()

const run = Effect.fnUntraced(function* (task: typeof ToWorker.cases.Run.Type) {
  const stage = program.modules[task.module]?.[task.export]
  if (!isStage(stage)) return yield* Effect.die(new Error(`no stage at ${task.module} export ${task.export}`))
  const store = yield* Store
  const bytes = yield* attempt({
    stage,
    config: task.config,
    inputs: task.inputs,
    cache,
    read: store.getArtifact,
    report: (each) => Effect.sync(() => send(report(each)))
  })
  const { hash, inline, size } = yield* prepareArtifact(init.storeDir, bytes, stage.output.kind)
  return FromWorker.cases.Succeeded.make({ hash, size, inline: inline ?? null })
})

const parse = Schema.decodeUnknownOption(ToWorker)
let running: Fiber.Fiber<unknown, unknown> | undefined

port?.on("message", (message: unknown) => {
  const parsed = parse(message)
  if (Option.isNone(parsed)) return
  if (parsed.value._tag === "Interrupt") {
    running?.interruptUnsafe()
    return
  }
  const fiber = runtime.runFork(run(parsed.value))
  running = fiber
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) send(exit.value)
    else send({ _tag: "Failed", failure: toInfo(exit.cause) })
  })
})

send(FromWorker.cases.Ready.make({}))
