/** A small cache of JSON texts by kind and id: code closures, compiled programs. Losing it costs time, never a result. */
import { Context, type Effect } from "effect"
import type { StoreError } from "./StoreError.ts"

export class Memo extends Context.Service<
  Memo,
  {
    get(kind: string, id: string): Effect.Effect<string | undefined, StoreError>
    /** Queued, and given by `get` at once; in a read-only store kept for this process only. */
    set(kind: string, id: string, json: string): Effect.Effect<void>
  }
>()("ablate/store/Memo") {}
