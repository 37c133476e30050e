/** What a person types about experiments, as data: settings, cells, runs, what a question is about. */
import { Effect } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { TableView } from "../report/index.ts"
import type { CompareTarget } from "../session/CompareTarget.ts"
import { ShowTarget } from "../session/commands/show.ts"
import { WhyTarget } from "../session/commands/why.ts"
import * as Only from "../session/Only.ts"
import { slurmOf } from "../session/ProjectFile.ts"
import { RunRef } from "../session/RunRef.ts"
import { type GivenSettings, SettingText } from "../session/Settings.ts"
import { UsageError } from "../session/UsageError.ts"

/** What stands before the first `=`, and what after it. */
const pairs = (
  given: ReadonlyArray<string>,
  takes: string
): Effect.Effect<ReadonlyArray<readonly [name: string, value: string]>, UsageError> =>
  Effect.forEach(given, (each) => {
    const at = each.indexOf("=")
    return at < 1
      ? Effect.fail(new UsageError({ text: `${takes}, found "${each}"` }))
      : Effect.succeed([each.slice(0, at), each.slice(at + 1)] as const)
  })

/** `path=value` pairs, by path. */
export const settings = (given: ReadonlyArray<string>): Effect.Effect<GivenSettings, UsageError> =>
  Effect.map(pairs(given, "--set takes path=value"), (found) =>
    Object.fromEntries(found.map(([path, value]) => [path, new SettingText(value)]))
  )

const slurmCounts = ["cpus", "gpus", "workers"]
const slurmLists = ["tags", "options", "setUp"]

/** `field=value` pairs of `slurm`; of a list each adds one. Undefined where there are none. */
export const slurm = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  if (given.length === 0) return undefined
  const found = yield* pairs(given, "--slurm takes a field of slurm in ablate.json with its value: time=4:00:00")
  const fields = [...Map.groupBy(found, ([field]) => field)].map(([field, those]) => {
    const values = those.map(([, value]) => value)
    if (slurmLists.includes(field)) return [field, values]
    const last = values.at(-1) ?? ""
    return [field, slurmCounts.includes(field) && /^\d+$/.test(last) ? Number(last) : last]
  })
  return yield* slurmOf(Object.fromEntries(fields), "--slurm")
})

/** The cells to keep. */
export const only = (given: ReadonlyArray<string>) => Only.parse(given)

/** The store behind: its address or folder, how it is used, or both. */
export const behind = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const modes = given.filter((each) => each === "read" || each === "write" || each === "off")
  const [place, ...others] = given.filter((each) => each !== "read" && each !== "write" && each !== "off")
  if (others.length > 0)
    return yield* new UsageError({ text: `--remote names one store, found "${place}" and "${others[0]}"` })
  return { remote: place, remoteMode: modes.at(-1) }
})

/** What a command that opens an experiment is asked. */
export const asked = Effect.fnUntraced(function* (
  experiment: string,
  options: {
    readonly set: ReadonlyArray<string>
    readonly store: string | undefined
    readonly only?: ReadonlyArray<string>
    readonly force?: ReadonlyArray<string>
    readonly remote?: ReadonlyArray<string>
  }
) {
  return {
    experiment,
    store: options.store,
    ...(yield* behind(options.remote ?? [])),
    set: yield* settings(options.set),
    only: yield* Only.parse(options.only ?? []),
    force: options.force ?? []
  }
})

/** An id begins with its date and time; all else names an experiment. */
export const run = (text: string): RunRef =>
  /^\d{8}(-\d{0,6}(-\w*)?)?$/.test(text) ? RunRef.Run({ id: text }) : RunRef.Latest({ experiment: text })

/** One side of a comparison. With `--run`, and where it has `axis=label` in it, it names rows. */
export const compared = Effect.fnUntraced(function* (text: string, of: string | undefined) {
  const target = (): CompareTarget => {
    if (of !== undefined) return { _tag: "Rows", rows: text, of: run(of) }
    if (/^rev:./.test(text)) return { _tag: "Revision", revision: text.slice("rev:".length) }
    return /\.(?:json|csv|tsv|md|tex|html?|txt)$/i.test(text) ? { _tag: "File", path: text } : run(text)
  }
  const found = target()
  if (found._tag === "Latest" && text.includes("="))
    return yield* new UsageError({ text: `"${text}" names rows: say of which run, --run ID or --run EXPERIMENT` })
  return found
})

/** Names with commas between them, each of which may stand in quotes. */
const names = (given: ReadonlyArray<string>): ReadonlyArray<string> =>
  given.flatMap((text) =>
    CellId.parse(text).flatMap(({ axis, label }) => {
      const name = axis === undefined ? label : `${axis}=${label}`
      return name === "" ? [] : [name]
    })
  )

/** What is to be printed of a table. `all` among the columns: every one. */
export const view = Effect.fnUntraced(function* (options: {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<string>
  readonly only: ReadonlyArray<string>
  readonly sort: string | undefined
  readonly precision: number | undefined
  readonly headline: boolean
}) {
  const { headline, precision, sort } = options
  const columns = names(options.columns)
  const rows = Only.selectionOf(yield* Only.parse([...options.rows, ...options.only], "rows"))
  const [, by = sort, direction] = /^(.+):(asc|desc)$/.exec(sort ?? "") ?? []
  const asked: TableView = {
    ...(columns.length === 0 || columns.includes("all") ? {} : { columns }),
    ...(rows.size === 0 ? {} : { rows: Object.fromEntries(rows) }),
    ...(by === undefined
      ? {}
      : { sort: { by, ...(direction === "asc" || direction === "desc" ? { direction } : {}) } }),
    ...(precision === undefined ? {} : { precision }),
    ...(headline ? { headline } : {})
  }
  return asked
})

const cells = (text: string) => Only.parse([text], "cell")

export const whyTarget = (text: string): Effect.Effect<WhyTarget, UsageError> =>
  text.includes("=")
    ? Effect.map(cells(text), (only) => WhyTarget.Cells({ only }))
    : Effect.succeed(WhyTarget.Named({ name: text }))

/** A hash as it is printed, shortened by `…` or with what it is of; what cannot be one names a row. */
export const showTarget = (text: string, experiment: string | undefined): Effect.Effect<ShowTarget, UsageError> => {
  if (text.includes("=")) return Effect.map(cells(text), (only) => ShowTarget.Cells({ only, experiment }))
  const hash = text.replace(/…$/, "").replace(/^code:/, "")
  return Effect.succeed(
    /^[0-9a-f]{8,64}$/i.test(hash) ? ShowTarget.Hash({ hash }) : ShowTarget.Row({ name: text, experiment })
  )
}
