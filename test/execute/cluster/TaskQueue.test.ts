import { Effect } from "effect"
import { contract } from "./contract.ts"
import * as MemoryQueue from "./MemoryQueue.ts"

contract(
  "in memory",
  Effect.sync(() => {
    const { other, queue } = MemoryQueue.make()
    return { asks: queue, other, works: queue }
  })
)
