/** A user's copy of the official EEC file, checked row by row against the corpus' rules. */
import { readFile } from "node:fs/promises"
import { parse } from "csv-parse/sync"
import { Effect, Schema } from "effect"
import { CORPUS_SIZE, generateCorpus } from "./corpus.ts"
import { TEMPLATES } from "./facts.ts"
import type { Sentence } from "./Sentence.ts"

/** The columns of the official file, in its order. */
export const EEC_COLUMNS = [
  "ID",
  "Sentence",
  "Template",
  "Person",
  "Gender",
  "Race",
  "Emotion",
  "Emotion word"
] as const
type Column = (typeof EEC_COLUMNS)[number]

/** A file that is not the official EEC: what is wrong first, and where. */
export class EecCsvError extends Schema.TaggedError<EecCsvError>()("EecCsvError", {
  file: Schema.String,
  /** 1-based line of the file; 0 where the whole file is meant. */
  line: Schema.Int,
  field: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    const place = this.line === 0 ? this.file : `${this.file}:${this.line}`
    return `${place}: ${this.field}: found ${this.found}, expected ${this.expected}. The file must be the official Equity-Evaluation-Corpus.csv, unchanged; without one, the generated corpus is used.`
  }
}

/** A CSV record and the line it ends on. */
interface Row {
  readonly line: number
  readonly values: ReadonlyArray<string>
}

const Records = Schema.Array(
  Schema.Struct({ record: Schema.Array(Schema.String), info: Schema.Struct({ lines: Schema.Int }) })
)

const CsvRow = Schema.Struct({
  ID: Schema.NonEmptyString,
  Sentence: Schema.NonEmptyString,
  Template: Schema.Literals(TEMPLATES.map((template) => template.pattern)),
  Person: Schema.NonEmptyString,
  Gender: Schema.Literals(["male", "female"]),
  Race: Schema.Literals(["African-American", "European", ""]),
  Emotion: Schema.Literals(["anger", "sadness", "fear", "joy", ""]),
  "Emotion word": Schema.String
})

const quoted = (text: string): string => (text === "" ? "an empty field" : JSON.stringify(text.slice(0, 80)))

const readRows = (file: string, text: string): Effect.Effect<ReadonlyArray<Row>, EecCsvError> =>
  Effect.try({
    try: (): unknown =>
      parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: [] }),
    catch: (cause) => {
      const line = cause instanceof Error && "lines" in cause && typeof cause.lines === "number" ? cause.lines : 0
      const found = cause instanceof Error ? cause.message : String(cause)
      return new EecCsvError({ file, line, field: "CSV syntax", found, expected: "comma-separated values (RFC 4180)" })
    }
  }).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Records)),
    Effect.catchTag("SchemaError", (error) => Effect.die(error)),
    Effect.map((records) => records.map(({ record, info }) => ({ line: info.lines, values: record })))
  )

/** Where each official column stands in the header. */
const columnsOf = (file: string, header: Row | undefined): Effect.Effect<Map<Column, number>, EecCsvError> =>
  Effect.gen(function* () {
    const found = new Map<Column, number>()
    const names = (header?.values ?? []).map((name) => name.trim())
    for (const column of EEC_COLUMNS) {
      const index = names.indexOf(column)
      if (index < 0) {
        return yield* new EecCsvError({
          file,
          line: header?.line ?? 1,
          field: `column ${quoted(column)}`,
          found: names.length === 0 ? "an empty file" : `the header ${names.join(",").slice(0, 120)}`,
          expected: `the header ${EEC_COLUMNS.join(",")}`
        })
      }
      found.set(column, index)
    }
    return found
  })

/** The official columns of a corpus sentence (but for the opaque ID). */
const officialValues = (row: Sentence): { readonly [C in Exclude<Column, "ID">]: string } => ({
  Sentence: row.sentence,
  Template: TEMPLATES[row.template - 1]?.pattern ?? "",
  Person: row.person,
  Gender: row.gender,
  Race: row.race ?? "",
  Emotion: row.emotion ?? "",
  "Emotion word": row.emotionWord ?? ""
})

