/**
 * A store with another one behind it: what is not known here is looked up there, and what is new here goes there where that
 * is wanted. All that is written is written here first, so nothing waits for the other store, and nothing is lost without it.
 */
import { Context, Effect, Layer } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactStore } from "../ArtifactStore.ts"
import { Memo } from "../Memo.ts"
import type { StoreError } from "../StoreError.ts"
import { TraceStore } from "../TraceStore.ts"
import * as Borrowed from "./Borrowed.ts"
import type { RecordOf } from "./Copies.ts"
import * as Far from "./Far.ts"
import * as Pushing from "./Pushing.ts"
import { RemoteUse } from "./RemoteUse.ts"
import * as Taken from "./Taken.ts"

export interface RemoteOptions {
  /** The other store, as messages name it. */
  readonly place: string
  readonly open: Far.OpenFar
  readonly mode: Far.RemoteMode
  readonly recordOf: RecordOf
  /** Whether the store before it may be written to. */
  readonly mayWrite: boolean
}

/** Artifacts that are brought at a time. */
const brought = 4

const artifactsOf = (near: ArtifactStore["Service"], far: Far.Far, { bring }: Taken.Taken) => {
  const gather = (hashes: ReadonlyArray<ArtifactHash>) => Effect.forEach(hashes, bring, { concurrency: brought })
  const read = <A, E>(hash: ArtifactHash, reading: Effect.Effect<A, E>) =>
    // What is damaged here may be whole there: by then it has been forgotten here.
    bring(hash).pipe(
      Effect.andThen(reading),
      Effect.catch((error) => Effect.flatMap(bring(hash), (isHere) => (isHere ? reading : Effect.fail(error))))
    )
  const service: ArtifactStore["Service"] = {
    ...near,
    get: (hash) => read(hash, near.get(hash)),
    copyOut: (hash, to) => read(hash, near.copyOut(hash, to)),
    verify: (hash) => read(hash, near.verify(hash)),
    stat: (hash) =>
      Effect.catchTag(near.stat(hash), "ArtifactMissing", (error) =>
        Effect.flatMap(
          far.ask(({ artifacts }) => Effect.option(artifacts.stat(hash))),
          (found) => (found?._tag === "Some" ? Effect.succeed(found.value) : Effect.fail(error))
        )
      ),
    gather: (hashes) =>
      Effect.flatMap(gather(hashes), (there) => {
        const lost = hashes.filter((_, at) => there[at] === false)
        // Fails as it does where the bytes are gone here: with that they are a miss.
        return Effect.forEach(lost, (hash) => near.verify(hash), { discard: true })
      }),
    find: (prefix, limit) =>
      Effect.flatMap(near.find(prefix, limit), (here) =>
        here.length > 0
          ? Effect.succeed(here)
          : Effect.map(
              far.ask(({ artifacts }) => artifacts.find(prefix, limit)),
              (there) => there ?? here
            )
      )
  }
  return service
}

const tracesOf = (
  near: TraceStore["Service"],
  taken: Taken.Taken,
  pushing: Pushing.Pushing,
  borrowed: Borrowed.Borrowed
) => {
  const service: TraceStore["Service"] = {
    ...near,
    lookup: Effect.fnUntraced(function* (keys) {
      const here = yield* near.lookup(keys)
      const missing = keys.filter((key) => !here.has(key))
      if (missing.length === 0) return here
      const there = yield* taken.lookup(missing)
      return there.size === 0 ? here : new Map([...here, ...there])
    }),
    get: Effect.fnUntraced(function* (keys) {
      const here = yield* near.get(keys)
      const missing = keys.flatMap((key) => {
        const loan = here.has(key) ? undefined : borrowed.of(key)
        return loan === undefined ? [] : [[key, loan.trace] as const]
      })
      return missing.length === 0 ? here : new Map([...here, ...missing])
    }),
    commit: (entry) => Effect.tap(near.commit(entry), (result) => pushing.stored(entry.trace.key, result)),
    submit: (entry) =>
      Effect.map(
        near.submit(entry),
        Effect.tap((result) => pushing.stored(entry.trace.key, result))
      ),
    damage: Effect.map(near.damage, (here) => [...here, ...taken.problems()])
  }
  return service
}

/** What a code hash stands for is known where the code ran. */
const memoOf = (near: Memo["Service"], far: Far.Far): Memo["Service"] => ({
  ...near,
  get: Effect.fnUntraced(function* (kind, id) {
    const here = yield* near.get(kind, id)
    if (here !== undefined || !kind.startsWith("code-text/")) return here
    const there = yield* far.ask(({ memo }) => memo.get(kind, id))
    if (there !== undefined) yield* near.set(kind, id, there)
    return there
  })
})

const make = Effect.fnUntraced(function* <Ports>(
  near: Context.Context<Ports | Far.SidePorts>,
  { mayWrite, mode, open, place, recordOf }: RemoteOptions
) {
  const side = Far.sideOf(near)
  const far = yield* Far.make(open, mode)
  const borrowed = Borrowed.make(side.memo, recordOf)
  const taken = Taken.make({ near: side, far, borrowed, recordOf, mayWrite })
  const pushing = yield* Pushing.make(side, far, mode, recordOf)
  return near.pipe(
    Context.add(ArtifactStore, artifactsOf(side.artifacts, far, taken)),
    Context.add(TraceStore, tracesOf(side.traces, taken, pushing, borrowed)),
    Context.add(Memo, memoOf(side.memo, far)),
    Context.add(RemoteUse, {
      isGone: Effect.sync(far.isGone),
      told: Effect.sync(() => {
        const results = taken.results()
        return results === 0 ? [] : [`${results} result${results === 1 ? " was" : "s were"} known in ${place}`]
      })
    })
  )
})

/** Puts another store behind the one that `near` opens. That is opened when something is first asked of it. */
export const layer = <Ports, E>(
  near: Layer.Layer<Ports | Far.SidePorts, E>,
  options: RemoteOptions
): Layer.Layer<Ports | Far.SidePorts, E | StoreError> =>
  Layer.effectContext(Effect.flatMap(Layer.build(near), (context) => make(context, options)))
