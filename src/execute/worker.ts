/** What a worker thread runs: it imports the experiment's program, builds its layer, then serves one stage at a time. */
import { parentPort, workerData } from "node:worker_threads"
import { Clock, Effect, Exit, type Fiber, Layer, Option, Schema, Scope } from "effect"
import { isExperiment } from "../declare/Experiment.ts"
import { isStage } from "../declare/Stage.ts"
import { Store } from "../store/index.ts"
import { Deadline } from "./Deadline.ts"
import { toInfo } from "./Failure.ts"
import { watch } from "./HiddenInputs.ts"
import * as InputCache from "./InputCache.ts"
import * as Leftovers from "./Leftovers.ts"
import { Owner } from "./Owner.ts"
import { FromWorker, report, ToWorker, WorkerInit } from "./Protocol.ts"
import * as Services from "./Services.ts"
import { attemptAs, wiredVariables } from "./StageRun.ts"
import { guard, guarded } from "./ThreadGuard.ts"

interface Program {
  readonly default: unknown
  readonly modules: { readonly [module: string]: { readonly [name: string]: unknown } }
}

const port = parentPort
const init = Schema.decodeUnknownSync(WorkerInit)(workerData)
const send = (message: FromWorker) => port?.postMessage(message)

const scope = Scope.makeUnsafe()
const inScope = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Scope.provide(effect, scope)

await Effect.runPromise(
  inScope(
    guard({
      told: ({ name }, what) => send({ _tag: "Told", owner: name, what }),
      print: (lines) => process.stderr.write(lines)
    })
  )
)

// Before the program is loaded: what it asks for then is in no key either.
const hidden = watch()
const tellHidden = (owner: string, stage: string) => {
  const inputs = hidden.end()
  if (inputs.length > 0) send({ _tag: "Hidden", owner, stage, inputs })
}
const program = await Effect.runPromise(
  guarded(
    new Owner(init.programName),
    Effect.tryPromise({ try: (): Promise<Program> => import(init.programUrl), catch: (cause) => cause })
  ).pipe(
    Effect.catchCause((cause) => {
      send({ _tag: "Unusable", message: `${init.programName}: ${toInfo(cause).message}` })
      return Effect.sync(() => process.exit())
    })
  )
)

tellHidden(`${init.programName}, when it is loaded,`, init.programName)

const store = await Effect.runPromise(
  inScope(Layer.build(Store.layer({ dir: init.storeDir, mode: "read-only", trusted: true })))
)
const services = await Effect.runPromiseExit(
  inScope(Services.build(isExperiment(program.default) ? program.default.layer : undefined, init.variables))
)
// What a layer asks for is found as what the stage does that makes it ask, if at all.
hidden.end()
const cache = InputCache.make()

const run = Effect.fnUntraced(function* (task: typeof ToWorker.cases.Run.Type, owner: Owner) {
  const stage = program.modules[task.module]?.[task.export]
  if (!isStage(stage)) return yield* Effect.die(new Error(`no stage at ${task.module} export ${task.export}`))
  const { copyArtifact, getArtifact } = yield* Store
  const clock = yield* Clock.Clock
  const {
    hash,
    inline,
    parts = [],
    size
  } = yield* attemptAs(owner, services, {
    stage,
    config: task.config,
    inputs: task.inputs,
    variables: task.variables,
    deadline: task.time === null ? undefined : new Deadline(task.time.limitMs, clock, task.time.spentMs),
    cache,
    storeDir: init.storeDir,
    read: getArtifact,
    copy: copyArtifact,
    report: (each) => Effect.sync(() => send(report(each)))
  })
  const files = parts.map((part) => ({ hash: part.hash, size: part.size, inline: part.inline ?? null }))
  return { hash, size, inline: inline ?? null, parts: files }
})

/** Completes when the main thread has taken what was printed: until then it counts as something that is left. */
const printed = Effect.callback<void>((resume) => {
  if (process.stderr.writableLength === 0) resume(Effect.void)
  else process.stderr.write("", () => resume(Effect.void))
})

/** Runs the task and tells its end, with what it left behind. */
const serve = (task: typeof ToWorker.cases.Run.Type) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const owner = new Owner(task.stage)
      hidden.begin(wiredVariables(task.inputs))
      const exit = yield* Effect.exit(restore(run(task, owner)))
      tellHidden(task.node, task.stage)
      port?.ref()
      yield* printed
      const left = yield* Leftovers.since(baseline)
      if (Exit.isSuccess(exit)) return send(FromWorker.cases.Succeeded.make({ ...exit.value, left }))
      send({ _tag: "Failed", failure: toInfo(exit.cause), left: owner.isFaulty ? (left ?? "what it began") : left })
    })
  ).pipe(Effect.provideContext(store))

const parse = Schema.decodeUnknownOption(ToWorker)
let running: Fiber.Fiber<unknown, unknown> | undefined

port?.on("message", (message: unknown) => {
  const parsed = parse(message)
  if (Option.isNone(parsed)) return
  switch (parsed.value._tag) {
    case "Interrupt":
      return running?.interruptUnsafe()
    case "Release":
      port.unref()
      return void Effect.runFork(Scope.close(scope, Exit.void)).addObserver(() => process.exit())
    case "Run":
      // While a stage runs, only what it waits for keeps the thread alive: where nothing does, it would wait for ever.
      port.unref()
      running = Effect.runFork(serve(parsed.value))
  }
})

const baseline = Leftovers.count()
send(FromWorker.cases.Ready.make({}))