const expectedValues: { readonly [C in Column]: string } = {
  ID: "a non-empty id",
  Sentence: "a sentence of the corpus",
  Template: `one of the ${TEMPLATES.length} official templates`,
  Person: "one of the 62 official persons",
  Gender: 'one of "male", "female"',
  Race: 'one of "African-American", "European", or an empty field',
  Emotion: 'one of "anger", "sadness", "fear", "joy", or an empty field',
  "Emotion word": "one of the 40 official words, or an empty field"
}

const decodeRow = Schema.decodeUnknownResult(CsvRow)

/**
 * The sentences of an official CSV text, in its own row order and with our own ids: the file in its official order
 * gives exactly what `generateCorpus` gives. Fails at the first row that is not of the corpus, is there twice,
 * contradicts itself, or is missing; `file` names the text in the message.
 */
export const parseEecCsv = (file: string, text: string): Effect.Effect<ReadonlyArray<Sentence>, EecCsvError> =>
  Effect.gen(function* () {
    const [header, ...rows] = yield* readRows(file, text)
    const columns = yield* columnsOf(file, header)
    const official = new Map(generateCorpus().map((row) => [row.sentence, row]))
    const seen = new Map<string, number>()
    const sentences: Array<Sentence> = []
    for (const { line, values } of rows) {
      const wrong = (field: string, found: string, expected: string) =>
        new EecCsvError({ file, line, field, found, expected })
      if (values.length !== header?.values.length) {
        return yield* wrong("row", `${values.length} fields`, `${header?.values.length} as in the header`)
      }
      const fields = Object.fromEntries(EEC_COLUMNS.map((name) => [name, values[columns.get(name) ?? -1] ?? ""]))
      const decoded = decodeRow(fields)
      if (decoded._tag === "Failure") {
        const column = EEC_COLUMNS.find(
          (name) => Schema.decodeUnknownResult(CsvRow.fields[name])(fields[name])._tag === "Failure"
        )
        const name = column ?? "ID"
        return yield* wrong(`column ${quoted(name)}`, quoted(fields[name] ?? ""), expectedValues[name])
      }
      const given = decoded.success
      const row = official.get(given.Sentence)
      if (row === undefined) {
        return yield* wrong('column "Sentence"', quoted(given.Sentence), expectedValues.Sentence)
      }
      const expected = officialValues(row)
      for (const name of EEC_COLUMNS) {
        if (name !== "ID" && given[name] !== expected[name]) {
          return yield* wrong(
            `column ${quoted(name)}`,
            quoted(given[name]),
            `${quoted(expected[name])} for ${quoted(row.sentence)}`
          )
        }
      }
      const before = seen.get(row.sentence)
      if (before !== undefined) {
        return yield* wrong(
          'column "Sentence"',
          `${quoted(row.sentence)} for the second time`,
          `it on line ${before} only`
        )
      }
      seen.set(row.sentence, line)
      sentences.push(row)
    }
    if (sentences.length !== CORPUS_SIZE) {
      return yield* new EecCsvError({
        file,
        line: 0,
        field: "number of rows",
        found: String(sentences.length),
        expected: String(CORPUS_SIZE)
      })
    }
    return sentences
  })

/** Reads and checks an official CSV file (see {@link parseEecCsv}). */
export const readEecCsv = (file: string): Effect.Effect<ReadonlyArray<Sentence>, EecCsvError> =>
  Effect.tryPromise({
    try: () => readFile(file, "utf8"),
    catch: (cause) =>
      new EecCsvError({
        file,
        line: 0,
        field: "file",
        found: cause instanceof Error ? cause.message : String(cause),
        expected: "a readable file"
      })
  }).pipe(Effect.flatMap((text) => parseEecCsv(file, text)))
