/** Addresses that lead every machine to itself. */
import { assert, describe, it } from "@effect/vitest"
import { remark } from "../../../src/execute/slurm/OneMachine.ts"

describe("a store for workers on other nodes", () => {
  it.each([
    ["postgres://ada@localhost/lab?blobs=/b", "localhost"],
    ["postgres://ada:pw@127.0.0.1:5432/lab?blobs=/b", "127.0.0.1"],
    ["postgres://ada@[::1]/lab?blobs=/b", "[::1]"],
    ["postgres:///lab?blobs=/b", "localhost"],
    ["postgres://ada@db/lab?host=/run/postgresql&blobs=/b", "/run/postgresql"],
    ["postgres://ada@%2Frun%2Fpostgresql/lab?blobs=/b", "/run/postgresql"],
    ["postgres://ada@db/lab?blobs=s3://lab/x&endpoint=http://localhost:9000", "localhost"]
  ])("is remarked on where it is %s", (store, host) => {
    assert.match(remark(store, undefined) ?? "", new RegExp(`leads to ${host.replace(/[[\]]/g, "\\$&")}, which is`))
    assert.notInclude(remark(store, undefined), "pw")
  })

  it("is not remarked on where its host has a name", () => {
    assert.isUndefined(remark("postgres://ada@db.example.org/lab?blobs=/b", undefined))
    assert.isUndefined(remark("postgres:///lab?blobs=/b", "db.example.org"))
    assert.isUndefined(remark("postgres://ada@db/lab?blobs=s3://lab/x&endpoint=https://minio:9000", undefined))
    assert.isUndefined(remark("postgres://ada@localhost.example.org/lab?blobs=/b", undefined))
  })
})
