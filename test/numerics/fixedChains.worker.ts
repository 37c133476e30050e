import { parentPort } from "node:worker_threads"
import { Effect } from "effect"
import { fixedChains } from "./fixedChains.ts"

parentPort?.postMessage(await Effect.runPromise(fixedChains))
