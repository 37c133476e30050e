/** Workers that a SLURM of one node starts, where there is one. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { imports, project } from "./rig.ts"
import * as OneNode from "./slurm/OneNode.ts"
import { start } from "./store/postgres.ts"

const study = `${imports}
export const square = Stage.make("square", {
  config: Schema.Struct({ x: Schema.Int }),
  output: Artifact.metrics(["y"]),
  run: (_, { x }) => Effect.succeed({ y: { value: x * x } })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ x: Schema.Int }), (config) => ({ metrics: square.node({}, config) })),
  grid: Grid.axes({ x: [1, 2, 3] }),
  table: Table.make({ title: "Squares", rows: ["x"], columns: [{ metric: "y", label: "y" }] })
})
`

const reason = OneNode.reasonAgainst()
const contentOf = (stdout: string) => /content ([0-9a-f]{16})/.exec(stdout)?.[1]

describe("workers by SLURM", () => {
  it.skipIf(reason !== undefined)(
    `give the local run's table${reason === undefined ? "" : ` (not tried here: ${reason})`}`,
    async (context) => {
      const folder = mkdtempSync(join(tmpdir(), "ablate-slurm-"))
      const made = project({
        "experiments/study.ts": study,
        "ablate.json": JSON.stringify({ slurm: { cpus: 2, workers: 1 } })
      })
      const local = await made.ablate(["run", "study", "--ui", "stream", "--store", join(folder, "local")])
      const server = await start()
      const slurm = await OneNode.start(folder)
      try {
        if (typeof slurm === "string") return context.skip(`SLURM does not start here: ${slurm}`)
        const store = `${server.url()}?schema=slurm&blobs=${join(folder, "blobs")}`
        const run = await made.ablate(["run", "study", "--ui", "stream", "--on", "slurm", "--store", store], {
          env: slurm.env
        })
        assert.strictEqual(run.code, 0, run.stderr)
        assert.isDefined(contentOf(run.stdout), run.stdout)
        assert.strictEqual(contentOf(run.stdout), contentOf(local.stdout))
        assert.match(run.stdout, /workers .*slurm: 1 (pending|running)/)

        made.write({ "ablate.json": JSON.stringify({ slurm: { partition: "nowhere" } }) })
        const refused = await made.ablate(["run", "study", "--on", "slurm", "--force", "square", "--store", store], {
          env: slurm.env
        })
        assert.strictEqual(refused.code, 2, refused.stdout)
        assert.match(refused.stderr, /^ablate: sbatch: .*partition/m)
      } finally {
        if (typeof slurm !== "string") slurm.stop()
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    },
    180_000
  )
})
