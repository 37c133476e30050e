/**
 * A way to a server that is cut at a chosen moment, once: before what a client says arrives, or after, before it is answered. A
 * silent one stays open, and nothing comes through any more.
 */
import { connect, createServer } from "node:net"

export interface Cut {
  readonly port: number
  /** How often it was cut. */
  readonly count: () => number
  readonly stop: () => void
}

export type When = "before" | "after" | "silent before" | "silent after"

/** Cuts the first connection whose client says `text`. */
export const cutAt = async (port: number, text: string, when: When): Promise<Cut> => {
  let cuts = 0
  const server = createServer((client) => {
    const onward = connect(port, "127.0.0.1")
    let isMute = false
    client.on("data", (data) => {
      if (isMute) return
      if (cuts > 0 || !data.includes(text)) return void onward.write(data)
      cuts++
      isMute = true
      if (when.endsWith("after")) onward.write(data)
      else if (when === "before") client.destroy()
    })
    onward.on("data", (data) => {
      if (!isMute) return void client.write(data)
      if (when.startsWith("silent")) return
      // The server has done it, and nobody hears of that.
      client.destroy()
      onward.destroy()
    })
    for (const [socket, other] of [
      [client, onward],
      [onward, client]
    ] as const)
      socket.on("error", () => other.destroy()).on("close", () => other.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    count: () => cuts,
    stop: () => void server.close()
  }
}
