/** PyTorch's training step. */
import { type TorchBlocks, torchBlocks } from "./TorchBlocks.ts"

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

/** Blocks in milliseconds a step. */
export const torchStep = (
  network: string,
  { batch, rows, steps }: { readonly rows: number; readonly batch: number; readonly steps: number }
): TorchBlocks | undefined => torchBlocks(program, [network, rows, batch, steps])
