/** A task that nobody computes, for what only looks at tasks. */
import { Key, RunId } from "../../src/domain/Hash.ts"
import { oneCore } from "../../src/domain/Resources.ts"
import type { Task } from "../../src/execute/Task.ts"

export const aTask: Task = {
  program: { hash: "p", name: "e.ts", variables: [] },
  stage: { name: "fit", module: "m.ts", export: "fit", kind: "json", variables: [] },
  run: RunId.make("r"),
  node: "fit#0",
  key: Key.make("0".repeat(64)),
  record: "{}",
  isForced: false,
  needs: oneCore,
  config: {},
  inputs: [],
  numerics: null,
  time: null
}
