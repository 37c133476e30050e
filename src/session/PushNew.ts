/** What a run leaves for the remote store: the run itself, and those that could not be pushed before. */
import { Effect, Option, Schema } from "effect"
import { RunId } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { CopiedRuns } from "../store/remote/CopiedRuns.ts"
import type { Side } from "../store/remote/Far.ts"
import type { Where } from "./Asked.ts"
import { copied, far, near, type OnCopied } from "./Exchange.ts"
import * as Project from "./Project.ts"

const kind = "unpushed"
const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Array(RunId)))

export interface PushedNew {
  readonly remote: string
  /** Null where the remote store could not be written to. */
  readonly copied: CopiedRuns | null
  /** Runs that wait for another time, and why. */
  readonly waiting: number
  readonly problem: string | undefined
}

const waitingIn = ({ memo }: Pick<Side, "memo">, remote: string) =>
  Effect.map(
    Effect.orElseSucceed(memo.get(kind, remote), () => undefined),
    (text) => Option.getOrElse(decode(text), () => [])
  )

const recorded = ({ history }: Side, ids: ReadonlyArray<RunId>) =>
  Effect.map(
    Effect.forEach(ids, (id) => history.run(id)),
    (runs) => runs.filter((run) => run !== undefined)
  )

/**
 * Pushes a run that has ended, and those that wait, where the project's remote store is to be written to; undefined where it is
 * not. What cannot be pushed waits for the next run, or for `push`.
 */
export const pushNew = Effect.fnUntraced(function* (
  where: Where,
  { isRemoteGone, run }: { readonly run: RunRecord; readonly isRemoteGone: boolean },
  onCopied?: OnCopied
) {
  const project = yield* Project.find(where)
  const { remote } = project
  if (remote?.mode !== "write") return undefined
  const here = yield* near(project)
  const waiting = [...new Set([...(yield* waitingIn(here, remote.shown)), run.id])]
  const keep = (ids: ReadonlyArray<RunId>) => here.memo.set(kind, remote.shown, JSON.stringify(ids))
  yield* keep(waiting)
  // It was told already, and nobody waits for it twice.
  if (isRemoteGone) {
    const left: PushedNew = { remote: remote.shown, copied: null, waiting: waiting.length, problem: undefined }
    return left
  }
  const pushing = Effect.flatMap(far(remote, "read-write"), (there) =>
    Effect.flatMap(recorded(here, waiting), (runs) => copied({ from: here, to: there }, runs.toReversed(), onCopied))
  )
  return yield* pushing.pipe(
    Effect.tap(() => keep([])),
    Effect.match({
      onSuccess: (all): PushedNew => ({ remote: remote.shown, copied: all, waiting: 0, problem: undefined }),
      onFailure: ({ message }): PushedNew => ({
        remote: remote.shown,
        copied: null,
        waiting: waiting.length,
        problem: message
      })
    })
  )
}, Effect.scoped)
