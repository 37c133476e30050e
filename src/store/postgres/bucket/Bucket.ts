/** A bucket as a few operations on keys, through Amazon's client, which brings credentials, signatures, retries and multipart uploads. */
import type { Readable } from "node:stream"
import type { S3Client } from "@aws-sdk/client-s3"
import { Effect } from "effect"
import { StoreError, StoreReason } from "../../StoreError.ts"
import { type BucketPlace, shownBlobs } from "../Address.ts"
import { type Problem, problemOf } from "./Problem.ts"

export interface FoundObject {
  readonly key: string
  readonly size: number
  /** By the bucket's clock, in milliseconds since the Unix epoch. */
  readonly at: number
}

export interface Bucket {
  /** As messages name it. */
  readonly shown: string
  readonly prefix: string
  put(key: string, bytes: Uint8Array): Effect.Effect<void, StoreError>
  /** Of any length, in parts where it is long. */
  upload(key: string, body: () => Readable): Effect.Effect<void, StoreError>
  /** Undefined where there is none. */
  head(key: string): Effect.Effect<(FoundObject & { readonly tag: string }) | undefined, StoreError>
  /** What `use` makes of the bytes; undefined where there are none. */
  read<A>(
    key: string,
    use: (chunks: AsyncIterable<Uint8Array>, tag: string) => Promise<A>
  ): Effect.Effect<A | undefined, StoreError>
  remove(key: string): Effect.Effect<void, StoreError>
  /** Those whose keys begin so. */
  list(prefix: string): Effect.Effect<ReadonlyArray<FoundObject>, StoreError>
  /** Forgets uploads in parts that began before that time and never ended; gives how many. */
  abandon(before: number, dryRun: boolean): Effect.Effect<number, StoreError>
}

/** Attempts at one request before it counts as failed. */
const attempts = 3
const connectMs = 5000
/** Without a byte for so long, a connection counts as lost. */
const idleMs = 60_000
/** Longer ones go in parts, a few of them at a time. */
const partBytes = 8 * 1024 * 1024
const partsAtATime = 4

const load = (shown: string) =>
  Effect.tryPromise({
    try: () => Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]),
    catch: () =>
      new StoreError({
        path: shown,
        reason: StoreReason.cases.ClientMissing.make({ name: "@aws-sdk/client-s3 @aws-sdk/lib-storage" })
      })
  })

/** `store` is the address of the store whose bucket it is. The client's connections close with the scope. */
export const open = Effect.fnUntraced(function* (place: BucketPlace, store: string) {
  const [sdk, { Upload }] = yield* load(store)
  const shown = shownBlobs(place)
  const { bucket: Bucket, endpoint, isPathStyle = endpoint !== undefined, prefix, region } = place
  // Other servers have no regions: the name only enters the signature.
  const named = region ?? (endpoint === undefined ? undefined : "us-east-1")
  const client: S3Client = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new sdk.S3Client({
          ...(named === undefined ? {} : { region: named }),
          ...(endpoint === undefined ? {} : { endpoint }),
          forcePathStyle: isPathStyle,
          maxAttempts: attempts,
          // Contents are checked against their own hashes; older servers do not know the client's checksums.
          requestChecksumCalculation: "WHEN_REQUIRED",
          responseChecksumValidation: "WHEN_REQUIRED",
          requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs }
        })
    ),
    (made) => Effect.sync(() => made.destroy())
  )

  const failed = (problem: Problem) => problem.of(store, shown)
  const attempt = <A>(ask: () => Promise<A>): Effect.Effect<A, StoreError> =>
    Effect.mapError(Effect.tryPromise({ try: ask, catch: problemOf }), failed)
  /** Undefined where the object is not there. */
  const found = <A>(ask: () => Promise<A>): Effect.Effect<A | undefined, StoreError> =>
    Effect.tryPromise({ try: ask, catch: problemOf }).pipe(
      Effect.catchIf(
        ({ isAbsent }) => isAbsent,
        () => Effect.succeed(undefined)
      ),
      Effect.mapError(failed)
    )

  const at = (key: string) => ({ Bucket, Key: prefix + key })

  const bucket: Bucket = {
    shown,
    prefix,
    put: (key, bytes) =>
      Effect.asVoid(attempt(() => client.send(new sdk.PutObjectCommand({ ...at(key), Body: bytes })))),
    upload: (key, body) =>
      Effect.asVoid(
        attempt(() =>
          new Upload({
            client,
            params: { ...at(key), Body: body() },
            partSize: partBytes,
            queueSize: partsAtATime
          }).done()
        )
      ),
    head: (key) =>
      Effect.map(
        found(() => client.send(new sdk.HeadObjectCommand(at(key)))),
        (head) =>
          head && {
            key,
            size: head.ContentLength ?? 0,
            at: head.LastModified?.getTime() ?? 0,
            tag: head.ETag ?? ""
          }
      ),
    read: (key, use) =>
      found(async () => {
        const { Body, ETag = "" } = await client.send(new sdk.GetObjectCommand(at(key)))
        if (Body === undefined) return undefined
        return use(Body.transformToWebStream(), ETag)
      }),
    remove: (key) => Effect.asVoid(attempt(() => client.send(new sdk.DeleteObjectCommand(at(key))))),
    list: (below) =>
      attempt(async () => {
        const all: Array<FoundObject> = []
        for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix + below }))
          for (const { Key = "", LastModified, Size = 0 } of Contents)
            all.push({ key: Key.slice(prefix.length), size: Size, at: LastModified?.getTime() ?? 0 })
        return all
      }),
    abandon: (before, dryRun) =>
      attempt(async () => {
        const { Uploads = [] } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: prefix }))
        const old = Uploads.filter(({ Initiated }) => Initiated !== undefined && Initiated.getTime() <= before)
        for (const { Key, UploadId } of dryRun ? [] : old)
          await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
        return old.length
      })
  }
  return bucket
})
