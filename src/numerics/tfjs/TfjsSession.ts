/** One training on TensorFlow.js: autodiff for the gradients, and the update rules in its operations. The reference, not the fast way. */
import { type Float32Tensor, f32 } from "../../domain/Tensor.ts"
import { type Parameters, parameterSpecs } from "../Network.ts"
import type { HeadResult, Predictor } from "../Predictor.ts"
import type { PreparedRows } from "../PreparedRows.ts"
import type { Problem, ResolvedOptimiser } from "../Problem.ts"
import type { Selection, Session } from "../Session.ts"
import type { Scalar, Tensor, Tensor2D, Tf, Variable } from "../TfjsTypes.ts"
import type { Tfjs } from "./Tfjs.ts"
import { headOf, lossOf, scaledGradient, type TfjsBatch, trunkOf } from "./TfjsModel.ts"
import { updateVariable } from "./TfjsUpdate.ts"

interface OptimiserState {
  readonly optimiser: ResolvedOptimiser
  readonly variables: ReadonlyArray<Variable>
  readonly first: ReadonlyArray<Variable>
  readonly second: ReadonlyArray<Variable>
  step: number
}

export class TfjsSession implements Session {
  readonly terms: Float64Array
  readonly observations: Float64Array
  readonly #tf: Tf
  readonly #on: Tfjs["on"]
  readonly #problem: Problem
  readonly #rows: Array<PreparedRows>
  readonly #variables: Readonly<Record<string, Variable>>
  readonly #optimisers: ReadonlyArray<OptimiserState>

  constructor({ on, tf }: Tfjs, problem: Problem, parameters: Parameters) {
    this.#tf = tf
    this.#on = on
    this.#problem = problem
    this.#rows = problem.segments.map((segment) => segment.rows)
    this.terms = new Float64Array(problem.terms.length)
    this.observations = new Float64Array(problem.terms.length)
    this.#variables = on(() => variablesOf(tf, parameters))
    const names = parameterSpecs(problem.network).map((spec) => spec.name)
    this.#optimisers = problem.optimisers.map((optimiser) => {
      const variables = names.flatMap((name, i) => {
        const variable = this.#variables[name]
        return variable !== undefined && optimiser.parameters[i] ? [variable] : []
      })
      const zeros = () => on(() => variables.map((variable) => tf.tidy(() => tf.variable(tf.zeros(variable.shape)))))
      return { optimiser, variables, first: zeros(), second: zeros(), step: 0 }
    })
  }

  step(selections: ReadonlyArray<Selection>, rateFactor: number): void {
    this.#on(() =>
      this.#tf.tidy(() => {
        const batches = this.#batches(selections)
        const gradients = this.#optimisers.map((state) => this.#differentiate(state, batches))
        this.#problem.terms.forEach((_, i) => {
          if (!this.#optimisers.some(({ optimiser }) => optimiser.terms.includes(i))) this.#term(i, batches)
        })
        this.#optimisers.forEach((state, i) => {
          this.#update(state, gradients[i] ?? {}, rateFactor)
        })
      })
    )
  }

  /** One optimiser's gradients (with its penalties) on the selected rows. */
  gradients(selections: ReadonlyArray<Selection>, optimiser: number): Record<string, Float32Tensor> {
    const tf = this.#tf
    const state = this.#optimisers[optimiser]
    if (state === undefined) return {}
    const found = this.#on(() => tf.tidy(() => this.#differentiate(state, this.#batches(selections))))
    const named: Record<string, Float32Tensor> = {}
    for (const [name, variable] of Object.entries(this.#variables)) {
      const gradient = found[variable.name]
      if (gradient !== undefined) named[name] = f32(gradient.shape, Float32Array.from(gradient.dataSync()))
    }
    tf.dispose(found)
    return named
  }

  replaceRows(segment: number, x: Float32Array): void {
    const rows = this.#rows[segment]
    if (rows !== undefined) this.#rows[segment] = { ...rows, x }
  }

  penalties(): ReadonlyArray<number> {
    const value = (i: number) => this.#tf.tidy(() => this.#penalty(i).dataSync()[0] ?? Number.NaN)
    return this.#on(() => this.#problem.penalties.map((_, i) => value(i)))
  }

  parameters(): Record<string, Float32Tensor> {
    return Object.fromEntries(
      Object.entries(this.#variables).map(([name, variable]) => [
        name,
        f32(variable.shape, Float32Array.from(variable.dataSync()))
      ])
    )
  }

  dispose(): void {
    for (const variable of Object.values(this.#variables)) variable.dispose()
    for (const state of this.#optimisers) {
      for (const variable of [...state.first, ...state.second]) variable.dispose()
    }
  }

  #batches(selections: ReadonlyArray<Selection>): ReadonlyArray<TfjsBatch> {
    const { network, segments } = this.#problem
    return segments.map(({ fixed, rows }, i) =>
      batchOf(this.#tf, network.inputs, this.#rows[i] ?? rows, fixed ? undefined : selections[i])
    )
  }

  /** One term's loss, recorded; the gradient into the trunk is scaled by its factor. */
  #term(index: number, batches: ReadonlyArray<TfjsBatch>): Scalar | undefined {
    const tf = this.#tf
    const { network, terms } = this.#problem
    const term = terms[index]
    const batch = term === undefined ? undefined : batches[term.segment]
    if (term === undefined || batch === undefined) return undefined
    const h = scaledGradient(tf, trunkOf(tf, network, this.#variables, batch.x), term.trunkFactor)
    const head = headOf(tf, network, this.#variables, h, term.head, batch.gates[term.head])
    const { loss, observed = 0 } = lossOf(tf, term, head, batch.targets)
    this.terms[index] = term.weight * (loss.dataSync()[0] ?? Number.NaN)
    this.observations[index] = observed
    return tf.mul(loss, term.weight)
  }

  #penalty(index: number, within?: ResolvedOptimiser): Scalar {
    const tf = this.#tf
    const penalty = this.#problem.penalties[index]
    let sum: Scalar = tf.scalar(0)
    parameterSpecs(this.#problem.network).forEach(({ name }, i) => {
      const variable = this.#variables[name]
      if (variable === undefined || !penalty?.parameters[i] || within?.parameters[i] === false) return
      sum = tf.add(sum, tf.sum(tf.square(variable)))
    })
    return tf.mul(sum, 0.5 * (penalty?.objective.strength ?? 0))
  }

  #differentiate({ optimiser, variables }: OptimiserState, batches: ReadonlyArray<TfjsBatch>): Record<string, Tensor> {
    const tf = this.#tf
    const loss = (): Scalar => {
      // The zero keeps every variable in the graph: one that a loss does not reach has gradient 0, not none.
      let total: Scalar = tf.scalar(0)
      for (const variable of variables) total = tf.add(total, tf.mul(tf.sum(variable), 0))
      for (const index of optimiser.terms) {
        const term = this.#term(index, batches)
        if (term !== undefined) total = tf.add(total, term)
      }
      for (const index of optimiser.penalties) total = tf.add(total, this.#penalty(index, optimiser))
      return total
    }
    return tf.variableGrads(loss, [...variables]).grads
  }

  #update(state: OptimiserState, found: Record<string, Tensor>, rateFactor: number): void {
    const tf = this.#tf
    const { optimiser, variables } = state
    const { method } = optimiser
    let gradients = variables.map((variable) => found[variable.name] ?? tf.zerosLike(variable))
    const { clipNorm, clipValue } = optimiser
    if (clipValue !== undefined) gradients = gradients.map((g) => tf.clipByValue(g, -clipValue, clipValue))
    if (clipNorm !== undefined) {
      const squares = gradients.reduce((sum, g) => sum + (tf.sum(tf.square(g)).dataSync()[0] ?? 0), 0)
      const norm = Math.sqrt(squares)
      if (norm > clipNorm) gradients = gradients.map((g) => tf.mul(g, clipNorm / norm))
    }
    const rate = method.learningRate * rateFactor
    state.step += 1
    variables.forEach((w, i) => {
      const g = gradients[i]
      const first = state.first[i]
      const second = state.second[i]
      if (g === undefined || first === undefined || second === undefined) return
      updateVariable(tf, method, { w, first, second }, g, rate, state.step)
    })
  }
}

