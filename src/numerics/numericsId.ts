import { kernelHash } from "./engine/Kernels.ts"
import type { Backend } from "./Training.ts"
import { tfjsId, variantOf } from "./tfjs/TfjsInstalled.ts"

/**
 * A short name of a back end's arithmetic on this machine: it changes when the same description may give other bits.
 * `"engine@<hash of the kernels>"`, `"tfjs-wasm@4.22.0"` or `"tfjs-node@4.22.0 library@<hash> processor@<hash>"`: TensorFlow's
 * native library gives other bits in another build, on another processor and with its `TF_…` and `ONEDNN_…` switches.
 */
export const numericsId = (backend: Backend): string =>
  backend === "engine" ? `engine@${kernelHash.slice(0, 12)}` : tfjsId(variantOf(backend))
