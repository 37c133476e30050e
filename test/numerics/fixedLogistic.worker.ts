import { parentPort } from "node:worker_threads"
import { Effect } from "effect"
import { fixedLogisticHash } from "./fixedLogistic.ts"

parentPort?.postMessage(await Effect.runPromise(fixedLogisticHash))
