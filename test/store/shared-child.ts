/**
 * A process of its own on a shared store: `node shared-child.ts <url> <local folder> <count> <seed>`. Commits the same nodes
 * as its siblings in an order of its own; prints a line for each that is durable.
 */
import { writeSync } from "node:fs"
import { Effect } from "effect"
import { openStore } from "../../src/store/index.ts"
import { commitOf, contentOf, ports } from "./rig.ts"

const [url = "", local = "", count = "0", seed = "0"] = process.argv.slice(2)
const order = Array.from({ length: Number(count) }, (_, i) => (i * 7919 + Number(seed) * 31) % Number(count))

await Effect.runPromise(
  Effect.flatMap(ports, ({ artifacts, traces }) =>
    Effect.forEach(
      order,
      (i) =>
        artifacts.prepare(contentOf(i), "safetensors").pipe(
          Effect.flatMap((artifact) => traces.commit(commitOf(`shared ${i}`, artifact))),
          Effect.tap(({ stored }) => Effect.sync(() => writeSync(1, `${i} ${stored}\n`)))
        ),
      { concurrency: 8, discard: true }
    )
  ).pipe(Effect.provide(openStore({ storeDir: local, storeUrl: url }, { mode: "read-write" })))
)
