import { assert, describe, it } from "@effect/vitest"
import { oneCore } from "../../../src/domain/Resources.ts"
import { argumentsOf, quoted, script } from "../../../src/execute/slurm/Script.ts"
import { type Job, lacking, standing } from "../../../src/execute/slurm/Sizing.ts"

const job = (id: string, state: string, reason = "None"): Job => ({ id, state, reason })
const tasks = (n: number, cpus = 1) => Array.from({ length: n }, () => ({ ...oneCore, cpus }))

describe("workers by SLURM", () => {
  it("are as many as the tasks fill, up to a limit, beside those that are there", () => {
    assert.strictEqual(lacking(tasks(10), [], { cpus: 4 }), 3)
    assert.strictEqual(lacking(tasks(10, 2), [], { cpus: 4 }), 5)
    assert.strictEqual(lacking(tasks(1000), [], { cpus: 4, workers: 8 }), 8)
    assert.strictEqual(lacking(tasks(10), [job("1_1", "RUNNING"), job("1_2", "PENDING")], { cpus: 4 }), 1)
    // One that ends takes no more tasks.
    assert.strictEqual(lacking(tasks(1), [job("1_1", "COMPLETING")], {}), 1)
    assert.strictEqual(lacking([], [job("1_1", "RUNNING")], {}), 0)
  })

  it("are not asked for where none of them could take the tasks", () => {
    assert.strictEqual(lacking(tasks(3, 4), [], { cpus: 1 }), 0)
    assert.strictEqual(lacking([{ ...oneCore, gpus: 2 }], [], { gpus: 1 }), 0)
    assert.strictEqual(lacking([{ ...oneCore, tags: ["big"] }], [], {}), 0)
    assert.strictEqual(lacking([{ ...oneCore, memory: 9 * 2 ** 30 }], [], { memory: "8G" }), 0)
    assert.strictEqual(lacking([{ ...oneCore, memory: 2 ** 30 }], [], { memory: "2048" }), 1)
  })

  it("are told of in a line, with why they wait", () => {
    assert.strictEqual(standing([]), "slurm: no jobs")
    assert.strictEqual(
      standing([job("1_1", "RUNNING"), job("1_2", "PENDING", "Resources"), job("1_3", "PENDING", "Priority")]),
      "slurm: 1 running, 2 pending (Priority, Resources)"
    )
    assert.strictEqual(standing([job("1_1", "CONFIGURING")]), "slurm: 1 configuring")
  })

  it("have a script that says what was set and holds no address", () => {
    const settings = {
      ...{ partition: "gpu", time: "4:00:00", memory: "8G", cpus: 4, gpus: 1, tags: ["big"], idleExit: "2m" },
      ...{ options: ["--account=lab"], setUp: ["module load nodejs"] }
    }
    const text = script({
      settings,
      command: ["/opt/my node", "ablate.mjs"],
      export: "--export=ALL"
    })
    const lines = text.split("\n")
    assert.strictEqual(lines[0], "#!/bin/bash")
    for (const option of ["--partition=gpu", "--time=4:00:00", "--mem=8G", "--cpus-per-task=4", "--gres=gpu:1"])
      assert.include(lines, `#SBATCH ${option}`)
    assert.include(lines, "#SBATCH --account=lab")
    assert.include(lines, "#SBATCH --no-requeue")
    assert.isBelow(lines.indexOf("#SBATCH --no-requeue"), lines.indexOf("#SBATCH --account=lab"))
    assert.deepStrictEqual(argumentsOf({ name: "n", folder: "/home/a b%", logs: "/home/a b%/logs" }), [
      "--job-name=n",
      "--chdir=/home/a b%",
      "--output=/home/a b%%/logs/%A_%a.log"
    ])
    assert.isBelow(lines.indexOf("module load nodejs"), lines.length - 2)
    const worker = "worker --quiet --jobs 4 --gpus 1 --memory 8589934592 --tags big --idle-exit 2m"
    assert.include(text, `exec '/opt/my node' ablate.mjs ${worker} --name "slurm-$`)
    assert.notInclude(text, "postgres")
    assert.strictEqual(quoted("it's"), `'it'\\''s'`)
  })
})
