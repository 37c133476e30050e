/** Where a shared store's large artifacts are: the folder or the bucket that its address names, if it is the store's. */
import { Effect } from "effect"
import type { BlobSpace } from "../BlobSpace.ts"
import { StoreError, StoreReason } from "../StoreError.ts"
import type { Address } from "./Address.ts"
import * as FolderBlobs from "./FolderBlobs.ts"

export interface Blobs {
  readonly space: BlobSpace
  /** Looks whether it is that store's; `mayMark`: the first to use a new store says so. */
  claim(store: string, mayMark: boolean): Effect.Effect<void, StoreError>
}

/** Names the store whose bucket it is. */
const mark = "ablate-store"

const inBucket = Effect.fnUntraced(function* (
  place: Exclude<Address["blobs"], string>,
  shown: string,
  patienceMs: number | undefined
) {
  const { Bucket, BucketBlobs } = yield* Effect.promise(async () => ({
    Bucket: await import("./bucket/Bucket.ts"),
    BucketBlobs: await import("./bucket/BucketBlobs.ts")
  }))
  const bucket = yield* Bucket.open(place, shown)
  const marked = bucket.read(mark, async (chunks) => {
    let text = ""
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk)
    return text.trim()
  })
  const elsewhere = (detail: string) =>
    new StoreError({ path: shown, reason: StoreReason.cases.BlobsElsewhere.make({ place: bucket.shown, detail }) })
  const blobs: Blobs = {
    space: BucketBlobs.make(bucket, patienceMs),
    claim: Effect.fnUntraced(function* (store, mayMark) {
      const found = yield* marked
      if (found === store) return
      if (found !== undefined) return yield* elsewhere("that place is another store's")
      if (!mayMark) return yield* elsewhere("that place is not this store's")
      yield* bucket.put(mark, new TextEncoder().encode(`${store}\n`))
      if ((yield* marked) !== store) return yield* elsewhere("that place is another store's")
    })
  }
  return blobs
})

/** Closes what it needs with the scope. */
export const open = ({ blobs: place, shown }: Address, patienceMs: number | undefined) =>
  typeof place === "string"
    ? Effect.succeed<Blobs>({
        space: FolderBlobs.make(place),
        claim: (store, mayMark) => FolderBlobs.claim(shown, place, store, mayMark)
      })
    : inBucket(place, shown, patienceMs)
