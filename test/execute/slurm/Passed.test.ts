/** What workers get of the environment, by what a person says of `--export`. */
import { assert, describe, it } from "@effect/vitest"
import { environmentOf, exportOf } from "../../../src/execute/slurm/Passed.ts"

const env = { HOME: "/home/ada", PGPASSWORD: "a,b", AWS_REGION: "eu", ABLATE_STORE: "postgres://db", PGPORT: undefined }

describe("what SLURM passes on", () => {
  it("is everything where nothing else is said", () => {
    assert.strictEqual(exportOf([], env), "--export=ALL")
    assert.strictEqual(exportOf(["--export=NONE", "--account=x --export ALL,A=1"], env), "--export=ALL,A=1")
  })

  it("has the way to the store by name, whatever else a person leaves out", () => {
    const names = "ABLATE_STORE,AWS_REGION,PGPASSWORD"
    for (const none of ["--export=NONE", "--export NONE", '--export="NONE"', "--export=NIL", "-A x --export=none -q y"])
      assert.strictEqual(exportOf([none], env), `--export=${names}`, none)
    assert.strictEqual(exportOf(['--export=PATH,A="b c"'], env), `--export=PATH,A="b c",${names}`)
    assert.strictEqual(exportOf([], { ...env, SBATCH_EXPORT: "PATH" }), `--export=PATH,${names}`)
    assert.strictEqual(exportOf(["--export=NONE"], {}), "--export=ABLATE_STORE")
  })

  it("is said once: by the script", () => {
    const given = environmentOf({ ...env, SBATCH_EXPORT: "NONE" }, "postgres://other")
    assert.deepStrictEqual([given.SBATCH_EXPORT, given.ABLATE_STORE], [undefined, "postgres://other"])
  })
})
