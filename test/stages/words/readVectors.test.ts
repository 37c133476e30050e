import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { PERSONS, SITUATION_WORDS, STATE_WORDS } from "../../../stages/eec/facts.ts"
import { type ReadOptions, readVectors, type VectorFormat } from "../../../stages/words/readVectors.ts"
import { vocabulary } from "../../../stages/words/tokens.ts"
import { VectorFileError } from "../../../stages/words/VectorFileError.ts"
import { winkFile } from "../../../stages/words/winkFile.ts"

const folder = mkdtempSync(join(tmpdir(), "vectors-"))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const write = (content: string | Uint8Array): string => {
  const path = join(folder, `vectors-${files++}`)
  writeFileSync(path, content)
  return path
}

type Rows = ReadonlyArray<readonly [word: string, values: ReadonlyArray<number>]>

const ROWS: Rows = [
  ["the", [0.5, -1, 2]],
  ["He", [1, 2, 3]],
  ["he", [4, 5, 6]],
  ["naïve", [-0.25, 1e-3, 7]],
  ["angry", [7, 8, 9]]
]

const floats = (values: ReadonlyArray<number>) => Buffer.from(Float32Array.from(values).buffer)

const binary = (rows: Rows, rowEnd: string, header = `${rows.length} ${rows[0]?.[1].length}`): Buffer =>
  Buffer.concat([
    Buffer.from(`${header}\n`),
    ...rows.flatMap(([word, values]) => [Buffer.from(`${word} `), floats(values), Buffer.from(rowEnd)])
  ])

const text = (rows: Rows, lineEnd = "\n") =>
  rows.map(([word, values]) => `${word} ${values.join(" ")}${lineEnd}`).join("")
const vec = (rows: Rows, header = `${rows.length} ${rows[0]?.[1].length}`, lineEnd = " \n") =>
  `${header}\n${text(rows, lineEnd)}`

const wink = (rows: Rows, size = rows.length) => {
  const dimension = rows[0]?.[1].length ?? 0
  const vectors = rows.map(([word, values], i) => `${JSON.stringify(word)}:[${[...values, 1.5, i].join(",")}]`)
  const head = `"precision":8,"l2NormIndex":${dimension},"wordIndex":${dimension + 1},"size":${size},"dimensions":${dimension}`
  const words = JSON.stringify(rows.map(([word]) => word))
  return `{${head},"words":${words},"vectors":{${vectors.join(",")}},"unkVector":[0,0,0,0,-1]}`
}

/** Every format, written by hand from the same rows. */
const FORMATS: ReadonlyArray<readonly [name: string, format: VectorFormat, write: (rows: Rows) => string | Buffer]> = [
  ["word2vec binary with line feeds", "word2vec", (rows) => binary(rows, "\n")],
  ["word2vec binary without line feeds", "word2vec", (rows) => binary(rows, "")],
  ["GloVe text", "glove", (rows) => text(rows)],
  ["GloVe text with CRLF", "glove", (rows) => text(rows, "\r\n")],
  ["fastText", "fasttext", (rows) => vec(rows)],
  ["fastText without the final line feed", "fasttext", (rows) => vec(rows).trimEnd()],
  ["wink JSON", "wink", (rows) => wink(rows)]
]

const options = (format: VectorFormat, rest: Partial<ReadOptions> = {}): ReadOptions => ({
  format,
  dimension: null,
  casePolicy: "exact",
  ...rest
})

/** The failure of reading a content, checked to name the file and what was found and expected. */
const refusal = (format: VectorFormat, content: string | Uint8Array, rest: Partial<ReadOptions> = {}) =>
  Effect.gen(function* () {
    const path = write(content)
    const error = yield* Effect.flip(readVectors(path, ["angry", "he"], options(format, rest)))
    assert.instanceOf(error, VectorFileError)
    for (const part of [path, error.place, error.found, error.expected]) assert.include(error.message, part)
    return error
  })

