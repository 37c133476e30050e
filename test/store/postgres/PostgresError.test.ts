/** What the client says where it has no password, as an error of the store. */
import { assert, describe, it } from "@effect/vitest"
import { storeError } from "../../../src/store/postgres/PostgresError.ts"

describe("an error of PostgreSQL's client", () => {
  // As pg 8 says it (lib/crypto/sasl.js); a server whose method is SCRAM asks so.
  it.each(["a string", "a non-empty string"])("says that a password is asked for: %s", (what) => {
    const cause = new Error(`SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be ${what}`)
    assert.match(
      storeError("postgres://db/lab")(cause).message,
      /refuses \(it asks for a password, and none is given\): check user, password \(PGPASSWORD or ~\/\.pgpass\)/
    )
  })
})
