import { Effect } from "effect"
import { contract } from "./contract.ts"
import * as MemoryQueue from "./MemoryQueue.ts"

contract(
  "in memory",
  Effect.sync(() => {
    const { queue } = MemoryQueue.make()
    return { asks: queue, works: queue }
  })
)