/** Inference on TensorFlow.js. */
export class TfjsPredictor implements Predictor {
  readonly #tfjs: Tfjs
  readonly #network: Problem["network"]

  constructor(tfjs: Tfjs, network: Problem["network"]) {
    this.#tfjs = tfjs
    this.#network = network
  }

  run(parameters: Parameters, rows: PreparedRows): ReadonlyArray<HeadResult> {
    const { on, tf } = this.#tfjs
    const variables = on(() => variablesOf(tf, parameters))
    const results = on(() =>
      tf.tidy(() => {
        const batch = batchOf(tf, this.#network.inputs, rows, undefined)
        const h = trunkOf(tf, this.#network, variables, batch.x)
        return this.#network.heads.map((_, i) => {
          const { logits, outputs } = headOf(tf, this.#network, variables, h, i, batch.gates[i])
          return { outputs: Float32Array.from(outputs.dataSync()), logits: Float32Array.from(logits.dataSync()) }
        })
      })
    )
    for (const variable of Object.values(variables)) variable.dispose()
    return results
  }

  dispose(): void {}
}

const variablesOf = (tf: Tf, parameters: Parameters): Record<string, Variable> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(data), [...shape])))
    ])
  )

const batchOf = (tf: Tf, inputs: number, rows: PreparedRows, selection: Selection | undefined): TfjsBatch => {
  const count = selection?.count ?? rows.count
  const pick = (data: Float32Array, width: number): Tensor2D => {
    if (selection === undefined) return tf.tensor2d(data, [count, width])
    const taken = new Float32Array(count * width)
    for (let i = 0; i < count; i++) {
      const row = selection.rows[selection.start + i] ?? 0
      taken.set(data.subarray(row * width, (row + 1) * width), i * width)
    }
    return tf.tensor2d(taken, [count, width])
  }
  return {
    x: pick(rows.x, inputs),
    targets: Object.fromEntries(
      Object.entries(rows.targets).map(([name, { data, width }]) => [name, pick(data, width)])
    ),
    gates: rows.gates.map((gate) => (gate === undefined ? undefined : pick(gate, 1)))
  }
}
