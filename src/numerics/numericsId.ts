import { kernelHash } from "./engine/Kernels.ts"
import type { Backend } from "./Training.ts"
import { TFJS_VERSION, tfjsVariant } from "./tfjs/Tfjs.ts"

/**
 * A short name of a back end's arithmetic on this machine: it changes when the same description may give other bits.
 * `"engine@<hash of the kernels>"`, `"tfjs-wasm@4.22.0"` or `"tfjs-node@4.22.0"`.
 */
export const numericsId = (backend: Backend): string =>
  backend === "engine" ? `engine@${kernelHash.slice(0, 12)}` : `${tfjsVariant()}@${TFJS_VERSION}`
