/** Deterministic numerics: random streams, and the training of dense networks. */
export { exp, ln, sigmoid, softplus } from "./Elementary.ts"
export { Rng } from "./Rng.ts"
