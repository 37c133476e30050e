/** A PyTorch program on one thread, in a process that waits between blocks, so that blocks of others can lie between its own. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { python } from "./Peer.ts"

export interface TorchBlocks {
  /** PyTorch and its version. */
  readonly name: string
  /** The time that the program prints of one block, in its own unit. */
  readonly block: () => Promise<number>
  readonly end: () => void
}

/** The program runs a block for a line on stdin. Undefined where there is no PyTorch; it was then said how to install it. */
export const torchBlocks = (program: string, args: ReadonlyArray<string | number>): TorchBlocks | undefined => {
  const torch = python("torch")
  if (torch === undefined) return undefined
  const child = spawn(torch.file, ["-c", program, ...args.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" }
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    name: torch.name,
    block: async () => {
      child.stdin.write("\n")
      const { done, value } = await answers.next()
      if (done === true) throw new Error("PyTorch ended before its block")
      return Number(value)
    },
    end: () => child.stdin.end()
  }
}
