import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Typed from "../../src/cli/Typed.ts"
import { SettingText } from "../../src/session/Settings.ts"

const text = (value: string) => new SettingText(value)

describe("what is typed, as data", () => {
  it.effect("pairs are split at the first =; of one given twice the last counts", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Typed.settings(["a.b=1", "c=x=y", "d=", "a.b=2"]), {
        "a.b": text("2"),
        c: text("x=y"),
        d: text("")
      })
      for (const bad of ["a", "=1", ""])
        assert.strictEqual(
          (yield* Effect.flip(Typed.settings([bad]))).message,
          `--set takes path=value, found "${bad}"`
        )
    })
  )

  it.effect(
    "fields of slurm are numbers, texts and lists, as in ablate.json; what is none of them is refused by name",
    () =>
      Effect.gen(function* () {
        assert.isUndefined(yield* Typed.slurm([]))
        assert.deepStrictEqual(
          yield* Typed.slurm([
            "cpus=2",
            "cpus=4",
            "time=1:00",
            "options=--account=lab",
            "options=--qos=short",
            "tags=big"
          ]),
          { cpus: 4, time: "1:00", options: ["--account=lab", "--qos=short"], tags: ["big"] }
        )
        const cases: ReadonlyArray<readonly [given: string, says: RegExp]> = [
          ["time", /--slurm takes a field of slurm .*, found "time"/],
          ["tiem=1", /--slurm: there is no field "tiem"\. Did you mean "time"\?/],
          ["cpus=many", /--slurm: Expected number .*cpus/],
          ["workers=0", /--slurm: .*workers/],
          ["options=-x -o out.log", /set by the run itself: leave them out/],
          ["options=--job-name=mine", /set by the run itself: leave them out/],
          ["setUp=a\nb", /one line/]
        ]
        for (const [given, says] of cases) assert.match((yield* Effect.flip(Typed.slurm([given]))).message, says, given)
        // Only whole names are the run's.
        assert.deepStrictEqual(yield* Typed.slurm(["options=--wait-all-nodes=1 --open-mode=append"]), {
          options: ["--wait-all-nodes=1 --open-mode=append"]
        })
      })
  )

  it("a run is an id, or the beginning of one from its date on; all else is an experiment", () => {
    for (const id of ["20260131-154502-k3f9", "20260131-1545", "20260131"])
      assert.deepStrictEqual(Typed.run(id), { _tag: "Run", id })
    for (const experiment of ["table3", "./20260131.ts", "20260131-sweep", "2026"])
      assert.deepStrictEqual(Typed.run(experiment), { _tag: "Latest", experiment })
  })

  it.effect("a question is about cells where it has an =, else about what is named", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual<unknown>(yield* Typed.whyTarget("train/emotion"), { _tag: "Named", name: "train/emotion" })
      const cells = yield* Typed.whyTarget("method=a,b,seed=0")
      assert.strictEqual(cells._tag, "Cells")
      if (cells._tag === "Cells")
        assert.deepStrictEqual(Object.entries(cells.only), [
          ["method", ["a", "b"]],
          ["seed", ["0"]]
        ])
      assert.match((yield* Effect.flip(Typed.whyTarget("=1"))).message, /^the cell: it takes axis=value/)
    })
  )

  it.effect("a hash may be written as it is printed", () =>
    Effect.gen(function* () {
      for (const written of ["3fa94c01", "3fa94c01…", "code:3fa94c01"])
        assert.deepStrictEqual<unknown>(yield* Typed.showTarget(written, undefined), { _tag: "Hash", hash: "3fa94c01" })
    })
  )
})
