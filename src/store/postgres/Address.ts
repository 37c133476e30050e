/** The address of a shared store: `postgres://user@host/database?blobs=/shared/folder`, and what of it is whose. */
import { isAbsolute } from "node:path"
import { Effect, Result } from "effect"
import { StoreError, StoreReason } from "../StoreError.ts"
import { withoutPassword } from "../StoreLocation.ts"

export interface Address {
  /** For the client, without what is ours. */
  readonly url: string
  /** For people: without the password. */
  readonly shown: string
  /** The schema that holds the tables: several stores may share a database. */
  readonly schema: string
  /** Where large artifacts are. */
  readonly blobs: string
}

/** What the client understands. */
const clients = ["sslmode", "sslcert", "sslkey", "sslrootcert", "application_name", "connect_timeout", "host"]
const ours = ["blobs", "schema"]

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
  const blobs = url.searchParams.get("blobs")
  if (blobs === null || blobs === "") return fail("it does not say where large results go")
  if (!isAbsolute(blobs)) return fail(`blobs is an absolute path of a folder, found "${blobs}"`)
  for (const name of ours) url.searchParams.delete(name)
  return Effect.succeed({ url: url.href, shown: withoutPassword(text), schema, blobs })
}
