/** Whether stored results come out again: a sample of what the latest runs know is computed once more and compared. */
import { hash } from "node:crypto"
import { Context, Effect, Exit, Layer } from "effect"
import type { AnyExperiment } from "../declare/Experiment.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import * as InputCache from "../execute/InputCache.ts"
import { attempt, type InputRef } from "../execute/StageRun.ts"
import type { DagNode } from "../plan/Dag.ts"
import { Store } from "../store/index.ts"
import { type OpenedExperiment, open } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"

export interface Recomputed {
  /** Experiments whose latest run was looked at, and why others could not be. */
  readonly experiments: ReadonlyArray<string>
  readonly unopened: ReadonlyArray<string>
  /** Nodes with a known result, and how many of them were computed again. */
  readonly known: number
  readonly computed: number
  /** One line for each that came out otherwise, or failed. */
  readonly different: ReadonlyArray<string>
}

/** By the key's own bits: the same share of the same store is always the same sample, and a larger share contains it. */
const isSampled = (key: string, share: number) => Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < share

const inputsOf = ({ plan, files, sources }: OpenedExperiment, node: DagNode): ReadonlyArray<InputRef> =>
  node.inputs.flatMap((wired, at): ReadonlyArray<InputRef> => {
    const name = node.inputNames[at] ?? ""
    if (wired >= 0) {
      const artifact = plan.artifacts[wired]
      return artifact === undefined ? [] : [{ name, artifact }]
    }
    const file = files.find((each) => each.hash === sources.externals[-1 - wired])
    return file === undefined ? [] : [{ name, file }]
  })

const servicesOf = (layer: AnyExperiment["layer"]) => Layer.build(layer ?? Layer.succeedContext(Context.empty()))

const checkOne = Effect.fnUntraced(function* (opened: OpenedExperiment, share: number) {
  const store = yield* Store
  const { experiment, plan } = opened
  const services = yield* servicesOf(experiment.layer)
  const cache = InputCache.make()
  const different: Array<string> = []
  let known = 0
  let computed = 0
  for (const node of plan.dag.nodes) {
    const key = plan.keys[node.index]
    const artifact: ArtifactHash | undefined = plan.artifacts[node.index]
    if (key === undefined || artifact === undefined) continue
    known += 1
    if (!isSampled(key, share)) continue
    computed += 1
    const bytes = yield* attempt({
      stage: node.stage,
      config: node.config,
      inputs: inputsOf(opened, node),
      cache,
      read: store.getArtifact,
      report: () => Effect.void
    }).pipe(Effect.provideContext(services), Effect.exit)
    const found = Exit.isSuccess(bytes) ? hash("sha256", bytes.value) : undefined
    if (found !== artifact)
      different.push(
        `${experiment.name}, ${node.id}: stored ${artifact.slice(0, 12)}…, ${
          found === undefined ? "and now it fails" : `now ${found.slice(0, 12)}…`
        }`
      )
  }
  return { known, computed, different }
}, Effect.scoped)

/** Computes the share (0 to 1] of the known nodes of every experiment's latest run again, on this thread. Stores nothing. */
export const recompute = Effect.fnUntraced(function* (project: Project, share: number) {
  const store = yield* Store
  const latest = new Map<string, RunRecord>()
  for (const run of yield* store.runs(10_000)) {
    const id = `${run.experiment}\0${run.file}`
    if (!latest.has(id)) latest.set(id, run)
  }
  const experiments: Array<string> = []
  const unopened: Array<string> = []
  const different: Array<string> = []
  let known = 0
  let computed = 0
  for (const run of latest.values()) {
    const opened = yield* Effect.exit(
      open(project, {
        experiment: run.file,
        set: Object.entries(run.settings).map(([path, value]) => `${path}=${value}`),
        only: run.only === "" ? [] : run.only.split(" "),
        force: []
      })
    )
    if (Exit.isFailure(opened)) {
      unopened.push(run.experiment)
      continue
    }
    experiments.push(run.experiment)
    const one = yield* checkOne(opened.value, share)
    known += one.known
    computed += one.computed
    different.push(...one.different)
  }
  const result: Recomputed = { experiments, unopened, known, computed, different }
  return result
})
