/** For the tests of an experiment's stages: `import { runStage } from "ablate/testing"`. */
export { type Ran, runStage } from "./execute/RunStage.ts"
