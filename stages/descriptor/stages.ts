/** The stages of the descriptor model: learn it, draw from it. */
import { Artifact, f32, Progress, Stage } from "ablate"
import { numericsId } from "ablate/numerics"
import { Effect } from "effect"
import { CocoSplitMeta, RowsMeta } from "../coco/CocoRows.ts"
import { FitConfig, SampleConfig } from "./DescriptorConfig.ts"
import { DescriptorMeta, SyntheticMeta } from "./DescriptorMeta.ts"
import { drawDiagnostics } from "./diagnostics.ts"
import { openDraw, partsOf, runDraw } from "./draw.ts"
import { learn } from "./learn.ts"
import { restore, standardise } from "./standardise.ts"

/** Steps of a draw between reports. */
const REPORTED = 10

/** Learns p(x) ∝ exp f(x)·N(x; 0, σ²I) on the split's training rows, standardised. */
export const fitDescriptor = Stage.make("descriptor/fit", {
  config: FitConfig,
  inputs: { rows: Artifact.tensors(RowsMeta), split: Artifact.tensors(CocoSplitMeta) },
  output: Artifact.tensors(DescriptorMeta),
  numerics: () => numericsId("engine"),
  run: Effect.fn("descriptor/fit")(function* ({ rows, split }, config) {
    const { constantFeatures, mean, scale, x } = yield* standardise(rows.tensors.x, split.tensors.train)
    const progress = yield* Progress
    const learnt = yield* learn(x, config, ({ fGap, gapMean, iteration }) =>
      progress.report({
        current: iteration,
        total: config.iterations,
        unit: "iteration",
        metrics: { gap: gapMean, energyGap: fGap }
      })
    )
    const [count = 0, inputs = 0] = x.shape
    return {
      tensors: {
        ...learnt.parameters,
        mean,
        scale,
        chains: learnt.chains,
        observed: f32([learnt.observed.length], Float32Array.from(learnt.observed))
      },
      meta: { config, inputs, rows: count, constantFeatures, ...learnt.meta }
    }
  })
})

/** Draws synthetic rows from a learnt model, offline: once, as the paper does. */
export const sampleDescriptor = Stage.make("descriptor/sample", {
  config: SampleConfig,
  inputs: { model: Artifact.tensors(DescriptorMeta) },
  output: Artifact.tensors(SyntheticMeta),
  numerics: () => numericsId("engine"),
  run: Effect.fn("descriptor/sample")(function* ({ model }, config) {
    const parts = yield* partsOf(model)
    const progress = yield* Progress
    const sampler = yield* openDraw(parts, model.meta, { ...config, purpose: "descriptor/sample" })
    for (let done = 0; done < config.steps; done += REPORTED) {
      yield* runDraw(sampler, Math.min(REPORTED, config.steps - done), model.meta)
      yield* progress.report({ current: Math.min(done + REPORTED, config.steps), total: config.steps, unit: "step" })
    }
    const x = sampler.positions()
    const { f } = sampler.energies()
    const diagnostics = drawDiagnostics(
      x,
      { observed: parts.observed.data, synthesised: sampler.gradients()["heads.f.weight"]?.data ?? [] },
      model.meta.fObserved,
      f,
      model.meta.constantFeatures
    )
    return {
      tensors: { x: f32(x.shape, restore(x, parts.mean, parts.scale)) },
      meta: { config, diagnostics }
    }
  })
})
