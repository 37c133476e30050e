/** An S3-compatible server as a process of its own: `node bucket-child.ts`. Prints its port; ends with its standard input. */
import { startFauxqs } from "fauxqs"

const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, init: { buckets: ["lab"] } })
process.stdout.write(`${server.port}\n`)
process.stdin.on("end", () => process.exit()).resume()
