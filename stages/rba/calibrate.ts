/** Reducing bias amplification (RBA) of Zhao et al. (EMNLP 2017): predictions under corpus-level constraints, by Lagrangian relaxation. */
import { Effect, Schema } from "effect"
import { excess, type RatioConstraint, TOLERANCE } from "./Constraints.ts"
import { type Assignment, infer, type Potentials, type Shifts } from "./Potentials.ts"

/**
 * `textbook`: the multipliers shift an object's potentials with both genders in every image, and the answer is the first
 * assignment that violates nothing. Where none does, it is the one of those counted whose shares are least beyond their
 * margins: with a step that is large for the number of images the last one may be worse than the first. `released`: as in the authors' code, they shift only what the current assignment of an
 * image has on, and the answer is the assignment after the last shift: it may violate again what the last count did not.
 */
export const RbaForm = Schema.Literals(["textbook", "released"])
export type RbaForm = typeof RbaForm.Type

export interface RbaOptions {
  /** Step of the multipliers. */
  readonly eta: number
  readonly maxIterations: number
  readonly form: RbaForm
}

export interface Calibrated {
  readonly assignment: Assignment
  /** λ of every constraint's lower and upper side, in the order of the constraints. */
  readonly multipliers: ReadonlyArray<readonly [lower: number, upper: number]>
  /** Assignments that were counted. */
  readonly iterations: number
  /** Whether the last of them violates nothing. */
  readonly converged: boolean
  /** Violated sides of constraints in the first assignment, and in the answer. */
  readonly violatedBefore: number
  readonly violatedAfter: number
}

/** Images with the object, by gender: [men, women]. */
export const genderCounts = ({ man, on }: Assignment, objects: number, object: number): readonly [number, number] => {
  let men = 0
  let all = 0
  for (let row = 0; row < man.length; row++) {
    const isOn = on[row * objects + object] ?? 0
    all += isOn
    men += isOn & (man[row] ?? 0)
  }
  return [men, all - men]
}

/** How many sides of the constraints an assignment violates. */
export const violations = (
  assignment: Assignment,
  objects: number,
  constraints: ReadonlyArray<RatioConstraint>
): number => {
  let count = 0
  for (const { lower, object, upper } of constraints) {
    const [men, women] = genderCounts(assignment, objects, object)
    if (excess(lower, men, women) > TOLERANCE) count += 1
    if (excess(upper, men, women) > TOLERANCE) count += 1
  }
  return count
}

/** How far the shares of men are beyond their margins, summed over the constraints; an object that no image has adds 0. */
export const beyondMargins = (
  assignment: Assignment,
  objects: number,
  constraints: ReadonlyArray<RatioConstraint>
): number => {
  let total = 0
  for (const { lower, object, upper } of constraints) {
    const [men, women] = genderCounts(assignment, objects, object)
    if (men + women === 0) continue
    total += Math.max(0, excess(lower, men, women), excess(upper, men, women)) / (men + women)
  }
  return total
}

type Multipliers = Calibrated["multipliers"]

const shiftsOf = (objects: number, constraints: ReadonlyArray<RatioConstraint>, multipliers: Multipliers): Shifts => {
  const man = new Float64Array(objects)
  const woman = new Float64Array(objects)
  for (const [at, { lower, object, upper }] of constraints.entries()) {
    const [low, high] = multipliers[at] ?? [0, 0]
    man[object] = low * lower[0] + high * upper[0]
    woman[object] = low * lower[1] + high * upper[1]
  }
  return { man, woman }
}

/** One step: λ ← max(0, λ + η·excess). */
export const updated = (
  assignment: Assignment,
  objects: number,
  constraints: ReadonlyArray<RatioConstraint>,
  multipliers: Multipliers,
  eta: number
): Multipliers =>
  constraints.map(({ lower, object, upper }, at) => {
    const [men, women] = genderCounts(assignment, objects, object)
    const [low, high] = multipliers[at] ?? [0, 0]
    return [Math.max(0, low + eta * excess(lower, men, women)), Math.max(0, high + eta * excess(upper, men, women))]
  })

/**
 * Infers, counts and moves the multipliers until an assignment violates nothing or the iterations are used up. Potentials
 * are always the original ones less the multipliers' shifts. Interruptible between iterations.
 */
export const calibrate = Effect.fnUntraced(function* (
  potentials: Potentials,
  constraints: ReadonlyArray<RatioConstraint>,
  { eta, form, maxIterations }: RbaOptions,
  onIteration: (iteration: number, violated: number) => Effect.Effect<void> = () => Effect.void
) {
  const { objects } = potentials
  let multipliers: Multipliers = constraints.map(() => [0, 0] as const)
  let assignment = infer(potentials, shiftsOf(objects, constraints, multipliers), null)
  const violatedBefore = violations(assignment, objects, constraints)
  let violated = violatedBefore
  let iterations = 0
  let best = { assignment, beyond: beyondMargins(assignment, objects, constraints) }
  const next = () =>
    infer(potentials, shiftsOf(objects, constraints, multipliers), form === "released" ? assignment : null)
  for (;;) {
    iterations += 1
    multipliers = updated(assignment, objects, constraints, multipliers, eta)
    yield* onIteration(iterations, violated)
    if (violated === 0 || iterations >= maxIterations) break
    yield* Effect.yieldNow
    assignment = next()
    violated = violations(assignment, objects, constraints)
    const beyond = beyondMargins(assignment, objects, constraints)
    if (violated === 0 || beyond < best.beyond) best = { assignment, beyond }
  }
  const answer = form === "released" ? next() : best.assignment
  const calibrated: Calibrated = {
    assignment: answer,
    multipliers,
    iterations,
    converged: violated === 0,
    violatedBefore,
    violatedAfter: violations(answer, objects, constraints)
  }
  return calibrated
})
