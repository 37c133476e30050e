/** A CSV file of ours as its records: the heading, whose figures they are, and the lines. */
import { Result } from "effect"
import type { Stamp } from "../format/Stamp.ts"
import { Unreadable } from "./Exported.ts"

interface CsvRecord {
  readonly line: number
  readonly fields: ReadonlyArray<string>
}

const fieldAt = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|\r|$)/y

/** The records, each with the line that it begins in. */
const recordsIn = (text: string): Result.Result<ReadonlyArray<CsvRecord>, Unreadable> =>
  Result.gen(function* () {
    const records: Array<CsvRecord> = []
    let fields: Array<string> = []
    let line = 1
    let begun = 1
    for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length; ) {
      fieldAt.lastIndex = at
      const found = fieldAt.exec(text)
      if (found === null) {
        const rest = text.slice(at).split(/\r?\n/)[0] ?? ""
        return yield* Result.fail(
          new Unreadable({ line, expected: "a field, or one in quotes that ends", found: rest })
        )
      }
      const [whole, quoted, plain = "", end = ""] = found
      fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
      line += whole.split("\n").length - 1
      at += whole.length
      if (end === "," && at < text.length) continue
      if (end === ",") fields.push("")
      if (fields.length > 1 || fields[0] !== "") records.push({ line: begun, fields })
      fields = []
      begun = line
    }
    return records
  })

export interface CsvFile {
  readonly isWide: boolean
  readonly stamp: Stamp | undefined
  readonly header: ReadonlyArray<string>
  readonly records: ReadonlyArray<CsvRecord>
}

/** The records of a file whose first line is the heading of one of our exports. */
export const readCsv = (text: string): Result.Result<CsvFile, Unreadable> =>
  Result.gen(function* () {
    const [heading, ...records] = yield* recordsIn(text)
    const header = heading?.fields ?? []
    const missing = ["experiment", "run", "row"].find((name) => !header.includes(name))
    if (missing !== undefined)
      return yield* Result.fail(
        new Unreadable({
          line: 1,
          expected: `the heading of an exported table, with a column "${missing}"`,
          found: header.join(",")
        })
      )
    const odd = records.find(({ fields }) => fields.length !== header.length)
    if (odd !== undefined)
      return yield* Result.fail(
        new Unreadable({
          line: odd.line,
          expected: `${header.length} fields as in the heading`,
          found: `${odd.fields.length}`
        })
      )
    const of = (name: string) => records[0]?.fields[header.indexOf(name)] ?? ""
    const stamp =
      records.length === 0
        ? undefined
        : { experiment: of("experiment"), runId: of("run") === "" ? null : of("run"), contentHash: of("content") }
    return { isWide: !header.includes("column"), stamp, header, records }
  })
