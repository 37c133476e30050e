/** The epochs of one training, in slices: batch order, loss curves, held-out rows, stopping. Knows no back end. */
import { type Held, HeldOutScore } from "./HeldOutScore.ts"
import { scheduleFactor } from "./Optimiser.ts"
import type { Problem } from "./Problem.ts"
import { RowOrder } from "./RowOrder.ts"
import type { Selection, Session } from "./Session.ts"
import type { Fitted, Progress, Training } from "./Training.ts"
import { TrainingDiverged } from "./TrainingDiverged.ts"

type Described = Pick<Training<unknown, unknown>, "epochs" | "seed" | "schedule" | "optimisers">

export class FitLoop {
  /** The last finished epoch. */
  latest: Progress | undefined
  finished = false
  /** The coming epoch, counted from 1, while it waits for fresh extra rows. Who brings them clears it. */
  awaiting: number | undefined
  readonly #awaits: boolean
  readonly #problem: Problem
  readonly #session: Session
  readonly #training: Described
  readonly #held: Held | undefined
  readonly #selections: ReadonlyArray<Selection>
  readonly #orders: ReadonlyArray<RowOrder>
  readonly #sums: Float64Array
  readonly #weights: Float64Array
  readonly #lossCurve: Array<number> = []
  readonly #termCurves: ReadonlyArray<Array<number>>
  readonly #penaltyCurves: ReadonlyArray<Array<number>>
  readonly #observationCurves: ReadonlyArray<Array<number>>
  readonly #validationCurve: Array<number> = []
  readonly #evaluation: HeldOutScore | undefined
  #epoch = 0
  #row = 0
  #factor = 1
  #best:
    | { readonly score: number; readonly epoch: number; readonly parameters: Fitted["parameters"] | undefined }
    | undefined
  #stopped: Fitted["stopped"] = "epochs"

  /** `awaits`: whether every epoch but the first waits for fresh extra rows. */
  constructor(problem: Problem, session: Session, training: Described, held: Held | undefined, awaits: boolean) {
    this.#awaits = awaits
    this.#problem = problem
    this.#session = session
    this.#training = training
    this.#held = held
    this.#orders = problem.segments.map((segment) => new RowOrder(segment, training.seed))
    this.#selections = this.#orders.map((order) => ({ rows: order.rows, start: 0, count: 0 }))
    this.#sums = new Float64Array(2 * problem.terms.length)
    this.#weights = new Float64Array(problem.terms.length)
    this.#termCurves = problem.terms.map(() => [])
    this.#penaltyCurves = problem.penalties.map(() => [])
    this.#observationCurves = problem.terms.map(() => [])
    this.#evaluation = held === undefined ? undefined : new HeldOutScore(problem, held)
    this.#factor = this.#scheduled(0)
  }

