import { kernelHash } from "./Kernels.ts"
import type { Backend } from "./Training.ts"

/** A short name of a back end's arithmetic: it changes when the same description may give other bits. */
export const numericsId = (backend: Backend): string =>
  backend === "engine" ? `engine@${kernelHash.slice(0, 12)}` : "tfjs-wasm@4.22.0"
