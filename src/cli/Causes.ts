/** Explanations of why nodes run, told one by one or as groups that share their causes. */
import type { ToldExplanation } from "../session/ToldExplanation.ts"

/** Of many nodes that are waited for, so many are named. */
const namedNodes = 3

const listed = (nodes: ReadonlyArray<string>) =>
  nodes.length <= namedNodes + 1
    ? nodes.join(", ")
    : `${nodes.slice(0, namedNodes).join(", ")} and ${(nodes.length - namedNodes).toLocaleString("en")} more`

/** The explanation's body: indented lines. */
export const causeLines = (explanation: ToldExplanation): ReadonlyArray<string> => {
  switch (explanation.verdict) {
    case "first":
      return ["  nothing of this stage has been computed before"]
    case "forced":
      return [`  forced by --force ${explanation.stage}`]
    case "waits":
      return explanation.lines.length === 0
        ? [`  waits for ${listed(explanation.waitsFor)}; it runs only if that comes out differently`]
        : [
            `  waits for ${listed(explanation.waitsFor)}, and runs whatever comes out:`,
            ...explanation.lines.map((line) => `  ${line}`)
          ]
    case "same":
      return ["  nothing of this stage had been computed before the run that computed it"]
    case "differs":
      return explanation.lines.length === 0 ? ["  nothing differs"] : explanation.lines.map((line) => `  ${line}`)
  }
}

const leaves = (cause: ToldExplanation["causes"][number]): ReadonlyArray<unknown> =>
  cause.because.length === 0 ? [cause.difference, cause.source] : cause.because.flatMap(leaves)

/**
 * Nodes of one stage that have the same causes, told once: with the causes of the first of them, which is nearest to
 * where they come from, and what any of them waits for that is not among them.
 */
export const grouped = (
  explanations: ReadonlyArray<ToldExplanation>
): ReadonlyArray<ReadonlyArray<ToldExplanation>> => [
  ...Map.groupBy(explanations, ({ causes, stage, status, verdict }) =>
    JSON.stringify([stage, status, verdict, causes.map((cause) => [cause.because.length > 0, leaves(cause)])])
  ).values()
]
