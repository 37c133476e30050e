/** What a worker thread runs: it imports the experiment's program, builds its layer, then serves one stage at a time. */
import { parentPort, workerData } from "node:worker_threads"
import { Clock, Duration, Effect, Exit, type Fiber, Layer, Option, Schema, Scope } from "effect"
import { ArtifactStore, openStore, storeClient } from "../store/index.ts"
import { Deadline } from "./Deadline.ts"
import { toInfo } from "./Failure.ts"
import { watch } from "./HiddenInputs.ts"
import { madeOf, progressOf } from "./InlineExecutor.ts"
import * as InputCache from "./InputCache.ts"
import * as Leftovers from "./Leftovers.ts"
import { type LoadedProgram, layerOf, noStage, stageAt } from "./LoadedProgram.ts"
import { Owner } from "./Owner.ts"
import { FromWorker, ToWorker, WorkerInit } from "./Protocol.ts"
import * as Services from "./Services.ts"
import { attemptAs, wiredVariables } from "./StageRun.ts"
import type { Task, TaskOutcome } from "./Task.ts"
import { guard, guarded } from "./ThreadGuard.ts"

const port = parentPort
const init = Schema.decodeUnknownSync(WorkerInit)(workerData)
const send = (message: FromWorker) => port?.postMessage(message)

const scope = Scope.makeUnsafe()
const inScope = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Scope.provide(effect, scope)

await Effect.runPromise(
  inScope(
    guard({
      told: ({ name }, what) => send({ _tag: "Told", owner: name, what }),
      print: (printed) => send({ _tag: "Happened", event: { _tag: "Printed", printed } })
    })
  )
)

// Before the program is loaded: what it asks for then is in no key either.
const hidden = watch(init.place.storeUrl === undefined ? undefined : storeClient)
const tellHidden = (owner: string, stage: string) => {
  const inputs = hidden.end()
  if (inputs.length > 0) send({ _tag: "Hidden", owner, stage, inputs })
}
const program = await Effect.runPromise(
  guarded(
    new Owner(init.programName),
    Effect.tryPromise({ try: (): Promise<LoadedProgram> => import(init.programUrl), catch: (cause) => cause })
    // What is thrown here ends the thread, and is told as the reason.
  ).pipe(Effect.catchCause((cause) => Effect.die(new Error(`${init.programName}: ${toInfo(cause).message}`))))
)

tellHidden(`${init.programName}, when it is loaded,`, init.programName)

const store = await Effect.runPromise(inScope(Layer.build(openStore(init.place, { mode: "read-only", trusted: true }))))
const services = await Effect.runPromiseExit(inScope(Services.build(layerOf(program), init.variables)))
// What a layer asks for is found as what the stage does that makes it ask, if at all.
hidden.end()
const cache = InputCache.make()

const run = Effect.fnUntraced(function* (task: Task, owner: Owner) {
  const stage = stageAt(program, task)
  if (stage === undefined) return yield* Effect.die(noStage(task))
  const artifacts = yield* ArtifactStore
  const clock = yield* Clock.Clock
  const artifact = yield* attemptAs(owner, services, {
    stage,
    config: task.config,
    inputs: task.inputs,
    numerics: task.numerics,
    variables: task.stage.variables,
    deadline: Deadline.of(task.time, clock),
    cache,
    artifacts,
    read: artifacts.get,
    copy: artifacts.copyOut,
    report: (each) => Effect.sync(() => send({ _tag: "Happened", event: progressOf(each) }))
  })
  return madeOf(artifact)
})

/** Runs the task and tells its end, with what it left behind. */
const serve = (task: Task) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const owner = new Owner(task.stage.name, { node: task.node })
      hidden.begin(wiredVariables(task.inputs))
      const [took, exit] = yield* Effect.timed(Effect.exit(restore(run(task, owner))))
      const durationMs = Duration.toMillis(took)
      tellHidden(task.node, task.stage.name)
      port?.ref()
      const left = yield* Leftovers.since(baseline)
      const outcome: TaskOutcome = Exit.isSuccess(exit)
        ? { _tag: "Succeeded", ...exit.value, left, durationMs }
        : {
            _tag: "Failed",
            failure: toInfo(exit.cause),
            left: owner.isFaulty ? (left ?? "what it began") : left,
            durationMs
          }
      send({ _tag: "Ended", outcome })
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
      running = Effect.runFork(serve(parsed.value.task))
  }
})

const baseline = Leftovers.count()
send(FromWorker.cases.Ready.make({}))
