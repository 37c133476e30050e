/**
 * For the tests of an experiment's stages: `import { runStage } from "ablate/testing"`.
 *
 * @module
 */
export { type Ran, runStage } from "./execute/RunStage.ts"
