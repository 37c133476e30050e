import { assert, describe, it } from "@effect/vitest"
import type { Resources } from "../../../src/domain/Resources.ts"
import { lineOf, look, patienceMs, type Situation } from "../../../src/execute/cluster/Staff.ts"
import type { Presence } from "../../../src/execute/cluster/TaskQueue.ts"
import type { Task } from "../../../src/execute/Task.ts"
import { aTask } from "../aTask.ts"

const versions = { ablate: "1.0.0", node: "v24.0.0" }
const worker = (name: string, has: Partial<Resources>, other = versions): Presence => ({
  ...{ name, jobs: 2, running: 0, has: { cpus: 2, memory: 8e9, gpus: 0, tags: [], ...has } },
  ...{ versions: other, seenMsAgo: 0 }
})
const tasks = (n: number, needs: Partial<Resources> = {}): ReadonlyArray<Task> =>
  Array.from({ length: n }, () => ({ ...aTask, needs: { ...aTask.needs, ...needs } }))

const line = (situation: Partial<Situation>, lackingMs = patienceMs) =>
  lineOf(look({ workers: [], tasks: tasks(3), versions, ...situation }), lackingMs, "ablate worker")

describe("who is there to compute", () => {
  it("is told with the command that starts a worker where nobody is, once that lasts", () => {
    assert.strictEqual(line({}, 0), "waiting for workers")
    assert.strictEqual(line({}), "no worker is there: start some, on any machine, with ablate worker")
  })

  it("is told with what no worker has, and with how many tasks wait for it", () => {
    const workers = [worker("a", {}), worker("b", { tags: ["big"] })]
    assert.strictEqual(line({ workers }), "2 workers, 4 places")
    assert.strictEqual(
      line({ workers, tasks: [...tasks(1), ...tasks(2, { gpus: 2 })] }),
      "2 workers, 4 places; 2 tasks of fit wait: no worker has 2 gpus (the most has 0)"
    )
    const needs = { cpus: 4, memory: 64e9, tags: ["big", "fast"] }
    assert.strictEqual(
      line({ workers, tasks: tasks(1, needs) }),
      `2 workers, 4 places; 1 task of fit waits: no worker has 4 cores (the most has 2) and 64 GB of memory (the most has 8 GB) and the tag "fast"`
    )
    assert.lengthOf(look({ workers, tasks: tasks(1, needs), versions }).left, 1)
    // Each is had by one of them, both by none.
    const split = [worker("a", { gpus: 1 }), worker("b", { tags: ["big"] })]
    assert.include(line({ workers: split, tasks: tasks(1, { gpus: 1, tags: ["big"] }) }), "all together that they need")
  })

  it("does not count workers of other versions, and names theirs", () => {
    const other = worker("a", {}, { ablate: "0.9.0", node: "v22.1.0" })
    assert.include(line({ workers: [other] }), "those that are there have Ablate 0.9.0 and Node v22.1.0")
  })
})
