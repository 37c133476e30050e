import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as CellId from "../../src/domain/CellId.ts"

/** Labels of everything that has a meaning in a cell's text. */
const label = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(",", "=", '"', "\\", " ", "a", "\n"), maxLength: 6 })
)
const axis = label.filter((text) => text !== "")
const cell = fc.array(fc.tuple(axis, label), { minLength: 1, maxLength: 3 })

describe("a cell as text", () => {
  it("reads back as the labels it was written from, whatever they hold", () => {
    fc.assert(
      fc.property(cell, (labels) => {
        assert.deepStrictEqual(
          CellId.parse(CellId.format(labels)),
          labels.map(([axis, label]) => ({ axis, label }))
        )
      }),
      { numRuns: 2000 }
    )
  })

  it("is another text for other labels", () => {
    fc.assert(
      fc.property(cell, cell, (one, two) => {
        assert.strictEqual(CellId.format(one) === CellId.format(two), JSON.stringify(one) === JSON.stringify(two))
      })
    )
    assert.notStrictEqual(
      CellId.format([
        ["a", "1,b=2"],
        ["b", "3"]
      ]),
      CellId.format([
        ["a", "1"],
        ["b", "2,b=3"]
      ])
    )
  })

  it("stands in quotes only where it must", () => {
    for (const plain of ["a", "", "x=y", "two words", "0.5", "it's", "é", "a/b"])
      assert.strictEqual(CellId.format([["k", plain]]), `k=${plain}`)
    for (const special of ["a,b", 'a"b', "a\\b", " a", "a ", "a\nb", "\ud800"])
      assert.strictEqual(CellId.format([["k", special]]), `k=${JSON.stringify(special)}`)
  })

  it("takes what people type: a backslash, quotes that are no quotes, alternatives", () => {
    for (const [typed, labels] of [
      ["k=a\\,b", [["k", "a,b"]]],
      [
        'k="a,b",c',
        [
          ["k", "a,b"],
          [undefined, "c"]
        ]
      ],
      ['k="a\\,b"', [["k", "a,b"]]],
      ['k=5" disk', [["k", '5" disk']]],
      ['k="a" b', [["k", '"a" b']]],
      ['k="a"=b', [["k", '"a"=b']]],
      ["k=C:\\data", [["k", "C:\\data"]]],
      [
        "k=x,a\\=b",
        [
          ["k", "x"],
          [undefined, "a=b"]
        ]
      ],
      [
        'k=x,"a=b"',
        [
          ["k", "x"],
          [undefined, "a=b"]
        ]
      ],
      ['"a,b"=1', [["a,b", "1"]]],
      ["k=", [["k", ""]]]
    ] as const)
      assert.deepStrictEqual<unknown>(
        CellId.parse(typed).map(({ axis, label }) => [axis, label]),
        labels
      )
  })
})