for (const [name, format, encode] of FORMATS) {
  describe(name, () => {
    it.effect("gives the wanted words' vectors in the order asked", () =>
      Effect.gen(function* () {
        const path = write(encode(ROWS))
        const found = yield* readVectors(path, ["naïve", "he", "absent", "he", "the"], options(format))
        assert.deepStrictEqual(found.words, ["naïve", "he", "the"])
        assert.deepStrictEqual(found.data, Float32Array.from([-0.25, 1e-3, 7, 4, 5, 6, 0.5, -1, 2]))
        assert.deepStrictEqual([found.missing, found.dimension, found.rows], [["absent"], 3, 5])
        assert.deepStrictEqual([found.lowered, found.repeated], [[], 0])
      })
    )

    it.effect("looks words up by the case policy", () =>
      Effect.gen(function* () {
        const path = write(encode(ROWS))
        const read = (casePolicy: ReadOptions["casePolicy"]) =>
          Effect.map(readVectors(path, ["He", "The"], options(format, { casePolicy })), (found) => [
            found.words,
            [...found.data],
            found.lowered
          ])
        assert.deepStrictEqual(yield* read("exact"), [["He"], [1, 2, 3], []])
        assert.deepStrictEqual(yield* read("lower"), [
          ["He", "The"],
          [4, 5, 6, 0.5, -1, 2],
          ["He", "The"]
        ])
        assert.deepStrictEqual(yield* read("exact-then-lower"), [["He", "The"], [1, 2, 3, 0.5, -1, 2], ["The"]])
      })
    )

    it.effect("takes the first row of a repeated word and counts the others", () =>
      Effect.gen(function* () {
        const rows: Rows = [...ROWS, ["he", [0, 0, 0]], ["he", [1, 1, 1]], ["the", [9, 9, 9]]]
        const found = yield* readVectors(write(encode(rows)), ["he"], options(format))
        assert.deepStrictEqual([...found.data], [4, 5, 6])
        assert.strictEqual(found.repeated, 2)
      })
    )

    it.effect("is read across the borders of pieces", () =>
      Effect.gen(function* () {
        // More than one read of 4 MiB, with rows of all lengths, so that rows are cut at arbitrary bytes.
        const many: Rows = Array.from({ length: 3000 }, (_, i) => [
          `w${"x".repeat(i % 37)}${i}`,
          Array.from({ length: 400 }, (_, k) => ((i * 31 + k * 7) % 1000) / 8 - 60)
        ])
        const path = write(encode(many))
        const found = yield* readVectors(
          path,
          many.map(([word]) => word),
          options(format, { dimension: 400 })
        )
        assert.strictEqual(found.rows, 3000)
        assert.isTrue(found.data.every((value, i) => value === many[Math.floor(i / 400)]?.[1][i % 400]))
        assert.strictEqual(found.data.length, 3000 * 400)
      })
    )

    it.effect("is refused for another dimension than expected", () =>
      Effect.gen(function* () {
        for (const dimension of [2, 4]) {
          const error = yield* refusal(format, encode(ROWS), { dimension })
          assert.include(error.expected, String(dimension))
          assert.include(error.found, "3")
        }
      })
    )

    it.effect("is refused where a value of a wanted word is not finite", () =>
      Effect.gen(function* () {
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const rows: Rows = [...ROWS.slice(0, 4), ["angry", [7, value, 9]]]
          const error = yield* refusal(format, encode(rows))
          assert.strictEqual(error.word, "angry")
          assert.include(error.found, String(value))
          assert.include(error.found, "value 2")
          assert.include(error.expected, "finite")
        }
      })
    )

    it.effect("is refused where it is truncated, wherever it is cut", () =>
      Effect.gen(function* () {
        const bytes = Buffer.from(encode(ROWS))
        // A text without a count that is cut at a line's end, or inside its last number, cannot be told from a whole one.
        const cuts = format === "glove" ? [8, 30] : [1, 5, 14, 30].map((n) => n + (name.includes("line feeds") ? 1 : 0))
        for (const cut of format === "fasttext" ? cuts.map((n) => n + 3) : cuts) {
          const error = yield* refusal(format, bytes.subarray(0, bytes.length - cut))
          assert.match(`${error.found} ${error.expected}`, /truncated|rows/, `cut ${cut}`)
        }
      })
    )

    it.effect("is refused where it is empty, or of another format", () =>
      Effect.gen(function* () {
        assert.match((yield* refusal(format, "")).found, /empty|nothing/)
        const others = { word2vec: wink(ROWS), glove: vec(ROWS), fasttext: text(ROWS), wink: text(ROWS) }
        yield* refusal(format, others[format])
        assert.include((yield* refusal(format, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]))).expected, "gunzip")
      })
    )
  })
}

describe("word2vec binary", () => {
  it.effect("is refused for a bad header, naming it", () =>
    Effect.gen(function* () {
      for (const header of ["five 3", "0 3", "5 0", "5", "5 3 1", "-5 3"]) {
        const error = yield* refusal("word2vec", binary(ROWS, "", header))
        assert.include(error.found, header)
        assert.strictEqual(error.place, "byte 0")
      }
    })
  )

  it.effect("is refused for a value that is not finite in any row, at its byte", () =>
    Effect.gen(function* () {
      const error = yield* refusal("word2vec", binary([["the", [1, 2, Number.NaN]], ...ROWS], ""))
      assert.deepInclude(
        { ...error },
        { word: "the", found: "NaN as value 3", place: `byte ${"6 3\nthe ".length + 8}` }
      )
    })
  )

  it.effect("is refused for more rows than announced", () =>
    Effect.gen(function* () {
      const error = yield* refusal("word2vec", binary(ROWS, "\n", "4 3"))
      assert.include(error.expected, "4 rows")
    })
  )

  it.effect("tells where it ends too early", () =>
    Effect.gen(function* () {
      const bytes = binary(ROWS, "")
      const error = yield* refusal("word2vec", bytes.subarray(0, bytes.length - 5))
      assert.strictEqual(error.word, "angry")
      assert.strictEqual(error.place, `byte ${bytes.length - 5}`)
      assert.include(error.found, "row 5")
    })
  )
})

