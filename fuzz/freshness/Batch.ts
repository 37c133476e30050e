/** The process of one batch: programs once loaded stay in memory, so that many edits need several processes. */
import { Schema } from "effect"
import { BatchOptions } from "./Report.ts"
import { walk } from "./Walk.ts"

const options = Schema.decodeUnknownSync(Schema.fromJsonString(BatchOptions))(process.argv[2])
await walk(options, (message) => void process.send?.(message))
process.disconnect?.()
