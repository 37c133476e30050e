/** Where a figure comes from, as a tree for a person: the run, the metrics, the node behind them, and on to the user's files. */
import { DateTime } from "effect"
import type { Key } from "../domain/Hash.ts"
import type { Measure } from "../domain/Metrics.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { duration } from "../observe/Duration.ts"
import type { FigureTrace, TracedFigure, TracedNode } from "../session/TracedFigure.ts"
import { formatBytes } from "./Bytes.ts"

const short = (hash: string) => `${hash.slice(0, 12)}…`

const timeOf = (millis: number) =>
  `${DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 19).replace("T", " ")} UTC`

/** `code:<hash>` as `ablate show` takes it; a version as it was declared. */
const codeOf = (code: string) => (code.startsWith("code:") ? short(code.slice("code:".length)) : code.replace(":", " "))

export const measureText = ({ n, note, value }: Measure): string =>
  [value === null ? "undefined" : String(value), ...(n === undefined ? [] : [`n ${n}`]), ...(note ? [note] : [])].join(
    ", "
  )

const gitText = ({ git }: RunRecord): string => {
  if (git === undefined) return "git: no repository, or not recorded"
  const changed =
    git.isChanged === undefined ? "" : git.isChanged ? ", with uncommitted changes" : ", with no uncommitted changes"
  return `git ${git.revision}${changed}`
}

/** The run, its revision, and the versions that it had. */
const runLines = (run: RunRecord): ReadonlyArray<string> => {
  const { ablate, arch, cores, cpu, node, platform } = run.environment
  const settings = Object.entries(run.settings).map(([path, value]) => `${path}=${value}`)
  return [
    `run ${run.id} of ${run.experiment} (${run.file}), ${run.status}, ${timeOf(run.startedAt)}`,
    `  settings ${settings.length === 0 ? "default" : settings.join(", ")}${run.only === "" ? "" : `, only ${run.only}`}`,
    `  ${gitText(run)}`,
    `  ablate ${ablate}, Node ${node.replace(/^v/, "")}, ${platform} ${arch}, ${cores} × ${cpu.trim()}`,
    ...(run.program === undefined ? [] : [`  program ${run.program} (ablate replay ${run.id})`])
  ]
}

const configText = (config: unknown): string => {
  const text = JSON.stringify(config)
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`
}

const nodeLines = (node: TracedNode): ReadonlyArray<string> => {
  const { artifact, assets, code, computedAt, config, durationMs, kept, key, numerics, packages } = node
  return [
    `${kept === null ? "artifact no longer in the store" : `${kept.kind}, ${formatBytes(kept.size)}`}: ${short(artifact)}`,
    `key ${short(key)}, computed ${timeOf(computedAt)} in ${duration(durationMs)}`,
    `code ${codeOf(code)}${packages === null || packages.length === 0 ? "" : ` with ${packages.join(", ")}`}`,
    ...assets.map(({ hash, path }) => `file ${path}: ${short(hash)} (named by its code)`),
    ...(numerics === null ? [] : [`numerics ${numerics}`]),
    ...(configText(config) === "{}" ? [] : [`config ${configText(config)}`])
  ]
}

/** A node and what is behind it; one that stands above already is named only. */
const branch = (
  key: Key,
  nodes: ReadonlyMap<Key, TracedNode>,
  told: Set<Key>,
  lead: { readonly first: string; readonly rest: string },
  name: string
): ReadonlyArray<string> => {
  const node = nodes.get(key)
  if (node === undefined) return [`${lead.first}${name}: no longer in the store`]
  const label = name === "" ? node.stage : `${name} ← ${node.stage}`
  if (told.has(key)) return [`${lead.first}${label} ${short(node.artifact)} (above)`]
  told.add(key)
  const { inputs } = node
  const below = inputs.length === 0 ? "  " : "│ "
  return [
    `${lead.first}${label}`,
    ...nodeLines(node).map((line) => `${lead.rest}${below}${line}`),
    ...inputs.flatMap((input, at) => {
      const isLast = at === inputs.length - 1
      const next = { first: `${lead.rest}${isLast ? "└ " : "├ "}`, rest: `${lead.rest}${isLast ? "  " : "│ "}` }
      if (input._tag === "Node") return branch(input.key, nodes, told, next, input.name)
      const source = input.sources.length === 0 ? "from outside (the run does not say what)" : input.sources.join(" = ")
      return [`${next.first}${input.name} ← ${source}`, `${next.rest}  content ${input.hash}`]
    })
  ]
}

const figureLine = ({ artifact, cell, measure, reason }: TracedFigure): string =>
  `${cell}: ${measure === null ? `none (${reason})` : measureText(measure)}${artifact === null ? "" : `   metrics ${short(artifact)}`}`

/** Over the cells of a variant that have the figure. */
const meanText = (figures: ReadonlyArray<TracedFigure>): string => {
  const values = figures.flatMap(({ measure }) => measure?.value ?? [])
  const sum = values.reduce((total, value) => total + value, 0)
  const of = `${values.length} of ${figures.length} cells`
  return values.length === 0 ? `undefined in all ${figures.length} cells` : `mean ${sum / values.length} over ${of}`
}

/** The figures, the runs that they are from, and the walk of the one; of several that of the first. */
export const figureLines = ({ figures, metric, nodes }: FigureTrace): ReadonlyArray<string> => {
  const byKey = new Map(nodes.map((node) => [node.key, node]))
  const [first] = figures
  const runs = [...new Map(figures.map(({ run }) => [run.id, run])).values()]
  const told = new Set<Key>()
  const walked = figures.length === 1 ? figures : figures.filter(({ key }) => key !== null).slice(0, 1)
  return [
    ...(figures.length === 1 && first !== undefined
      ? [`${metric} of ${figureLine(first)}`]
      : [...Map.groupBy(figures, ({ variant }) => variant)].flatMap(([variant, some]) => [
          `${metric} of ${variant}: ${meanText(some)}`,
          ...some.map((figure) => `  ${figureLine(figure)}`)
        ])),
    "",
    ...runs.flatMap(runLines),
    ...walked.flatMap(({ cell, key, measure }) => [
      "",
      ...(figures.length === 1 ? [] : [`The walk of ${cell}; of another: ablate show <cell> ${metric}`]),
      ...(key !== null
        ? branch(key, byKey, told, { first: "", rest: "" }, "")
        : measure === null
          ? []
          : ["The store no longer knows how it was computed: the run did not end, or gc dropped what was behind it."])
    ])
  ]
}
