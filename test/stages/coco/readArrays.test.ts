import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { CocoFileError } from "../../../stages/coco/CocoFileError.ts"
import { type JsonSource, type ReadArraysOptions, readArrays } from "../../../stages/coco/readArrays.ts"

const folder = mkdtempSync(join(tmpdir(), "coco-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a reader of `rows` with the members n and s hears: one entry an element. */
const hear = (source: JsonSource, options?: ReadArraysOptions) => {
  const heard: Array<readonly [index: number, n: number, s: string | null]> = []
  return readArrays(
    source,
    {
      rows: {
        fields: ["n", "s"],
        take: (record, index) => {
          heard.push([index, record.whole(0), record.text(1)])
          return null
        }
      }
    },
    options
  ).pipe(Effect.map(() => heard))
}

const inMemory = (content: string | Uint8Array) => ({ name: "it", bytes: Buffer.from(content) })

const refusal = (content: string | Uint8Array, options?: ReadArraysOptions) =>
  Effect.map(Effect.flip(hear(inMemory(content), options)), (error) => {
    assert.instanceOf(error, CocoFileError)
    for (const part of ["it", error.place, error.found, error.expected]) assert.include(error.message, part)
    return error
  })

const whole = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value + 0 : -1

/** Documents with a list `rows` of objects among other members, written with varied white space. */
const documents = fc
  .record({
    rows: fc.array(
      fc.record(
        {
          n: fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
          s: fc.oneof(fc.string({ unit: "binary" }), fc.constant('q"\\\n\u{1f600}é'), fc.nat()),
          other: fc.jsonValue({ maxDepth: 2 })
        },
        { requiredKeys: [] }
      )
    ),
    before: fc.jsonValue({ maxDepth: 2 }),
    list: fc.array(fc.jsonValue({ maxDepth: 1 })),
    last: fc.boolean(),
    space: fc.constantFrom("", " ", "\t", "\n  ")
  })
  .map(({ before, last, list, rows, space }) => {
    const document = last ? { before, list, rows } : { rows, list, before }
    return { rows, text: JSON.stringify(document, null, space) }
  })

describe("readArrays", () => {
  it("hands on what JSON.parse gives, whatever the size of the pieces", () =>
    fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 1, max: 70 }), async ({ rows, text }, chunk) => {
        const heard = await Effect.runPromise(hear(inMemory(text), { chunk }))
        // Lone surrogates cannot be written in UTF-8; JSON.stringify escapes them, and so they come back.
        assert.deepStrictEqual(
          heard,
          rows.map(({ n, s }, index) => [index, whole(n), typeof s === "string" ? s : null])
        )
      }),
      { numRuns: 150 }
    ))

  it("refuses a document that is changed so that it is no JSON, and takes the others", () => {
    let refused = 0
    return fc
      .assert(
        fc.asyncProperty(
          documents,
          fc.nat(),
          fc.constantFrom(...'{}[]:,"\\1e \u0001'),
          fc.integer({ min: 1, max: 50 }),
          async ({ text }, at, character, chunk) => {
            const cut = at % text.length
            const changed = text.slice(0, cut) + character + text.slice(cut + 1)
            const parsed = Effect.runSync(Effect.option(Effect.try(() => JSON.parse(changed) as unknown)))
            const exit = await Effect.runPromise(Effect.option(hear(inMemory(changed), { chunk })))
            if (parsed._tag === "None") {
              refused++
              assert.strictEqual(exit._tag, "None", changed)
            }
          }
        ),
        { numRuns: 250 }
      )
      .then(() => assert.isAbove(refused, 50))
  })

  it.effect("refuses a file that is cut off, at every byte, and says where", () =>
    Effect.gen(function* () {
      const text = '{"info": {"a": 1}, "rows": [{"n": 12, "s": "x"}, {"n": 3, "s": "é"}]}'
      const bytes = Buffer.from(text)
      for (let end = 1; end < bytes.length; end++) {
        const error = yield* refusal(bytes.subarray(0, end))
        assert.include(error.found, "cut off")
        assert.include(error.place, `byte ${end}`)
      }
      const inside = yield* refusal(bytes.subarray(0, text.indexOf("3")))
      assert.include(inside.place, "rows[1]")
    })
  )

  it.effect("refuses what is not JSON at its byte, and the element it is in", () =>
    Effect.gen(function* () {
      const text = '{"rows": [{"n": 1}, {"n" 2}]}'
      for (const chunk of [1, 7, 1000]) {
        const error = yield* refusal(text, { chunk })
        assert.strictEqual(error.place, `byte ${text.indexOf("2}")}, rows[1]`)
        assert.strictEqual(error.expected, "valid JSON")
      }
      assert.strictEqual((yield* refusal('{"rows": []} x')).place, "byte 13")
      assert.include((yield* refusal("[1]")).expected, "object")
      assert.include((yield* refusal("hello")).found, "hello")
      assert.include((yield* refusal("")).found, "empty")
      assert.include((yield* refusal(gzipSync("{}"))).expected, "gunzip")
      yield* refusal('{"rows": [{"n": 1},]}')
      yield* refusal('{"rows": [],}')
      yield* refusal('{"rows": [] "x": 1}')
    })
  )

  it.effect("refuses another layout, naming the key", () =>
    Effect.gen(function* () {
      const absent = yield* refusal('{"data": 1, "lines": []}')
      assert.include(absent.place, '"rows"')
      assert.include(absent.found, '"data", "lines"')
      assert.include((yield* refusal("{}")).place, '"rows"')
      const object = yield* refusal('{"rows": {"n": 1}}')
      assert.include(object.place, '"rows"')
      assert.include(object.found, "object")
      const number = yield* refusal('{"rows": [{"n": 1}, 5]}')
      assert.include(number.place, "rows[1]")
      assert.include((yield* refusal('{"rows": [], "rows": []}')).found, "second")
      const twice = yield* refusal('{"rows": [{"n": 1, "s": "", "\\u006e": 2}]}')
      assert.include(twice.place, "rows[0].n")
      assert.include(twice.found, "twice")
    })
  )

  it.effect("hands on keys with escapes, and no text that is not UTF-8", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* hear(inMemory('{"ro\\u0077s": [{"\\u006e": 7, "\\u0073": "\\u00e9"}]}')), [
        [0, 7, "é"]
      ])
      const latin1 = Buffer.from('{"rows": [{"s": "caf\xe9"}]}', "latin1")
      assert.deepStrictEqual(yield* hear(inMemory(latin1)), [[0, -1, null]])
    })
  )

  it.effect("reads files, and tells how far it is", () =>
    Effect.gen(function* () {
      const path = join(folder, "rows.json")
      const rows = Array.from({ length: 5000 }, (_, n) => ({ n, s: "é".repeat(n % 700) }))
      writeFileSync(path, JSON.stringify({ rows }))
      const reports: Array<readonly [number, number]> = []
      const onBytes = (done: number, total: number) => Effect.sync(() => void reports.push([done, total]))
      const heard = yield* hear({ path }, { onBytes })
      assert.deepStrictEqual(
        heard,
        rows.map(({ n, s }) => [n, n, s])
      )
      const size = Buffer.byteLength(JSON.stringify({ rows }))
      assert.deepStrictEqual(reports.at(-1), [size, size])
      assert.isAbove(reports.length, 3)
    })
  )

  it.effect("reads an element that is longer than a piece", () =>
    Effect.gen(function* () {
      const s = "long ".repeat(20_000)
      assert.deepStrictEqual(
        yield* hear(
          inMemory(
            JSON.stringify({
              rows: [
                { n: 1, s },
                { n: 2, s }
              ]
            })
          ),
          { chunk: 64 }
        ),
        [
          [0, 1, s],
          [1, 2, s]
        ]
      )
    })
  )

  it.effect("refuses a file that is missing or a folder, by name", () =>
    Effect.gen(function* () {
      for (const path of [join(folder, "absent.json"), folder]) {
        const error = yield* Effect.flip(hear({ path }))
        assert.include(error.message, path)
        assert.include(error.message, "expected a readable file")
      }
    })
  )
})
