/** What a bucket or the way to it gave instead of an answer, as an error of the store. */
import { Option, Schema } from "effect"
import { fileError, StoreError, StoreReason } from "../../StoreError.ts"

/** What the client throws: a name, a text, and the status of the server's answer where it gave one. */
const Thrown = Schema.Struct({
  name: Schema.String,
  message: Schema.String,
  code: Schema.optional(Schema.String),
  $metadata: Schema.optional(Schema.Struct({ httpStatusCode: Schema.optional(Schema.Finite) }))
})
const decode = Schema.decodeUnknownOption(Thrown)

export interface Problem {
  /** The object is not there; everything else may be well. */
  readonly isAbsent: boolean
  /** Of the store at that address, whose bucket is shown so. */
  readonly of: (store: string, bucket: string) => StoreError
}

const sockets =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNABORTED|UND_ERR|socket hang up|TimeoutError|aborted|terminated/i
const refusals =
  /AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|CredentialsProviderError|AllAccessDisabled|AuthorizationHeaderMalformed|PermanentRedirect|RequestTimeTooSkewed|UnrecognizedClient/
const full = /Full$|QuotaExceeded|EntityTooLarge/

const reasonOf = (name: string, detail: string, status: number, bucket: string): StoreReason | undefined => {
  const cases = StoreReason.cases
  if (/^NoSuchBucket\b/.test(name))
    return cases.BlobsElsewhere.make({ place: bucket, detail: "there is no such bucket" })
  if (/Region is missing/i.test(detail))
    return cases.BadAddress.make({ detail: "the bucket's region is not known: add &region=NAME or set AWS_REGION" })
  if (status === 507 || full.test(name)) return cases.DiskFull.make({ detail: `${bucket}: ${detail}` })
  if (refusals.test(name) || status === 401 || status === 403 || status === 301)
    return cases.BucketRefused.make({
      place: bucket,
      detail: name === "403" || detail === "UnknownError" ? `status ${status}` : detail
    })
  if (status >= 500 || status === 429 || sockets.test(`${name} ${detail}`))
    return cases.Unreachable.make({ detail: `${bucket}: ${detail}` })
  return status > 0 ? cases.InputOutput.make({ detail: `${bucket}: ${detail} (${name})` }) : undefined
}

export const problemOf = (cause: unknown): Problem => {
  const thrown = Option.getOrUndefined(decode(cause))
  const { $metadata, code = "", message = String(cause), name = "" } = thrown ?? {}
  const status = $metadata?.httpStatusCode ?? 0
  const detail = message === "" ? code || name : message
  return {
    isAbsent: name === "NoSuchKey" || (status === 404 && name !== "NoSuchBucket"),
    of: (store, bucket) => {
      if (cause instanceof StoreError) return cause
      const reason = reasonOf(`${name} ${code}`.trim(), detail, status, bucket)
      return reason === undefined ? fileError(store)(cause) : new StoreError({ path: store, reason })
    }
  }
}
