import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Cells from "../../src/declare/Cells.ts"
import { command, placeholders, wired } from "../../src/declare/Command.ts"
import * as Csv from "../../src/execute/command/Csv.ts"
import { refusal } from "./refusal.ts"

const output = Artifact.metrics(["m"])

describe("a stage that is an external program", () => {
  it("is wired to its files, its version, its variables and the version of the layout", () => {
    const stage = command("train", {
      program: ["python", "./a.py"],
      files: ["./a.py", "lib/"],
      env: ["TOKEN"],
      version: ["python", "--version"],
      inputs: { x: Artifact.bytes },
      output
    })
    const bytes = command("bytes", { program: ["true"], output: Artifact.bytes }).node({})
    const { inputs } = stage.node({ x: bytes })
    assert.strictEqual(inputs.x, bytes)
    assert.deepStrictEqual(
      Object.fromEntries(
        Object.entries(inputs).flatMap(([name, node]) =>
          node._tag === "ExternalNode" ? [[name, [node.kind, node.path]]] : []
        )
      ),
      {
        [wired.file("a.py")]: ["source", "a.py"],
        [wired.file("lib")]: ["source", "lib"],
        [wired.variable("TOKEN")]: ["variable", "TOKEN"],
        [wired.project]: ["project", "the project"],
        "program layout": ["text", "layout 1"],
        "program version": ["output", "python --version"]
      }
    )
  })

  it("refuses what cannot be, and says what to write", () => {
    const inputs = {
      t: Artifact.table(Schema.Struct({ a: Schema.String })),
      j: Artifact.json(Schema.String),
      f: Artifact.file
    }
    const program = ["x"] as const
    for (const [make, part] of [
      [() => command("c", { program, files: ["/etc/passwd"], output }), "not below the project"],
      [() => command("c", { program, files: ["a/../../b"], output }), "not below the project"],
      [() => command("c", { program, files: ["."], output }), "one by one"],
      [() => command("c", { program: ["x", "{input.y}"], inputs, output }), "its inputs are t, j, f"],
      [() => command("c", { program, inputs, layout: { t: "tsv" }, output }), 'expected "json" or "csv"'],
      [() => command("c", { program, inputs, layout: { j: "csv" }, output }), "only tables"],
      [() => command("c", { program, inputs, layout: { f: "a/b" }, output }), 'without "/"'],
      [() => command("c", { program, inputs: { "a b": Artifact.bytes }, output }), '"a b"'],
      [
        () => command("c", { program, inputs: { a_b: Artifact.bytes, A_B: Artifact.bytes }, output }),
        "ABLATE_INPUT_A_B"
      ],
      [() => command("c", { program, outputAs: "csv", output }), "for tables"],
      [() => command("c", { program, outputFrom: "stdout", output: Artifact.folder }), "standard output"]
    ] as const)
      assert.include(refusal(make).message, part)
  })

  it("knows what stands for paths and values, and leaves other braces alone", () => {
    assert.deepStrictEqual(placeholders("awk {print $1} {input.a-b} {output} {config} {config.x.y}"), [
      { text: "{input.a-b}", kind: "input", name: "a-b" },
      { text: "{output}", kind: "output", name: undefined },
      { text: "{config}", kind: "config", name: undefined },
      { text: "{config.x.y}", kind: "config", name: "x.y" }
    ])
  })
})

const Row = Schema.Struct({
  text: Schema.String,
  number: Schema.NullOr(Schema.Finite),
  flag: Schema.Boolean,
  note: Schema.optionalKey(Schema.String)
})

describe("rows as CSV", () => {
  it.effect.prop("come back as they were", [Schema.Array(Row)], ([rows]) =>
    Effect.gen(function* () {
      const cells = Cells.cellsOf(Row)
      const written = yield* cells.write(rows)
      const read = Csv.records(Csv.write(written.columns, written.rows))
      if (typeof read === "string") return assert.fail(read)
      // CSV knows no minus zero.
      const plain = rows.map((row) => ({ ...row, number: row.number === null ? null : row.number + 0 }))
      assert.deepStrictEqual(yield* cells.read(read), plain)
    })
  )

  it.effect("are read as other programs write them", () =>
    Effect.gen(function* () {
      const read = Csv.records('\uFEFFtext,number,flag\r\n"a ""b"",\nc",,true\r\n\r\n,1e-05,false')
      if (typeof read === "string") return assert.fail(read)
      assert.deepStrictEqual(yield* Cells.cellsOf(Row).read(read), [
        { text: 'a "b",\nc', number: null, flag: true },
        { text: "", number: 0.00001, flag: false }
      ])
    })
  )

  it("are refused with the line or the row", () => {
    assert.deepStrictEqual(["", "a,a\n1,2", "a,b\n1", 'a\n1"2'].map(Csv.records), [
      "it has no header line",
      'the column "a" is there twice',
      "row 1 has 1 cells, and the header (a, b) 2",
      "line 2: a quotation mark within a cell; quote the cell and double the mark"
    ])
  })
})
