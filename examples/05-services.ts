/**
 * Services, retries, timeouts and failures. A stage asks for a service by its type; the experiment names the layer that
 * gives it. One cell fails: the others go on, the table shows the gap, and the exit code is 1.
 *
 *   npx ablate run examples/05-services.ts
 *   npx ablate why examples/05-services.ts service=broken
 */
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Context, Effect, Layer, Schema } from "effect"

const Name = Schema.Literals(["steady", "flaky", "broken"])
type Name = typeof Name.Type

export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", { name: Name, attempt: Schema.Int }) {
  override get message() {
    return `the ${this.name} service did not answer (call ${this.attempt})`
  }
}

/** Something outside the stage: a simulator, an instrument, a model behind a socket. */
export class Oracle extends Context.Service<
  Oracle,
  { readonly ask: (name: Name) => Effect.Effect<number, Unanswered> }
>()("examples/Oracle") {
  static readonly layer = Layer.sync(Oracle, () => {
    const calls = new Map<Name, number>()
    return Oracle.of({
      ask: (name) =>
        Effect.suspend(() => {
          const attempt = (calls.get(name) ?? 0) + 1
          calls.set(name, attempt)
          const answers = name === "steady" || (name === "flaky" && attempt > 1)
          return answers ? Effect.succeed(42) : Effect.fail(new Unanswered({ name, attempt }))
        })
    })
  })
}

export const ask = Stage.make("services/ask", {
  config: Schema.Struct({ service: Name }),
  output: Artifact.metrics(["answer"]),
  pool: "inline",
  retries: 2,
  timeout: "5 seconds",
  run: (_, { service }) =>
    Effect.gen(function* () {
      const oracle = yield* Oracle
      return { answer: { value: yield* oracle.ask(service) } }
    })
})

export default Experiment.make("services", {
  description: "Three services, of which one answers at the second call and one never",
  pipeline: Pipeline.make("services", Schema.Struct({ service: Name }), (p) => ({ metrics: ask.node({}, p) })),
  layer: Oracle.layer,
  grid: Grid.axes({ service: Name.literals }),
  table: Table.make({
    title: "Answers",
    rows: ["service"],
    columns: [{ metric: "answer", label: "answer", digits: 0 }]
  })
})
