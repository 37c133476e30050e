/** From a run's published artifacts to its table. */
import { Effect, Exit, Option, Schema } from "effect"
import { Notes } from "../declare/Artifact.ts"
import type { Expansion } from "../declare/Experiment.ts"
import * as CellId from "../domain/CellId.ts"
import { Choice } from "../domain/Choice.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import { Metrics } from "../domain/Metrics.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import {
  buildTable,
  type CellOutcome,
  type ChosenCell,
  choiceNotes,
  type SeedTexts,
  seedTexts
} from "../report/index.ts"
import { ArtifactStore } from "../store/index.ts"
import type { LatestCells } from "./LatestCells.ts"
import { reachBy } from "./SeedRounds.ts"
import { isOver, settingsOf } from "./Standing.ts"
import { testRowsFor } from "./TestRowsMemo.ts"
import { UsageError } from "./UsageError.ts"

const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))
const decodeChoice = Schema.decodeUnknownOption(Schema.fromJsonString(Choice))
const decodeNotes = Schema.decodeUnknownOption(Schema.fromJsonString(Notes))

/** Sentences in order of first appearance, each once. */
const distinct = (sentences: ReadonlyArray<string>) => [...new Set(sentences)]

/** A sentence that does not hold for every cell says for how many it holds. */
const counted = (perCell: ReadonlyArray<ReadonlyArray<string>>) =>
  distinct(perCell.flat()).map((sentence) => {
    const holds = perCell.filter((each) => each.includes(sentence)).length
    const ofCells = ` (${holds} of ${perCell.length} cells)`
    return holds === perCell.length ? sentence : sentence.replace(/\.?$/, (end) => ofCells + end)
  })

/** A reason is told in a table's note: its first line, and not more of it than one can read there. */
const brief = (reason: string) => {
  const line = reason.split("\n")[0] ?? ""
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`
}

/** Why a cell that the run asked for is not there. */
const unreached = ({ id, status }: RunRecord) =>
  status === "running" ? `run ${id} still goes on` : `run ${id} was interrupted`

const shorthand = (run: RunRecord, isWhole: boolean) => {
  const settings = settingsOf(run)
  return [
    ...(settings === "" ? [] : [`Settings changed: ${settings}.`]),
    ...(isOver(run) || isWhole ? [] : [`Not all cells: ${unreached(run)}.`]),
    ...(run.only === "" || isWhole ? [] : [`Only the cells with ${run.only}.`])
  ]
}

/** What is told of seeds that were added in rounds; of a selection of cells, those variants that can be looked at in it. */
const roundsOf = (
  { axes, seeds }: Expansion,
  { columns }: TableSpec,
  outcomes: ReadonlyArray<CellOutcome>,
  { only }: RunRecord
): SeedTexts => {
  const nothing = { caption: [], notes: [] }
  if (seeds === null) return nothing
  const reach = reachBy(
    seeds,
    outcomes.map(({ labels, metrics, seed }) => [
      { variant: CellId.ofLabels(labels, axes), seed },
      metrics ?? undefined
    ])
  )
  const counts = only === "" ? reach.counts : reach.counts.filter(({ why }) => why !== "open")
  return counts.length === 0 ? nothing : seedTexts(seeds.rule, counts, columns)
}

/** Builds the table of cells, of one run or as they stand. `damaged` lists cells whose stored metrics could not be read back. */
export const tableOf = Effect.fnUntraced(function* (
  expansion: Expansion,
  run: RunRecord,
  published: Pick<LatestCells, "cells"> & Partial<LatestCells>
) {
  const { table } = expansion
  if (table === null)
    return yield* new UsageError({
      text: `experiment "${run.experiment}" declares no table; add \`table: Table.make(…)\``
    })
  const artifacts = yield* ArtifactStore
  const byCell = new Map(published.cells.map((each) => [each.cell, each]))
  const damaged: Array<string> = []
  const read = Effect.fnUntraced(function* (hash: Parameters<typeof artifacts.get>[0]) {
    const bytes = yield* Effect.exit(artifacts.get(hash))
    return Exit.isSuccess(bytes) ? new TextDecoder().decode(bytes.value) : undefined
  })
  const outcomes: Array<CellOutcome> = []
  const contributions = new Map<CellOutcome, ArtifactHash>()
  const ids = new Map<CellOutcome, string>()
  const captions: Array<ReadonlyArray<string>> = []
  const notes: Array<ReadonlyArray<string>> = []
  const noteTexts = new Map<string, Notes>()
  const chosen: Array<ChosenCell> = []
  for (const cell of expansion.cells) {
    const kept = byCell.get(cell.id)
    // What was not asked for is no row; what the run did not reach is one, and is told.
    if (kept === undefined && (isOver(run) || run.only !== "")) continue
    const { failure, outputs }: Pick<RunCell, "failure" | "outputs"> = kept ?? { outputs: {} }
    const isUnreached = outputs.metrics === undefined && failure === undefined && !isOver(run)
    const text = outputs.metrics === undefined ? undefined : yield* read(outputs.metrics)
    if (outputs.metrics !== undefined && text === undefined) damaged.push(cell.id)
    const metrics = text === undefined ? null : Option.getOrNull(decodeMetrics(text))
    const outcome: CellOutcome = {
      labels: cell.labels,
      seed: cell.seed,
      metrics,
      outputs: outputs.metrics ?? "",
      ...(isUnreached ? { unreached: true } : {}),
      ...(metrics === null
        ? {
            failure:
              outputs.metrics === undefined
                ? brief(failure ?? (isUnreached ? unreached(run) : "not computed"))
                : "its stored metrics were damaged"
          }
        : {})
    }
    outcomes.push(outcome)
    ids.set(outcome, cell.id)
    if (metrics !== null && outputs.contributions !== undefined) contributions.set(outcome, outputs.contributions)
    if (outputs.choice !== undefined) {
      const choice = Option.getOrUndefined(decodeChoice(yield* read(outputs.choice)))
      if (choice !== undefined) chosen.push({ labels: cell.labels, seed: cell.seed, choice })
    }
    if (outputs.notes === undefined) continue
    if (!noteTexts.has(outputs.notes)) {
      const decoded = decodeNotes(yield* read(outputs.notes))
      noteTexts.set(
        outputs.notes,
        Option.getOrElse(decoded, () => ({ caption: [], notes: [] }))
      )
    }
    captions.push(noteTexts.get(outputs.notes)?.caption ?? [])
    notes.push(noteTexts.get(outputs.notes)?.notes ?? [])
  }
  const rounds = roundsOf(expansion, table, outcomes, run)
  const rows = yield* testRowsFor(table, outcomes, contributions)
  damaged.push(...rows.damaged.flatMap((outcome) => ids.get(outcome) ?? []))
  return {
    damaged,
    table: buildTable(table, outcomes, {
      experiment: run.experiment,
      runId: run.id,
      seedAxis: expansion.seedAxis,
      testRows: rows.testRows,
      caption: [
        ...shorthand(run, published.isWhole === true),
        ...(published.remarks ?? []),
        ...counted(captions),
        ...rounds.caption
      ],
      notes: [...rounds.notes, ...choiceNotes(chosen, expansion.axes, expansion.seedAxis ?? "seed"), ...counted(notes)]
    })
  }
})
