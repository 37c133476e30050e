/**
 * An Ablate project of trivial inline stages in the shape that the peers get too: data → V × (feat → train → eval)
 * → report, which is 3 V + 2 nodes. The training stage works through two helper modules of its own.
 */
import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Command } from "./Command.ts"
import { temporary, write } from "./Folder.ts"

/** The package's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url))

/** The command as a script of npm starts it: with the Node that runs this bench, which is the pinned one. */
export const ablate = (cwd: string, ...args: ReadonlyArray<string>): Command => ({
  file: process.execPath,
  args: [join(root, "bin/ablate.mjs"), ...args],
  cwd
})

const stages = `import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { step } from "../lib/step.ts"

const Vector = Artifact.json(Schema.Array(Schema.Finite))
const Variant = Schema.Struct({ variant: Schema.Int })

/** The root. */
export const data = Stage.make("grid/data", {
  output: Vector,
  pool: "inline",
  run: () => Effect.succeed([1, 2, 3, 4])
})

export const feat = Stage.make("grid/feat", {
  config: Variant,
  inputs: { data: Vector },
  output: Vector,
  pool: "inline",
  run: ({ data }, { variant }) => Effect.succeed(data.map((x) => x + variant))
})

export const train = Stage.make("grid/train", {
  config: Variant,
  inputs: { feat: Vector },
  output: Vector,
  pool: "inline",
  run: ({ feat }) => Effect.succeed(feat.map(step))
})

export const evaluate = Stage.make("grid/eval", {
  config: Variant,
  inputs: { train: Vector },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  run: ({ train }) => Effect.succeed({ sum: { value: train.reduce((a, b) => a + b, 0) } })
})
`

const helpers = {
  "lib/step.ts": 'import { scale } from "./scale.ts"\n\nexport const step = (x: number): number => scale(x) + 1\n',
  "lib/scale.ts": 'import { factor } from "./factor.ts"\n\nexport const scale = (x: number): number => x * factor\n',
  "lib/factor.ts": "/** Three modules away from the stage. */\nexport const factor = 2\n"
}

const experiment = (
  variants: number,
  hasReport: boolean
) => `import { Artifact, Experiment, Grid, Pipeline, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { data, evaluate, feat, train } from "../stages/grid.ts"

const variants = Array.from({ length: ${variants} }, (_, variant) => variant)
const Metrics = Artifact.metrics(["sum"])

export const report = Stage.make("grid/report", {
  inputs: Object.fromEntries(variants.map((variant) => [\`eval\${variant}\`, Metrics])),
  output: Artifact.json(Schema.Int),
  pool: "inline",
  run: (inputs) => Effect.succeed(Object.keys(inputs).length)
})

/** Every node is built once, as other tools' build files name each target once. */
const root = data.node({})
const evals = variants.map((variant) =>
  evaluate.node({ train: train.node({ feat: feat.node({ data: root }, { variant }) }, { variant }) }, { variant })
)

const grid = Pipeline.make("grid", Schema.Struct({ point: Schema.NullOr(Schema.Int) }), ({ point }) =>
  point === null
    ? { output: report.node(Object.fromEntries(evals.map((node, variant) => [\`eval\${variant}\`, node]))) }
    : { output: evals[point] }
)

export default Experiment.make("grid", {
  pipeline: grid,
  grid: Grid.axes({ point: [...variants${hasReport ? ", null" : ""}] })
})
`

/** Puts the packages of an experiment into a folder, as npm would install them. */
export const linked = (folder: string): string => {
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(join(root, "src"), join(folder, "node_modules/ablate"))
  symlinkSync(join(root, "node_modules/effect"), join(folder, "node_modules/effect"))
  return folder
}

/** Writes the project; run its experiment `grid`. Without the report it has one node less. */
export const gridProject = (variants: number, hasReport = true): string => {
  const folder = write(temporary(`ablate-${variants}`), {
    "package.json": '{ "name": "grid", "private": true, "type": "module" }\n',
    "experiments/grid.ts": experiment(variants, hasReport),
    "stages/grid.ts": stages,
    ...helpers
  })
  return linked(folder)
}

/** How many nodes a run with `--ui json` executed, served from the cache, and had in all. */
export const counts = (
  stdout: string
): { readonly executed: number; readonly cached: number; readonly nodes: number } => {
  const last: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "null")
  if (typeof last !== "object" || last === null || !("_tag" in last) || last._tag !== "RunFinished")
    throw new Error("the run has no end")
  const number = (name: string): number => Number(Reflect.get(last, name))
  return { executed: number("executed"), cached: number("cached"), nodes: number("nodes") }
}
