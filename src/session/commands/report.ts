/** `report`: a run as a page for browsers, with its table, figures and provenance as files; or served, following a run. */
import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { Effect, Option, Schema } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { type TableFormat, tableFormats } from "../../report/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"
import { CRATE_FILE, crateOf, type Owner, PROVENANCE_FILE, type ReportFile } from "../page/Crate.ts"
import { htmlOf } from "../page/PageHtml.ts"
import { mediaTypeOf, pageOf } from "../page/PageOf.ts"
import { writeReport } from "../page/ReportFolder.ts"
import { servePage } from "../page/Serve.ts"
import type { Served } from "../page/Served.ts"

export interface ReportOptions extends Where {
  readonly experiment: string
  /** A run's id, or the beginning of it; default the latest that is over. */
  readonly run?: string | undefined
  /** The report's folder; default `<experiment>-report` in the working folder. */
  readonly out?: string | undefined
  /** Write into a folder that holds something else: what is in the way is kept beside. */
  readonly force?: boolean
}

/** What {@link report} wrote. */
export interface Report {
  readonly run: RunRecord
  readonly folder: string
  /** Paths of the files, the page first. */
  readonly files: ReadonlyArray<string>
  /** Where files are now that were in the way. */
  readonly kept: ReadonlyArray<string>
  /** Cells whose stored metrics were damaged; the next run computes them again. */
  readonly damaged: ReadonlyArray<string>
}

const Text = Schema.Union([
  Schema.String,
  Schema.Struct({ name: Schema.String }),
  Schema.Struct({ url: Schema.String })
])
const PackageFile = Schema.fromJsonString(
  Schema.Struct({
    license: Schema.optionalKey(Schema.String),
    author: Schema.optionalKey(Text),
    repository: Schema.optionalKey(Text)
  })
)
const parsePackage = Schema.decodeUnknownOption(PackageFile)

const textOf = (given: typeof Text.Type | undefined): string | undefined =>
  given === undefined || typeof given === "string" ? given : "url" in given ? given.url : given.name

/** What the project's package.json says; nothing where it cannot be read. */
const ownerOf = ({ root }: Project.Project): Effect.Effect<Owner> =>
  Effect.promise(() => readFile(join(root, "package.json"), "utf8").catch(() => "{}")).pipe(
    Effect.map((text) => Option.getOrElse(parsePackage(text), (): typeof PackageFile.Type => ({}))),
    Effect.map(({ author, license, repository }) => ({
      license,
      author: textOf(author),
      repository: textOf(repository)
    }))
  )

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** The formats that lie beside a page, and what each is for. */
const tables = [
  ["csv", "Every figure unrounded, a line a row and column"],
  ["json", "The table with all its statistics"],
  ["md", "The table for Markdown"],
  ["latex", "The table for LaTeX, with booktabs"]
] as const

const write = Effect.fnUntraced(function* (project: Project.Project, options: ReportOptions) {
  const { data, damaged, figures, provenance } = yield* pageOf(project, { ...options, isLive: false })
  const { description, run, table } = data
  const files: ReadonlyArray<ReportFile> = [
    { path: "index.html", bytes: bytesOf(yield* htmlOf(data)), mediaType: "text/html", about: table.title },
    ...tables.map(([name, about]): ReportFile => {
      const { extension, media, print }: TableFormat = tableFormats[name]
      return { path: `table.${extension}`, bytes: bytesOf(print(table, { width: 100 })), mediaType: media, about }
    }),
    ...figures.map(
      ({ bytes, file }): ReportFile => ({
        path: `figures/${file}`,
        bytes,
        mediaType: mediaTypeOf(file),
        about: `Figure ${file}`
      })
    )
  ]
  const crate = bytesOf(crateOf({ run, description, table, provenance, files, owner: yield* ownerOf(project) }))
  const metadata = [PROVENANCE_FILE, CRATE_FILE].map((path): ReportFile => {
    return { path, bytes: crate, mediaType: "application/ld+json", about: "Provenance" }
  })
  const folder = resolve(options.folder ?? ".", options.out ?? `${run.experiment}-report`)
  const all = [...files, ...metadata]
  const { kept } = yield* writeReport(folder, run.experiment, all, options.force === true)
  const report: Report = { run, folder, files: all.map(({ path }) => join(folder, path)), kept, damaged }
  return report
})

/**
 * Writes a run as a page for browsers, with its table, figures and metadata beside it. Fails with a `UsageError` where the folder
 * holds something else, or a file of an earlier report was changed since, and `force` is not set.
 */
export const report = (options: ReportOptions): Effect.Effect<Report, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.provide(write(project, options), Cache.layer(project))
  ).pipe(Effect.withSpan("ablate.report"))

export interface ServeOptions extends Where {
  readonly experiment: string
  /** A run's id, or the beginning of it; default the latest, and whichever is begun after it. */
  readonly run?: string | undefined
  /** Default: the first free one from 4680 on. */
  readonly port?: number | undefined
  /** Told once the page can be opened. */
  readonly onReady: (served: Served) => void
  /** Told why the page cannot be made anew; it stays as it was meanwhile. */
  readonly onProblem?: (message: string) => void
}

/** Serves the page on this machine and follows the run, until it is interrupted. */
export const serveReport = (options: ServeOptions): Effect.Effect<never, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.provide(servePage(project, options), Cache.layer(project))
  ).pipe(Effect.withSpan("ablate.serveReport"))
