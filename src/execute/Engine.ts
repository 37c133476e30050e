/** One node's life: attempts on a worker or inline, the check of files it read, the commit of its result. */
import { Cause, Clock, Effect, Exit, identity, type Layer, Scope } from "effect"
import * as Json from "../declare/Json.ts"
import { isFileRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash, RunId } from "../domain/Hash.ts"
import type { FailureInfo } from "../domain/RunEvent.ts"
import { recordOf } from "../plan/Keys.ts"
import { codeOf, type Sources } from "../plan/Plan.ts"
import { type PreparedArtifact, prepareArtifact, Store, type StoreError } from "../store/index.ts"
import { Deadline } from "./Deadline.ts"
import { FileChanged, toInfo } from "./Failure.ts"
import * as InputCache from "./InputCache.ts"
import { asNobody, Owner } from "./Owner.ts"
import type { DamagedInputs, NodeJob, NodeResult } from "./Scheduler.ts"
import * as Services from "./Services.ts"
import { attemptAs, type InputRef } from "./StageRun.ts"
import type { Warn } from "./Warnings.ts"
import { WorkerPool } from "./WorkerPool.ts"

/** Where a stage is found, for a worker to import. */
export interface StagePlace {
  readonly module: string
  readonly export: string
  /** Environment variables that it and its services may read by `Config`. Default: none. */
  readonly variables?: ReadonlyArray<string>
}

export type FindStage = (stage: NodeJob["node"]["stage"]) => StagePlace

export interface EngineOptions {
  readonly runId: RunId
  readonly sources: Sources
  readonly findStage: FindStage
  /** Services that the stages ask for. */
  readonly layer: Layer.Layer<never> | undefined
  /** Environment variables that the layer may read by `Config`. */
  readonly variables: ReadonlyArray<string>
  readonly warn: Warn
}

/** Failures of what a stage did to its thread rather than of its effect: told also where events are not read. */
const isOfThread = ({ tag }: FailureInfo) => tag === "ProcessEnded" || tag === "Uncaught" || tag === "NeverEnded"

/** How often an attempt begins again because inputs that it could not read turn out whole. */
const mostUnread = 3

/** A result that differs from the one that is already stored under the same key. */
const unlike = (key: string) =>
  `a second computation gave another result (key ${key.slice(0, 12)}…): the stage is not deterministic, or depends on something it does not declare. The first result is kept`

