/** What two runs were given that differs: settings, and for every cell the config, code and files behind its figures. */
import type { KeyRecord } from "../domain/KeyRecord.ts"

/** One node behind a cell's figures: what its key was made of, and what it gave. */
export interface NodeSummary {
  readonly record: KeyRecord
  /** Hash of its artifact; null where it has none. */
  readonly artifact: string | null
}

/** The nodes behind a cell by a name that means the same in both runs: the stage's, with `#2`, … for further ones. */
export type CellNodes = Readonly<Record<string, NodeSummary>>

/** Something that went into the cells of one run otherwise than into those of the other. */
export interface InputDifference {
  /**
   * `setting`: given on the command line. `stage`: only one side has it. `input`: a file, or anything no stage of the
   * cell made. `output`: the same key gave different artifacts, so the stage is not deterministic.
   */
  readonly kind: "setting" | "environment" | "config" | "code" | "input" | "numerics" | "stage" | "output"
  /** The stage, or "" for settings and environment. */
  readonly stage: string
  /** Field path, input name or setting; "" where the kind says it all. */
  readonly name: string
  readonly from: string
  readonly to: string
  /** Number of cells (of those in both runs) that it touches; 0 for settings and environment. */
  readonly cells: number
}

const ABSENT = "(absent)"

const show = (value: unknown): string =>
  value === undefined ? ABSENT : typeof value === "string" ? value : JSON.stringify(value)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

type Leaf = readonly [name: string, from: string, to: string]

/** The leaves in which two values differ; lists count as one leaf. */
const leaves = (from: unknown, to: unknown, path: string): ReadonlyArray<Leaf> => {
  if (isObject(from) && isObject(to))
    return [...new Set([...Object.keys(from), ...Object.keys(to)])]
      .sort()
      .flatMap((key) => leaves(from[key], to[key], path === "" ? key : `${path}.${key}`))
  return show(from) === show(to) ? [] : [[path, show(from), show(to)]]
}

/** Differences of two flat records, such as the settings of two runs. */
export const recordDifferences = (
  kind: "setting" | "environment",
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>
): ReadonlyArray<InputDifference> =>
  leaves(from, to, "").map(([name, left, right]) => ({ kind, stage: "", name, from: left, to: right, cells: 0 }))

type Found = Omit<InputDifference, "cells">

const nodeDifferences = (
  stage: string,
  left: NodeSummary,
  right: NodeSummary,
  isMade: (hash: string | undefined) => boolean
): ReadonlyArray<Found> => {
  const [a, b] = [left.record, right.record]
  const names = [...new Set([...Object.keys(a.inputs), ...Object.keys(b.inputs)])].sort()
  // An input that a node of the cell made is a consequence of that node's own difference, which is told there.
  const inputs = names.filter((name) => a.inputs[name] !== b.inputs[name])
  const own: ReadonlyArray<Found> = [
    ...leaves(a.config, b.config, "").map(([name, from, to]): Found => ({ kind: "config", stage, name, from, to })),
    ...(a.code === b.code ? [] : [{ kind: "code", stage, name: "", from: a.code, to: b.code } as const]),
    ...inputs
      .filter((name) => !isMade(a.inputs[name]) && !isMade(b.inputs[name]))
      .map((name): Found => ({ kind: "input", stage, name, from: show(a.inputs[name]), to: show(b.inputs[name]) })),
    ...(a.numerics === b.numerics
      ? []
      : [{ kind: "numerics", stage, name: "", from: show(a.numerics), to: show(b.numerics) } as const])
  ]
  const isSameKey = own.length === 0 && inputs.length === 0
  return isSameKey && left.artifact !== null && right.artifact !== null && left.artifact !== right.artifact
    ? [{ kind: "output", stage, name: "", from: left.artifact, to: right.artifact }]
    : own
}

const cellDifferences = (left: CellNodes, right: CellNodes): ReadonlyArray<Found> => {
  const made = new Set([...Object.values(left), ...Object.values(right)].map((node) => node.artifact))
  const isMade = (hash: string | undefined): boolean => hash !== undefined && made.has(hash)
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((stage): ReadonlyArray<Found> => {
    const [a, b] = [left[stage], right[stage]]
    if (a !== undefined && b !== undefined) return nodeDifferences(stage, a, b, isMade)
    return [
      {
        kind: "stage",
        stage,
        name: "",
        from: a === undefined ? ABSENT : "present",
        to: b === undefined ? ABSENT : "present"
      }
    ]
  })
}

/** Root differences over all cells that both runs have, each with the number of cells it touches, most first. */
export const inputDifferences = (
  left: Readonly<Record<string, CellNodes>>,
  right: Readonly<Record<string, CellNodes>>
): ReadonlyArray<InputDifference> => {
  const found = new Map<string, InputDifference>()
  for (const [cell, nodes] of Object.entries(left)) {
    const other = right[cell]
    if (other === undefined) continue
    for (const each of cellDifferences(nodes, other)) {
      const key = JSON.stringify([each.kind, each.stage, each.name, each.from, each.to])
      found.set(key, { ...each, cells: (found.get(key)?.cells ?? 0) + 1 })
    }
  }
  return [...found.values()].sort((a, b) => b.cells - a.cells)
}
