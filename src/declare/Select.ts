/** Selection inside the DAG: candidates are compared on a validation part, and what is chosen is reported on a test part. */
import { Effect, Schema } from "effect"
import { Choice, type Scored } from "../domain/Choice.ts"
import type { Measure } from "../domain/Metrics.ts"
import type { Better } from "../domain/ResultTable.ts"
import * as Artifact from "./Artifact.ts"
import { DeclarationError } from "./DeclarationError.ts"
import { leakOf } from "./HeldOut.ts"
import type { AnyNode, Node, StageNode } from "./Node.ts"
import { make, type Stage } from "./Stage.ts"

export { Choice, Scored } from "../domain/Choice.ts"

/** No candidate has a validation figure, so that none can be chosen. */
export class NothingToChoose extends Schema.TaggedError<NothingToChoose>()("NothingToChoose", {
  metric: Schema.String,
  /** Each candidate with why it has none. */
  candidates: Schema.Array(Schema.String)
}) {
  override get message() {
    return `no candidate has a validation figure "${this.metric}": ${this.candidates.join("; ")}. Choose by a metric that is defined on the validation part, or make that part larger`
  }
}

const ChoiceConfig = Schema.Struct({
  candidates: Schema.Array(Schema.Struct({ label: Schema.String, of: Schema.Int })),
  /** Part of every key: raised where the same figures would be chosen from otherwise. */
  rule: Schema.Int
})

/** Figures among which is the one to choose by. */
export type Figures<M extends string> = { readonly [N in M]: Measure }

/** A stage that chooses: from the validation figures of all candidates to a {@link Choice}. */
export type ChoiceStage<M extends string> = Stage<
  typeof ChoiceConfig.Type,
  { readonly validation: Artifact.List<Figures<M>> },
  Choice,
  never
>

/** A stage that hands on what the chosen candidate made. */
export type ChosenStage<A> = Stage<
  Record<never, never>,
  { readonly choice: Artifact.Artifact<Choice>; readonly candidates: Artifact.List<A> },
  A,
  never
>

/** Whatever the order of the values. */
const meanOf = (values: ReadonlyArray<number>): number =>
  values.toSorted((left, right) => left - right).reduce((sum, value) => sum + value, 0) / values.length

const scored = (label: string, figures: ReadonlyArray<Measure>): Scored => {
  const values = figures.flatMap(({ value }) => value ?? [])
  const of = figures.length
  if (values.length === of) return { label, value: meanOf(values), of }
  const note = figures.find(({ value }) => value === null)?.note ?? "it is undefined"
  return { label, value: null, of, note: of === 1 ? note : `${note} (${of - values.length} of ${of} nodes)` }
}

const chosenOf = (metric: string, better: Better, candidates: ReadonlyArray<Scored>) => {
  const sign = better === "higher" ? 1 : -1
  // The sort is stable: of equal figures the first given stays first.
  const ranked = candidates
    .flatMap(({ label, value }, index) => (value === null ? [] : [{ label, value, index }]))
    .toSorted((left, right) => sign * (right.value - left.value))
  const [first, second] = ranked
  if (first === undefined)
    return Effect.fail(
      new NothingToChoose({ metric, candidates: candidates.map(({ label, note }) => `${label} (${note})`) })
    )
  return Effect.succeed<Choice>({
    metric,
    better,
    chosen: first.label,
    index: first.index,
    value: first.value,
    runnerUp: second === undefined ? null : { label: second.label, value: second.value },
    best: ranked.filter(({ value }) => value === first.value).map(({ label }) => label),
    candidates
  })
}

/**
 * Declares the stage that chooses: the candidate with the best figure `metric` on the validation part. Of equal figures
 * the candidate that was given first is chosen, so give the simpler one first; one whose figure is undefined in any of its
 * nodes is never chosen. It fails with {@link NothingToChoose} where no candidate has a figure. Export it by name, as
 * other stages.
 */
