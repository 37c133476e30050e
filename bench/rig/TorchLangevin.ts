/** The same Langevin steps in PyTorch. */
import { type TorchBlocks, torchBlocks } from "./TorchBlocks.ts"

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

/** Blocks in microseconds a chain and step. */
export const torchLangevin = (size: {
  readonly chains: number
  readonly filters: number
  readonly dimension: number
  /** Dimensions that the filters span. */
  readonly rank: number
  readonly steps: number
}): TorchBlocks | undefined => torchBlocks(program, [size.chains, size.filters, size.dimension, size.rank, size.steps])