describe("text formats", () => {
  it.effect("may have words with spaces: rows are split from the right", () =>
    Effect.gen(function* () {
      const rows: Rows = [...ROWS, [". . .", [1, 1, 1]], ["he said", [2, 2, 2]], ["at 5", [3, 3, 3]]]
      const found = yield* readVectors(write(text(rows)), [". . .", "he said", "he", "at 5"], options("glove"))
      assert.deepStrictEqual([...found.data], [1, 1, 1, 2, 2, 2, 4, 5, 6, 3, 3, 3])
    })
  )

  it.effect("are refused at the line that has too few or strange values, wanted or not", () =>
    Effect.gen(function* () {
      const few = yield* refusal("glove", `${text(ROWS)}short 1 2\n${text(ROWS)}`)
      assert.deepInclude({ ...few }, { place: "line 6", word: "short" })
      const strange = yield* refusal("fasttext", `7 3\n${text(ROWS)}odd 1 nan 3\nlast 1 2 3\n`)
      assert.deepInclude({ ...strange }, { place: "line 7", word: "odd" })
      assert.include(strange.found, "nan")
      const huge = yield* refusal("glove", text([["he", [1, 1e39, 2]]]))
      assert.include(huge.expected, "finite")
      yield* refusal("glove", "the 1 2 3\nhe 1 0x10 3\n")
      yield* refusal("glove", "the 1 2 3\nhe 1 1-2 3\n")
    })
  )

  it.effect("with a header have as many rows as it says", () =>
    Effect.gen(function* () {
      assert.include((yield* refusal("fasttext", vec(ROWS, "6 3"))).found, "truncated")
      assert.include((yield* refusal("fasttext", vec(ROWS, "4 3"))).expected, "4 rows")
      assert.include((yield* refusal("fasttext", vec(ROWS, "5 4"))).expected, "4 values")
    })
  )
})

describe("wink JSON", () => {
  it.effect("may have words with quotes, backslashes and escapes", () =>
    Effect.gen(function* () {
      const rows: Rows = [['say "hi"', [1, 1, 1]], ["back\\", [2, 2, 2]], ["tab\there", [3, 3, 3]], ...ROWS]
      const words = rows.map(([word]) => word)
      const found = yield* readVectors(write(wink(rows)), words, options("wink"))
      assert.deepStrictEqual(found.words, words)
      const escaped = wink(ROWS).replaceAll("naïve", "na\\u00efve")
      assert.deepStrictEqual((yield* readVectors(write(escaped), ["naïve"], options("wink"))).missing, [])
    })
  )

  it.effect("is refused for fewer rows than announced, or rows that are too short", () =>
    Effect.gen(function* () {
      assert.include((yield* refusal("wink", wink(ROWS, 6))).expected, "6 rows")
      assert.strictEqual((yield* refusal("wink", wink(ROWS).replace("[7,8,9,1.5,4]", "[7,8]"))).word, "angry")
      yield* refusal("wink", wink(ROWS).replace('"he":[', '"he";['))
    })
  )
})

describe("any file", () => {
  it.effect("that is missing or a folder is refused by name", () =>
    Effect.gen(function* () {
      for (const path of [join(folder, "absent.bin"), folder]) {
        const error = yield* Effect.flip(readVectors(path, ["he"], options("glove")))
        assert.include(error.message, path)
      }
    })
  )

  it.effect("is reported on while it is read", () =>
    Effect.gen(function* () {
      const path = write(text(ROWS))
      const reports: Array<readonly [number, number]> = []
      yield* readVectors(path, ["he"], options("glove"), (done, total) =>
        Effect.sync(() => {
          reports.push([done, total])
        })
      )
      const size = Buffer.byteLength(text(ROWS))
      assert.deepStrictEqual(reports.at(-1), [size, size])
    })
  )
})

describe("the vectors that come with the project", () => {
  it.live("have every name and emotion word of the corpus, all its words but two, and 100 values", () =>
    Effect.gen(function* () {
      const words = vocabulary(
        generateCorpus().map((row) => row.sentence),
        "lower"
      )
      const before = process.memoryUsage().rss
      const found = yield* readVectors(winkFile(), words, options("wink", { dimension: 100 }))
      assert.isBelow(process.memoryUsage().rss - before, 300e6)
      assert.deepStrictEqual(found.missing, ["a", "i"])
      assert.strictEqual(found.rows, 341479)
      const have = new Set(found.words)
      const names = PERSONS.filter((person) => person.race !== null).map((person) => person.name.toLowerCase())
      const emotions = [STATE_WORDS, SITUATION_WORDS].flatMap((lists) => Object.values(lists).flat())
      assert.strictEqual(names.length + emotions.length, 80)
      assert.deepStrictEqual(
        [...names, ...emotions].filter((word) => !have.has(word)),
        []
      )
    })
  )
})
