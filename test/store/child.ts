/**
 * A process of its own for the tests: `node child.ts <dir> <task> <count> <seed>`. Prints one line for each key that is
 * durable, so that a parent who kills it knows what must be there.
 */
import { writeSync } from "node:fs"
import { Effect } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { Sqlite } from "../../src/store/index.ts"
import { commitOf, contentOf, keyOf, type OpenStore, ports, runRecord } from "./rig.ts"

const [dir = "", task = "", count = "0", seed = "0"] = process.argv.slice(2)

/** 0 … n-1 in an order of its own for each seed: n must not be a multiple of 7919. */
const order = Array.from({ length: Number(count) }, (_, i) => (i * 7919 + Number(seed) * 31) % Number(count))

const commit = (store: OpenStore, i: number) =>
  prepareArtifact(dir, contentOf(i), "safetensors").pipe(
    Effect.flatMap((artifact) => store.traces.commit(commitOf(`shared ${i}`, artifact))),
    Effect.tap(({ stored }) => Effect.sync(() => writeSync(1, `${i} ${stored} ${keyOf(`shared ${i}`)}\n`)))
  )

const program = Effect.flatMap(ports, (store) =>
  task === "run"
    ? store.history.startRun(runRecord("child", { id: RunId.make("run-of-child") }))
    : Effect.forEach(order, (i) => commit(store, i), { concurrency: 4, discard: true })
)

await Effect.runPromise(Effect.provide(program, Sqlite.layer({ dir, mode: "read-write" })))
