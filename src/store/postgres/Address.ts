/** The address of a shared store: `postgres://user@host/database?blobs=/shared/folder` (or `s3://bucket/prefix`), and what of it is whose. */
import { isAbsolute } from "node:path"
import { Effect, Result } from "effect"
import { StoreError, StoreReason } from "../StoreError.ts"
import { withoutPassword } from "../StoreLocation.ts"

/** Where large artifacts are, in a bucket. What is left out is found as the client finds it: the environment, `~/.aws`. */
export interface BucketPlace {
  readonly bucket: string
  /** Empty, or ends with `/`. */
  readonly prefix: string
  readonly region: string | undefined
  /** Of an S3-compatible server that is not Amazon's. */
  readonly endpoint: string | undefined
  /** Whether the bucket stands in the path instead of the host's name; by default where there is an endpoint. */
  readonly isPathStyle: boolean | undefined
}

export interface Address {
  /** For the client, without what is ours. */
  readonly url: string
  /** For people: without the password. */
  readonly shown: string
  /** The schema that holds the tables: several stores may share a database. */
  readonly schema: string
  /** Where large artifacts are: a folder, or a bucket. */
  readonly blobs: string | BucketPlace
}

/** What the client understands. */
const clients = ["sslmode", "sslcert", "sslkey", "sslrootcert", "application_name", "connect_timeout", "host"]
const ofBucket = ["region", "endpoint", "path-style"]
const ours = ["blobs", "schema", ...ofBucket]

type Parameters = Pick<URLSearchParams, "get">

/** A problem as text, where there is one. */
const bucketOf = (blobs: string, parameters: Parameters): BucketPlace | string => {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]*)\/?(.*?)\/*$/.exec(blobs) ?? []
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return `blobs names no bucket, found "${blobs}"`
  const [region, endpoint, style] = ofBucket.map((name) => parameters.get(name) ?? undefined)
  if (endpoint !== undefined && !/^https?:\/\/[^/]+$/.test(endpoint))
    return `endpoint is http(s)://HOST[:PORT], found "${endpoint}"`
  if (style !== undefined && style !== "yes" && style !== "no") return `path-style is yes or no, found "${style}"`
  const isPathStyle = style === undefined ? undefined : style === "yes"
  return { bucket, prefix: prefix === "" ? "" : `${prefix}/`, region, endpoint, isPathStyle }
}

/** A problem as text, where there is one, else the place. */
const blobsOf = (blobs: string | null, parameters: Parameters): { readonly place: Address["blobs"] } | string => {
  if (blobs === null || blobs === "") return "it does not say where large results go"
  if (blobs.startsWith("s3:")) {
    const place = bucketOf(blobs, parameters)
    return typeof place === "string" ? place : { place }
  }
  const other = ofBucket.find((name) => parameters.get(name) !== null)
  if (other !== undefined) return `${other} is of a bucket, and blobs is none`
  return isAbsolute(blobs)
    ? { place: blobs }
    : `blobs is an absolute path of a folder, or s3://BUCKET/PREFIX; found "${blobs}"`
}

export const parse = (text: string): Effect.Effect<Address, StoreError> => {
  const fail = (detail: string) =>
    Effect.fail(new StoreError({ path: withoutPassword(text), reason: StoreReason.cases.BadAddress.make({ detail }) }))
  const parsed = Result.try(() => new URL(text))
  if (Result.isFailure(parsed)) return fail("it is not an URL")
  const url = parsed.success
  if (!/^postgres(ql)?:$/.test(url.protocol)) return fail(`a shared store is on PostgreSQL, found "${url.protocol}//"`)
  const unknown = [...url.searchParams.keys()].find((name) => !clients.includes(name) && !ours.includes(name))
  if (unknown !== undefined) return fail(`"${unknown}" is none of ${[...ours, ...clients].join(", ")}`)
  if (url.pathname.length < 2) return fail("it names no database")
  const schema = url.searchParams.get("schema") ?? "ablate"
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    return fail(`schema is lower-case letters, digits and _, found "${schema}"`)
  const blobs = blobsOf(url.searchParams.get("blobs"), url.searchParams)
  if (typeof blobs === "string") return fail(blobs)
  for (const name of ours) url.searchParams.delete(name)
  return Effect.succeed({ url: url.href, shown: withoutPassword(text), schema, blobs: blobs.place })
}

/** The place of large artifacts, as messages name it. */
export const shownBlobs = (blobs: Address["blobs"]): string =>
  typeof blobs === "string" ? blobs : `s3://${blobs.bucket}/${blobs.prefix}`.replace(/\/$/, "")
