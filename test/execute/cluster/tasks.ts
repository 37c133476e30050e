/** Tasks of the tests' own, as runs ask for them. */
import { RunId } from "../../../src/domain/Hash.ts"
import { oneCore, type Resources } from "../../../src/domain/Resources.ts"
import { groupOf, idOf } from "../../../src/execute/cluster/TaskIds.ts"
import type { Asking, Versions } from "../../../src/execute/cluster/TaskQueue.ts"
import type { Task } from "../../../src/execute/Task.ts"
import { keyOf } from "../../store/rig.ts"

export const versions: Versions = { ablate: "1.0.0", node: "v24.0.0" }

export const taskOf = (name: string, given: Partial<Task> = {}): Task => ({
  program: { hash: "p", name: "p.ts", variables: [] },
  stage: { name: "stage", module: "m.ts", export: "stage", kind: "json", variables: [] },
  run: RunId.make("20260101-000000-run1"),
  node: `stage#${name}`,
  key: keyOf(name),
  record: `{"of":"${name}\\u0000"}`,
  isForced: false,
  needs: oneCore,
  config: { text: "a\u0000b" },
  inputs: [],
  numerics: null,
  time: null,
  ...given
})

export const askingOf = (
  name: string,
  given: { readonly needs?: Resources; readonly leaseMs?: number } = {}
): Asking => {
  const task = taskOf(name, given.needs === undefined ? {} : { needs: given.needs })
  return {
    id: idOf(task, 0),
    sent: { task, versions },
    group: groupOf(task, versions),
    leaseMs: given.leaseMs ?? 60_000
  }
}
