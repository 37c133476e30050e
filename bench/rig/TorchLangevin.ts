/** The same Langevin steps in PyTorch, in a process that waits between blocks, so that blocks of others can lie between its own. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { python } from "./Peer.ts"

/**
 * Without autograd: products, a mask, the noise; one thread. Filters that span r < d dimensions are applied in two products, by way
 * of those. A line on stdin runs a block.
 */
const program = `
import sys, time, torch
torch.set_num_threads(1)
chains, K, d, r, steps = map(int, sys.argv[1:6])
eps = .1
A, b, w = torch.randn(K, r) / r ** .5, torch.rand(K) * 2 - 1, torch.randn(K) * .1
V = torch.linalg.qr(torch.randn(d, r))[0]
At, Vt, x = A.T.contiguous(), V.T.contiguous(), torch.randn(chains, d)
keep, slope = 1 - eps * eps / 2, eps * eps / 2
with torch.no_grad():
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(steps):
            g = ((torch.addmm(b, x if r == d else x @ V, At) > 0) * w) @ A
            x = x.mul_(keep).add_(g if r == d else g @ Vt, alpha=slope).add_(torch.randn(chains, d), alpha=eps)
        print((time.perf_counter() - start) / steps / chains * 1e6, flush=True)
`

export interface TorchLangevin {
  /** Microseconds a chain and step over one block. */
  readonly block: () => Promise<number>
  readonly end: () => void
}

/** Undefined where there is no PyTorch; it was then said how to install it. */
export const torchLangevin = (size: {
  readonly chains: number
  readonly filters: number
  readonly dimension: number
  /** Dimensions that the filters span. */
  readonly rank: number
  readonly steps: number
}): TorchLangevin | undefined => {
  const file = python("torch")
  if (file === undefined) return undefined
  const child = spawn(
    file,
    ["-c", program, ...[size.chains, size.filters, size.dimension, size.rank, size.steps].map((each) => `${each}`)],
    { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" } }
  )
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    block: async () => {
      child.stdin.write("\n")
      const { done, value } = await answers.next()
      if (done === true) throw new Error("PyTorch ended before its block")
      return Number(value)
    },
    end: () => child.stdin.end()
  }
}