  /** Runs steps until the time (of `performance.now()`), an epoch that waits for its rows, or the end. Time decides only when to pause, never a result. */
  runUntil(deadline: number): TrainingDiverged | undefined {
    const main = this.#problem.segments.length - 1
    const rows = this.#problem.segments[main]?.rows.count ?? 0
    const rowsPerStep = this.#problem.segments[main]?.rowsPerStep ?? 0
    while (!this.finished) {
      if (this.#row === 0) this.#orders[main]?.shuffle()
      for (let s = 0; s < main; s++) this.#orders[s]?.advance(this.#selections[s])
      const selection = this.#selections[main]
      if (selection !== undefined) {
        selection.start = this.#row
        selection.count = Math.min(rowsPerStep, rows - this.#row)
      }
      this.#session.step(this.#selections, this.#factor)
      const diverged = this.#record()
      if (diverged !== undefined) return diverged
      this.#row += rowsPerStep
      if (this.#row >= rows) {
        const diverged = this.#endEpoch()
        if (diverged !== undefined) return diverged
        if (this.#awaits && !this.finished) {
          this.awaiting = this.#epoch + 1
          return undefined
        }
      }
      if (performance.now() >= deadline) return undefined
    }
    return undefined
  }

  fitted(): Omit<Fitted, "numerics"> {
    const { penalties, terms } = this.#problem
    const curves: Record<string, ReadonlyArray<number>> = {}
    terms.forEach(({ evaluator, objective }, i) => {
      curves[objective.name] = this.#termCurves[i] ?? []
      if (evaluator.observation !== undefined) {
        curves[`${objective.name}/${evaluator.observation.name}`] = this.#observationCurves[i] ?? []
      }
    })
    penalties.forEach(({ objective }, i) => {
      curves[objective.name] = this.#penaltyCurves[i] ?? []
    })
    return {
      parameters: this.#best?.parameters ?? this.#session.parameters(),
      curves: { loss: this.#lossCurve, terms: curves, validation: this.#validationCurve },
      epochs: this.#epoch,
      bestEpoch: this.#best?.parameters === undefined ? this.#epoch : this.#best.epoch,
      stopped: this.#stopped
    }
  }

  #scheduled(epoch: number): number {
    return scheduleFactor(this.#training.schedule ?? { _tag: "Constant" }, epoch, this.#training.epochs)
  }

  #diverged(term: string, value: number): TrainingDiverged {
    const rate = (this.#training.optimisers[0]?.method.learningRate ?? 0) * this.#factor
    return new TrainingDiverged({ epoch: this.#epoch + 1, term, value: `${value}`, learningRate: rate })
  }

  #record(): TrainingDiverged | undefined {
    const { terms } = this.#problem
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]
      const value = this.#session.terms[i] ?? 0
      if (term === undefined) continue
      if (!Number.isFinite(value)) return this.#diverged(term.objective.name, value)
      const weight = term.evaluator.over === "sum" ? 1 : (this.#selections[term.segment]?.count ?? 1)
      this.#sums[2 * i] = (this.#sums[2 * i] ?? 0) + weight * value
      this.#sums[2 * i + 1] = (this.#sums[2 * i + 1] ?? 0) + weight * (this.#session.observations[i] ?? 0)
      this.#weights[i] = (this.#weights[i] ?? 0) + weight
    }
    return undefined
  }

  #endEpoch(): TrainingDiverged | undefined {
    const { penalties, terms } = this.#problem
    const figures: Record<string, number> = {}
    let loss = 0
    terms.forEach(({ evaluator, objective }, i) => {
      const divisor = evaluator.over === "sum" ? 1 : (this.#weights[i] ?? 1)
      const value = (this.#sums[2 * i] ?? 0) / divisor
      loss += value
      figures[objective.name] = value
      this.#termCurves[i]?.push(value)
      if (evaluator.observation !== undefined) {
        const observed = (this.#sums[2 * i + 1] ?? 0) / (this.#weights[i] ?? 1)
        figures[`${objective.name}/${evaluator.observation.name}`] = observed
        this.#observationCurves[i]?.push(observed)
      }
    })
    const values = this.#session.penalties()
    for (const [i, { objective }] of penalties.entries()) {
      const value = values[i] ?? 0
      if (!Number.isFinite(value)) return this.#diverged(objective.name, value)
      loss += value
      figures[objective.name] = value
      this.#penaltyCurves[i]?.push(value)
    }
    this.#lossCurve.push(loss)
    this.#sums.fill(0)
    this.#weights.fill(0)
    this.#row = 0
    this.#epoch += 1
    const { epochs } = this.#training
    const validation = this.#held === undefined ? undefined : this.#validate(this.#held)
    this.latest = {
      epoch: this.#epoch,
      epochs,
      loss,
      terms: figures,
      ...(validation === undefined ? {} : { validation })
    }
    if (this.#epoch >= epochs) this.finished = true
    // The last update has no loss after it that would show an overflow.
    if (this.finished) {
      for (const [name, { data }] of Object.entries(this.#session.parameters())) {
        const bad = data.find((value) => !Number.isFinite(value))
        if (bad !== undefined) {
          this.#epoch -= 1
          return this.#diverged(name, bad)
        }
      }
    }
    this.#factor = this.#scheduled(this.#epoch)
    return undefined
  }

  #validate({ validation }: Held): number {
    const parameters = this.#session.parameters()
    const value = this.#evaluation?.score(parameters) ?? Number.NaN
    this.#validationCurve.push(value)
    const score = validation.metric?.better === "higher" ? -value : value
    const best = this.#best
    if (best === undefined || score < best.score - (validation.minDelta ?? 0)) {
      this.#best = { score, epoch: this.#epoch, parameters: (validation.restoreBest ?? true) ? parameters : undefined }
    } else if (validation.patience !== undefined && this.#epoch - best.epoch >= validation.patience) {
      this.finished = true
      this.#stopped = "patience"
    }
    return value
  }
}