export const choice = <const M extends string>(
  name: string,
  { better, metric }: { readonly metric: M; readonly better: Better }
): ChoiceStage<M> =>
  make(name, {
    config: ChoiceConfig,
    inputs: { validation: Artifact.list(Artifact.metrics([metric])) },
    output: Artifact.json(Choice),
    pool: "inline",
    run: ({ validation }, { candidates }) => {
      let from = 0
      const all = candidates.map(({ label, of }) => {
        const figures = validation.slice(from, from + of).map((figure) => figure[metric])
        from += of
        return scored(label, figures)
      })
      return chosenOf(metric, better, all)
    }
  })

/** Declares the stage that hands on what the chosen candidate made, of this artifact type. Export it by name, as other stages. */
export const chosen = <A>(name: string, output: Artifact.Artifact<A>): ChosenStage<A> =>
  make(name, {
    inputs: { choice: Artifact.json(Choice), candidates: Artifact.list(output) },
    output,
    run: ({ candidates, choice: { index } }) => {
      const found = candidates[index]
      return found === undefined
        ? Effect.die(new Error(`there is no candidate ${index} among ${candidates.length}`))
        : Effect.succeed(found)
    }
  })

/** One of the things to choose among. */
export interface Candidate<A, M extends string, R = never> {
  /** Names it in the choice: `width=8`. */
  readonly label: string
  /** Its figures on the validation part; of several nodes (one a seed) the mean counts. */
  readonly validation: Node<Figures<M>, R> | ReadonlyArray<Node<Figures<M>, R>>
  /** What is handed on where it is chosen: the model. */
  readonly output: Node<A, R>
}

/** What {@link best} takes. */
export interface Options<A, M extends string, R = never> {
  /** What {@link choice} declares. */
  readonly choice: ChoiceStage<M>
  /** What {@link chosen} declares. */
  readonly chosen: ChosenStage<A>
  /** At least one, each with another label; of equal ones the first is chosen. */
  readonly candidates: ReadonlyArray<Candidate<NoInfer<A>, NoInfer<M>, R>>
  /** Nodes of the test part: no candidate and no validation figure may depend on one of them. */
  readonly heldOut: readonly [AnyNode, ...ReadonlyArray<AnyNode>]
}

/** The nodes of a selection. */
export interface Selected<A, R = never> {
  /** Which candidate it is. As the pipeline's output `choice` the table tells it. */
  readonly choice: StageNode<Choice, R>
  /** What the chosen candidate made. */
  readonly output: StageNode<A, R>
}

const RULE = 1

const isList = <A>(nodes: A | ReadonlyArray<A>): nodes is ReadonlyArray<A> => Array.isArray(nodes)

/**
 * The best of some candidates by their validation figures: measure its `output` on the test part. Throws {@link
 * DeclarationError} for no candidates, a label that is there twice, a candidate without validation nodes, and where a
 * candidate or its validation depends on a node of `heldOut`.
 */
export const best = <A, M extends string, R = never>(options: Options<A, M, R>): Selected<A, R> => {
  const subject = `selection "${options.choice.name}"`
  const refuse = (problem: string): never => {
    throw new DeclarationError({ subject, problem })
  }
  const candidates = options.candidates.map(({ label, output, validation }) => ({
    label,
    output,
    validation: isList(validation) ? validation : [validation]
  }))
  if (candidates.length === 0) refuse("candidates: at least one is needed")
  const labels = candidates.map(({ label }) => label)
  const twice = labels.find((label, at) => labels.indexOf(label) !== at)
  if (twice !== undefined) refuse(`candidates: two have the label ${JSON.stringify(twice)}; give each its own`)
  if (options.heldOut.length === 0)
    refuse("heldOut: name the nodes of the test part, so that no choice can rest on them")
  for (const { label, output, validation } of candidates) {
    if (validation.length === 0) refuse(`candidate "${label}": validation: at least one node is needed`)
    const leak = leakOf([...validation, output], options.heldOut)
    if (leak !== undefined)
      refuse(
        `candidate "${label}" depends on a held-out node: ${leak.join(" → ")}. Train it and measure its validation figure on other rows`
      )
  }
  const node = options.choice.node(
    { validation: candidates.flatMap(({ validation }) => validation) },
    { candidates: candidates.map(({ label, validation }) => ({ label, of: validation.length })), rule: RULE }
  )
  return {
    choice: node,
    output: options.chosen.node({ choice: node, candidates: candidates.map(({ output }) => output) })
  }
}
