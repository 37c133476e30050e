/** A way to a server that can be cut, and one on which nothing arrives any more: the network, as faults need it. */
import { createConnection, createServer, type Socket } from "node:net"

export interface Way {
  readonly port: number
  /** Ends every connection; new ones are refused until `mend`. */
  readonly cut: () => void
  /** Lets nothing through, and says nothing of it, until `mend`. */
  readonly hold: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

type State = "open" | "cut" | "held"

/** To a port of this machine. */
export const wayTo = (target: number): Promise<Way> => {
  const sockets = new Set<Socket>()
  let state: State = "open"
  const kept = (socket: Socket) => {
    sockets.add(socket)
    if (state === "held") socket.pause()
    // A cut connection is what this is for.
    socket.on("error", () => undefined)
    socket.on("close", () => void sockets.delete(socket))
  }
  const server = createServer((near) => {
    if (state === "cut") {
      near.on("error", () => undefined)
      near.resetAndDestroy()
      return
    }
    const far = createConnection({ host: "127.0.0.1", port: target })
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      from.on("data", (bytes) => void to.write(bytes))
      from.on("close", () => to.destroy())
      kept(from)
    }
  })
  const way = (port: number): Way => ({
    port,
    cut: () => {
      state = "cut"
      for (const socket of sockets) socket.resetAndDestroy()
    },
    hold: () => {
      state = "held"
      for (const socket of sockets) socket.pause()
    },
    mend: () => {
      state = "open"
      for (const socket of sockets) socket.resume()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(way(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
}
