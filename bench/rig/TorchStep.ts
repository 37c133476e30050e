/** PyTorch's training step in a process that waits between blocks, so that blocks of others can lie between its own. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { python } from "./Peer.ts"

/** D-H-C, relu, binary cross-entropy of the logits, Adam with L2; one thread. A line on stdin runs a block. */
const program = `
import sys, time, torch
D, H, C = map(int, sys.argv[1].split("-"))
N, B, steps = map(int, sys.argv[2:5])
torch.set_num_threads(1)
X, Y = torch.randn(N, D), (torch.rand(N, C) > .7).float()
net = torch.nn.Sequential(torch.nn.Linear(D, H), torch.nn.ReLU(), torch.nn.Linear(H, C))
adam, loss = torch.optim.Adam(net.parameters(), lr=3e-5, weight_decay=1e-3), torch.nn.BCEWithLogitsLoss()
i = 0
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(steps):
        adam.zero_grad(); loss(net(X[i:i + B]), Y[i:i + B]).backward(); adam.step()
        i = i + B if i + 2 * B <= N else 0
    print((time.perf_counter() - start) / steps * 1e3, flush=True)
`

export interface TorchStep {
  /** Milliseconds a step over one block. */
  readonly block: () => Promise<number>
  readonly end: () => void
}

/** Undefined where there is no PyTorch; it was then said how to install it. */
export const torchStep = (
  network: string,
  { batch, rows, steps }: { readonly rows: number; readonly batch: number; readonly steps: number }
): TorchStep | undefined => {
  const file = python("torch")
  if (file === undefined) return undefined
  const child = spawn(file, ["-c", program, network, ...[rows, batch, steps].map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" }
  })
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
