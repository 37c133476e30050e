/** A node of a plan as a task. */
import type { Schema } from "effect"
import type { ExternalRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash, Key, RunId } from "../domain/Hash.ts"
import type { DagNode } from "../plan/Dag.ts"
import { type InputRef, type ProgramRef, type Task, timeOf } from "./Task.ts"

/** Where a stage is found, for a worker to import. */
export interface StagePlace {
  readonly module: string
  readonly export: string
  /** Environment variables that it and its services may read by `Config`. Default: none. */
  readonly variables?: ReadonlyArray<string>
}

export type FindStage = (stage: DagNode["stage"]) => StagePlace

/** What the tasks of a plan have in common. */
export interface Placed {
  readonly runId: RunId
  readonly program: ProgramRef
  readonly findStage: FindStage
  /** All of the plan. */
  readonly externals: ReadonlyArray<ExternalRef>
}

/** The files and variables that a node is wired to. */
export const externalsOf = ({ inputs }: DagNode, externals: ReadonlyArray<ExternalRef>): ReadonlyArray<ExternalRef> =>
  inputs.flatMap((wired) => (wired._tag === "External" ? (externals[wired.index] ?? []) : []))

/** One attempt at a node. */
export interface Tried {
  readonly node: DagNode
  readonly key: Key
  /** The record that the key is the hash of, as JSON. */
  readonly record: string
  readonly isForced: boolean
  /** The artifacts of its inputs, in their order. */
  readonly inputs: ReadonlyArray<ArtifactHash>
  /** What earlier attempts have used of the stage's time. */
  readonly spentMs: number
}

export const taskOf = ({ externals, findStage, program, runId }: Placed, tried: Tried): Task => {
  const { inputs: artifacts, isForced, key, record, spentMs } = tried
  const { config, id, inputNames, inputs, numerics, stage } = tried.node
  const { export: exported, module, variables = [] } = findStage(stage)
  return {
    program,
    stage: { name: stage.name, module, export: exported, kind: stage.output.kind, variables },
    run: runId,
    node: id,
    key,
    record,
    isForced,
    needs: stage.resources,
    // Encoded by the stage's schema to plain JSON.
    config: config as Schema.Json,
    inputs: inputNames.map((name, at): InputRef => {
      const wired = inputs[at]
      const external = wired?._tag === "External" ? externals[wired.index] : undefined
      return external === undefined ? { name, artifact: artifacts[at] as ArtifactHash } : { name, external }
    }),
    numerics: numerics ?? null,
    time: timeOf(stage.timeout, spentMs)
  }
}
