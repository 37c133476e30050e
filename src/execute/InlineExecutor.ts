/** Computes tasks on the thread that it is made on, one at a time, contained as in a worker. */
import { Clock, type Context, Effect, Exit, Layer, Scope } from "effect"
import type { ProgressReport } from "../declare/Progress.ts"
import { ArtifactStore, type PreparedArtifact } from "../store/index.ts"
import { Deadline } from "./Deadline.ts"
import { type ExecutorService, InlineExecutor } from "./Executor.ts"
import { toInfo } from "./Failure.ts"
import * as InputCache from "./InputCache.ts"
import { type LoadedProgram, layerOf, noStage, stageAt } from "./LoadedProgram.ts"
import { asNobody, Owner } from "./Owner.ts"
import * as Services from "./Services.ts"
import { attemptAs } from "./StageRun.ts"
import type { ProgramRef, Task, TaskEvent, TaskOutcome } from "./Task.ts"

interface Opened {
  readonly scope: Scope.Closeable
  readonly services: Effect.Effect<Context.Context<never>, unknown>
}

/** A report as an event; its figures are finite. */
export const progressOf = ({ current, metrics, total, unit }: ProgressReport): TaskEvent => ({
  _tag: "Progress",
  current,
  total: total ?? null,
  unit,
  metrics: metrics ?? {}
})

const part = ({ hash, inline, size }: PreparedArtifact) => ({ hash, size, inline: inline ?? null })

/** An output as an outcome tells it. */
export const madeOf = (artifact: PreparedArtifact) => ({
  ...part(artifact),
  parts: (artifact.parts ?? []).map(part)
})

/** `program` gives a program by its hash. */
const make = Effect.fnUntraced(function* (program: (hash: string) => Effect.Effect<LoadedProgram>) {
  const artifacts = yield* ArtifactStore
  const clock = yield* Clock.Clock
  const cache = InputCache.make()
  const monotonicMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  let opened = new Map<string, Opened>()

  // Built where a stage asks for it, once a program.
  const servicesOf = ({ hash, variables }: ProgramRef, loaded: LoadedProgram) =>
    Effect.suspend(() => {
      const known = opened.get(hash)
      if (known !== undefined) return known.services
      const scope = Scope.makeUnsafe()
      return Effect.flatMap(
        Effect.cached(Scope.provide(Services.build(layerOf(loaded), variables), scope)),
        (services) => {
          opened.set(hash, { scope, services })
          return services
        }
      )
    })

  const compute = (task: Task, tell: (event: TaskEvent) => void) =>
    Effect.gen(function* () {
      const loaded = yield* program(task.program.hash)
      const stage = stageAt(loaded, task)
      if (stage === undefined) return yield* Effect.die(noStage(task))
      return yield* attemptAs(new Owner(stage.name, { node: task.node }), servicesOf(task.program, loaded), {
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
        report: (report) => Effect.sync(() => asNobody(() => tell(progressOf(report))))
      })
    })

  const service: ExecutorService = {
    capacity: 1,
    run: (task, tell) =>
      Effect.suspend(() => {
        tell({ _tag: "Started", worker: -1 })
        const startedAt = monotonicMs()
        return Effect.matchCauseEffect(compute(task, tell), {
          onSuccess: (artifact) => {
            const durationMs = monotonicMs() - startedAt
            const outcome: TaskOutcome = { _tag: "Succeeded", ...madeOf(artifact), left: null, durationMs }
            return Effect.succeed(outcome)
          },
          onFailure: (cause) => {
            const durationMs = monotonicMs() - startedAt
            const outcome: TaskOutcome = { _tag: "Failed", failure: toInfo(cause), left: null, durationMs }
            return Effect.succeed(outcome)
          }
        })
      }),
    release: Effect.suspend(() => {
      const closing = [...opened.values()]
      opened = new Map()
      return Effect.forEach(closing, ({ scope }) => Scope.close(scope, Exit.void), { discard: true })
    })
  }
  yield* Effect.addFinalizer(() => service.release)
  return service
})

export const layer = (
  program: (hash: string) => Effect.Effect<LoadedProgram>
): Layer.Layer<InlineExecutor, never, ArtifactStore> => Layer.effect(InlineExecutor, make(program))
