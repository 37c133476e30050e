import { parentPort } from "node:worker_threads"
import { Effect } from "effect"
import { fixedHash } from "./fixedProblem.ts"

parentPort?.postMessage(await Effect.runPromise(fixedHash))
