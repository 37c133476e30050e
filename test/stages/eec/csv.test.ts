import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { EecCsvError, parseEecCsv, readEecCsv } from "../../../stages/eec/csv.ts"
import { TEMPLATES } from "../../../stages/eec/facts.ts"

const HEADER = "ID,Sentence,Template,Person,Gender,Race,Emotion,Emotion word"
const corpus = generateCorpus()
const lines = [
  HEADER,
  ...corpus.map((row, i) =>
    [
      `2018-En-mystery-${String(16937 - i).padStart(5, "0")}`,
      row.sentence,
      TEMPLATES[row.template - 1]?.pattern,
      row.person,
      row.gender,
      row.race ?? "",
      row.emotion ?? "",
      row.emotionWord ?? ""
    ].join(",")
  )
]

const withLine = (line: number, edit: (text: string) => string) =>
  lines.map((text, i) => (i === line - 1 ? edit(text) : text)).join("\n")

const refusal = (text: string) =>
  parseEecCsv("eec.csv", text).pipe(
    Effect.flip,
    Effect.map((error) => {
      assert.instanceOf(error, EecCsvError)
      assert.include(error.message, "eec.csv")
      assert.include(error.message, error.found)
      assert.include(error.message, error.expected)
      return error
    })
  )

describe("the user's official CSV", () => {
  it.effect("gives exactly the generated corpus", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* parseEecCsv("eec.csv", lines.join("\n")), corpus)
    })
  )

  it.effect("may have CRLF line ends, a byte order mark, quoted fields, a final blank line", () =>
    Effect.gen(function* () {
      const text = `\uFEFF${withLine(2, (line) => line.replace("Alonzo feels angry.", '"Alonzo feels angry."'))}`
      assert.deepStrictEqual(yield* parseEecCsv("eec.csv", `${text.replaceAll("\n", "\r\n")}\r\n\r\n`), corpus)
    })
  )

  it.effect("keeps its own row order", () =>
    Effect.gen(function* () {
      const reversed = [HEADER, ...lines.slice(1).reverse()].join("\n")
      assert.deepStrictEqual(yield* parseEecCsv("eec.csv", reversed), [...corpus].reverse())
    })
  )

  it.effect("is refused without a column", () =>
    Effect.gen(function* () {
      const error = yield* refusal(lines.join("\n").replace("Race,", "Ethnicity,"))
      assert.include(error.field, "Race")
      assert.strictEqual(error.line, 1)
    })
  )

  it.effect("is refused for a value outside its column's set", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(12, (line) => line.replace(",male,", ",man,")))
      assert.include(error.field, "Gender")
      assert.strictEqual(error.line, 12)
      assert.strictEqual(error.found, '"man"')
    })
  )

  it.effect("is refused for a row that contradicts itself", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(12, (line) => line.replace(",male,", ",female,")))
      assert.include(error.field, "Gender")
      assert.include(error.expected, '"male"')
    })
  )

  it.effect("is refused for a sentence that is not of the corpus", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(6, (line) => line.replace("annoyed.", "peeved.")))
      assert.include(error.field, "Sentence")
      assert.strictEqual(error.line, 6)
    })
  )

  it.effect("is refused for a repeated row", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(9, () => lines[4] ?? ""))
      assert.strictEqual(error.line, 9)
      assert.include(error.expected, "line 5")
    })
  )

  it.effect("is refused for a wrong number of rows, also none", () =>
    Effect.gen(function* () {
      const error = yield* refusal(lines.slice(0, -1).join("\n"))
      assert.include([error.field, error.found, error.expected].join(), "number of rows,8639,8640")
      assert.strictEqual((yield* refusal(HEADER)).found, "0")
      assert.strictEqual((yield* refusal("")).found, "an empty file")
    })
  )

  it.effect("is refused for a row with too few fields", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(3, (line) => line.split(",").slice(0, 7).join(",")))
      assert.strictEqual(error.line, 3)
      assert.include(error.found, "7 fields")
    })
  )

  it.effect("is refused for an unclosed quote, as bad syntax", () =>
    Effect.gen(function* () {
      const error = yield* refusal(withLine(8640, (line) => line.replace(",I ", ',"I ').replace(",The ", ',"The ')))
      assert.strictEqual(error.field, "CSV syntax")
    })
  )

  it.effect("is read from a file, and a missing file is the same kind of error", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "eec-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true }))
      )
      const file = join(folder, "corpus.csv")
      yield* Effect.promise(() => writeFile(file, lines.join("\n")))
      assert.strictEqual((yield* readEecCsv(file)).length, 8640)
      const error = yield* Effect.flip(readEecCsv(join(folder, "absent.csv")))
      assert.strictEqual(error.field, "file")
      assert.include(error.message, "absent.csv")
    })
  )
})