export const make = Effect.fnUntraced(function* (options: EngineOptions) {
  const store = yield* Store
  const pool = yield* WorkerPool
  const clock = yield* Clock.Clock
  const cache = InputCache.make()
  const scope = yield* Effect.scope
  // Only where a stage runs on this thread: workers build their own.
  const services = yield* Effect.cached(Scope.provide(Services.build(options.layer, options.variables), scope))
  const monotonicMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

  const inputRefs = (job: NodeJob): ReadonlyArray<InputRef> =>
    job.node.inputNames.map((name, at) => {
      const artifact = job.inputs[at] as ArtifactHash
      const isExternal = job.node.inputs[at]?._tag === "External"
      const external = isExternal ? job.externals.find((each) => each.hash === artifact) : undefined
      return external === undefined ? { name, artifact } : { name, external }
    })

  const inline = (
    job: NodeJob,
    number: number,
    deadline: Deadline | undefined
  ): Effect.Effect<PreparedArtifact, unknown> =>
    Effect.gen(function* () {
      job.started(-1, number)
      const { name, output } = job.node.stage
      const bytes = yield* attemptAs(new Owner(name), services, {
        stage: job.node.stage,
        config: job.node.config,
        inputs: inputRefs(job),
        variables: options.findStage(job.node.stage).variables ?? [],
        deadline,
        cache,
        read: store.getArtifact,
        report: (report) => Effect.sync(() => asNobody(() => job.progress(report)))
      })
      return yield* prepareArtifact(store.dir, bytes, output.kind)
    })

  const pooled = (
    job: NodeJob,
    number: number,
    deadline: Deadline | undefined
  ): Effect.Effect<PreparedArtifact, unknown> =>
    // A worker reads through its own connection and sees only what is committed.
    store.flush.pipe(
      Effect.andThen(
        pool.run(
          {
            stage: job.node.stage.name,
            node: job.node.id,
            ...options.findStage(job.node.stage),
            config: job.node.config,
            inputs: inputRefs(job),
            deadline
          },
          (worker) => job.started(worker, number),
          job.progress
        )
      ),
      Effect.map(({ hash, inline, size }) => ({
        hash,
        size,
        kind: job.node.stage.output.kind,
        ...(inline === null ? {} : { inline })
      }))
    )

  const verifyFiles = (job: NodeJob) =>
    Effect.forEach(
      job.externals.filter(isFileRef),
      (file) =>
        Effect.mapError(
          store.verifyFile(file),
          (error) => new FileChanged({ path: file.path, problem: error.message })
        ),
      { discard: true }
    )

  const isOfInputs = ({ tag }: FailureInfo) => tag === "ArtifactDamaged" || tag === "ArtifactMissing"

  const damagedInputs = (job: NodeJob, failure: FailureInfo) =>
    Effect.gen(function* () {
      if (!isOfInputs(failure)) return undefined
      const damaged: Array<ArtifactHash> = []
      for (const [at, artifact] of job.inputs.entries())
        if (job.node.inputs[at]?._tag === "Node" && Exit.isFailure(yield* Effect.exit(store.getArtifact(artifact))))
          damaged.push(artifact)
      return damaged.length === 0
        ? undefined
        : ({ _tag: "DamagedInputs", artifacts: damaged, message: failure.message } satisfies DamagedInputs)
    })

  const attempts = (
    job: NodeJob,
    deadline: Deadline | undefined,
    number: number,
    unread = 0
  ): Effect.Effect<PreparedArtifact, FailureInfo | DamagedInputs> =>
    Effect.gen(function* () {
      const { pool: where, retries } = job.node.stage
      const startedAt = monotonicMs()
      const exit = yield* (where === "inline" ? inline : pooled)(job, number, deadline).pipe(
        job.externals.length === 0 ? identity : Effect.tap(() => verifyFiles(job)),
        Effect.exit
      )
      if (Exit.isSuccess(exit)) return exit.value
      if (Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
      const failure = toInfo(exit.cause)
      const damaged = yield* damagedInputs(job, failure)
      if (damaged !== undefined) return yield* Effect.fail(damaged)
      // Another node that needs them found the damage first, and they are whole again by now.
      if (isOfInputs(failure) && unread < mostUnread) return yield* attempts(job, deadline, number, unread + 1)
      const pauseMs = 100 * 2 ** (number - 1)
      const willRetry = number <= retries && (deadline === undefined || deadline.leftMs > pauseMs)
      if (isOfThread(failure)) options.warn(`${job.node.stage.name}: ${failure.message}`, "note")
      job.failed(failure, number, willRetry, monotonicMs() - startedAt)
      if (!willRetry) return yield* Effect.fail(failure)
      yield* Effect.sleep(pauseMs)
      return yield* attempts(job, deadline, number + 1)
    })

  return {
    execute: (job: NodeJob): Effect.Effect<NodeResult<StoreError>, FailureInfo | DamagedInputs> =>
      Effect.gen(function* () {
        const startedAt = monotonicMs()
        const artifact = yield* attempts(job, Deadline.of(job.node.stage.timeout, clock), 1)
        const durationMs = monotonicMs() - startedAt
        const at = clock.currentTimeMillisUnsafe()
        const { key, node } = job
        const record = Json.stringify(recordOf(node, codeOf(node, options.sources.code), job.inputs))
        const entry = {
          trace: { key, artifact: artifact.hash, record, durationMs, at },
          artifact,
          execution: { runId: options.runId, key, stage: node.stage.name, durationMs, at }
        }
        const forced = options.sources.force?.has(node.stage.name) === true
        // A forced result replaces the stored one; until this moment the old one is kept.
        const written = forced
          ? Effect.as(Effect.orDie(store.deleteTrace(key)), store.commit(entry))
          : store.submit(entry)
        const durable = yield* written
        return {
          artifact: artifact.hash,
          bytes: artifact.size,
          durationMs,
          durable: Effect.map(durable, (result) => (result.stored === "different" ? unlike(key) : undefined))
        }
      })
  }
})
