/** The stages of the descriptor model: learn it, draw from it. */
import { f32, Progress, Stage } from "ablate"
import { numericsId } from "ablate/numerics"
import { Effect } from "effect"
import { CocoRows, CocoSplit } from "../coco/CocoRows.ts"
import { FitConfig, SampleConfig } from "./DescriptorConfig.ts"
import { DescriptorModel, SyntheticRows } from "./DescriptorMeta.ts"
import { drawDiagnostics } from "./diagnostics.ts"
import { openDraw, runDraw } from "./draw.ts"
import { learn } from "./learn.ts"
import { restore, standardise } from "./standardise.ts"

/** Steps of a draw between reports. */
const REPORTED = 10

/** Learns p(x) ∝ exp f(x)·N(x; 0, σ²I) on the split's training rows, standardised. */
export const fitDescriptor = Stage.make("descriptor/fit", {
  config: FitConfig,
  inputs: { rows: CocoRows, split: CocoSplit },
  output: DescriptorModel,
  numerics: () => numericsId("engine"),
  run: ({ rows, split }, config) =>
    Effect.gen(function* () {
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
      const [count, inputs] = x.shape
      return {
        tensors: {
          parameters: learnt.parameters,
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
  inputs: { model: DescriptorModel },
  output: SyntheticRows,
  numerics: () => numericsId("engine"),
  run: ({ model }, config) =>
    Effect.gen(function* () {
      const { mean, observed, scale } = model.tensors
      const progress = yield* Progress
      const sampler = yield* openDraw(model, { ...config, purpose: "descriptor/sample" })
      for (let done = 0; done < config.steps; done += REPORTED) {
        yield* runDraw(sampler, Math.min(REPORTED, config.steps - done), model.meta)
        yield* progress.report({ current: Math.min(done + REPORTED, config.steps), total: config.steps, unit: "step" })
      }
      const x = sampler.positions()
      const { f } = sampler.energies()
      const diagnostics = drawDiagnostics(
        x,
        { observed: observed.data, synthesised: sampler.gradients()["heads.f.weight"]?.data ?? [] },
        model.meta.fObserved,
        f,
        model.meta.constantFeatures
      )
      return {
        tensors: { x: f32(x.shape, restore(x, mean, scale)) },
        meta: { config, diagnostics }
      }
    })
})
