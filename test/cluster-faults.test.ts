/** One of three workers is killed and another is cut off for a moment; `npm run -s fuzz -- cluster` does worse for as long as one likes. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { fleet } from "../fuzz/cluster/Fleet.ts"
import { artifactsOf, ask, eventsOf, locally, wrongAfter } from "../fuzz/cluster/Held.ts"
import { broken } from "../fuzz/cluster/Study.ts"
import { wayTo } from "../fuzz/cluster/Way.ts"
import { start } from "./store/postgres.ts"

/** Far more than it takes on a busy machine. */
const limit = 300_000

describe("workers that go while they compute", () => {
  it("leave the local run's table, each node counted once, and nothing in the queue", { timeout: limit }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ablate-faults-"))
    const server = await start()
    const way = await wayTo(server.port)
    const urlAt = (port: number) =>
      `${server.url().replace(`:${server.port}/`, `:${port}/`)}?schema=faults&blobs=${join(folder, "blobs")}`
    const study = broken(join(folder, "project"))
    const workers = await fleet(server.port, urlAt, study)
    const place = {
      server,
      restart: server.restart,
      fleet: workers,
      way,
      leaseMs: 1000,
      schema: "faults",
      urlAt,
      study,
      local: join(folder, "local")
    }
    try {
      const expected = artifactsOf(await locally(place, 1))
      const run = ask(place, 1)
      const [ann, bob] = workers.workers
      // Each in the middle of its tasks.
      await ann?.running.says("took")
      ann?.running.signal("SIGKILL")
      await bob?.running.says("took")
      bob?.way.cut()
      bob?.way.mend()
      const { code, stderr, stdout } = await run.ended
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual(artifactsOf(eventsOf(stdout)), expected)
      assert.deepStrictEqual(await wrongAfter(place, expected.length), [])
    } finally {
      await workers.stop()
      await way.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
