/** The figures of a study as stages: SVG, readable in black and white. Thin wrappers around this folder's functions. */
import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { LabelBias } from "../metrics/LabelBias.ts"
import { seedsProblem } from "./BiasPoints.ts"
import { biasScatter } from "./BiasScatter.ts"
import { FigureRefused } from "./FigureRefused.ts"
import { render } from "./svg.ts"

const NO_ROOM = "its names do not fit beside each other; draw fewer of them"

const WHOLE = [0, 1] as const

/** Both axes' range as shares: two numbers from 0 to 1, the lower first. */
export const BiasFrame = Schema.Tuple([Schema.Finite, Schema.Finite]).check(
  Schema.makeFilter(([low, high]) =>
    low >= 0 && high <= 1 && low < high
      ? undefined
      : `frame: found [${low}, ${high}], expected two shares from 0 to 1, the lower one first`
  )
)

/** Training bias against predicted bias of every label (Choi, Zhang & Liu, Figures 1 and 2): one point a label, over the seeds. */
export const biasScatterFigure = Stage.make("figures/bias-scatter", {
  config: Schema.Struct({
    title: Schema.String,
    /** Lines under the title, before the one on the data. Default: none. */
    subtitle: Schema.optionalKey(Schema.Array(Schema.String)),
    /** Labels outside are marked at its border. Default: [0, 1]. */
    frame: Schema.optionalKey(BiasFrame)
  }),
  inputs: { seeds: Artifact.list(Artifact.json(LabelBias)) },
  output: Artifact.bytes,
  run: Effect.fn("figures/bias-scatter")(function* ({ seeds }, { frame = WHOLE, subtitle = [], title }) {
    const problem = seedsProblem(seeds)
    if (problem !== undefined) return yield* new FigureRefused({ figure: title, problem })
    const drawing = biasScatter(seeds, { title, subtitle, frame })
    if (drawing === null) return yield* new FigureRefused({ figure: title, problem: NO_ROOM })
    return yield* render(drawing)
  })
})
