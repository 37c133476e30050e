/** A laptop's own store with another one behind it, as a person uses them: nothing is computed twice, nothing waits, nothing is lost. */
import { existsSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { largeStudy as study } from "./largeStudy.ts"
import { assertExecuted, assertRefused, type Project, project, temporary } from "./rig.ts"

const studyOf = (more: Readonly<Record<string, string>> = {}) => project({ "study.ts": study, ...more })
const shared = () => join(temporary(), "shared")
const contentOf = async (one: Project) => (await one.table(["study.ts"])).rows.map(({ cells }) => cells)

describe("a store behind the project's own", () => {
  it("has what a colleague computed; what is new goes there, and the table is the same", async () => {
    const behind = shared()
    const [here, there] = [studyOf(), studyOf()]
    const first = await here.run(["study.ts", "--remote", "write", "--remote", behind])
    assertExecuted(first, { large: 2, sum: 2 })
    assert.include(first.ended.stderr, "pushed 1 run to")
    const second = await there.run(["study.ts", "--remote", behind])
    assertExecuted(second, {})
    assert.match(second.ended.stderr, /4 results were known in .*shared/)
    assert.deepStrictEqual(await contentOf(there), await contentOf(here))
    // The large results did not come: nobody has read them.
    assert.deepStrictEqual(there.files(".ablate/blobs"), [])

    // Without it, what was seen there is known; what has to be read and is not here is computed.
    renameSync(behind, `${behind}-away`)
    there.edit("study.ts", "a: [1, 2]", "a: [1, 2, 3]")
    const third = await there.run(["study.ts", "--remote", behind])
    assertExecuted(third, { large: 1, sum: 1 })
    assert.strictEqual(third.ended.stderr.match(/going on without the remote store/g)?.length, 1)
    renameSync(`${behind}-away`, behind)
    there.edit("study.ts", "x + y, 0", "x + y, 1")
    const fourth = await there.run(["study.ts", "--remote", behind])
    assertExecuted(fourth, { sum: 3 })
    assert.strictEqual(there.files(".ablate/blobs").length, 3)
  })

  it("is pulled from and pushed to, as ablate.json names it; twice is once", async () => {
    const behind = shared()
    const named = { "ablate.json": JSON.stringify({ remote: behind }) }
    const [here, there] = [studyOf(named), studyOf(named)]
    await here.run(["study.ts", "--remote", "off"])
    const run = await here.ablate(["tag", "latest", "submitted"])
    assert.strictEqual(run.code, 0, run.stderr)
    assert.isFalse(existsSync(behind))
    const said = async (one: Project, command: string) => {
      const ended = await one.ablate([command, "study"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      return ended.stdout
    }
    assert.match(await said(here, "push"), /^Pushed 1 run and 4 results, .*\n1 tag came with its run/)
    assert.match(await said(here, "push"), /^Pushed 0 runs and 0 results, 0 B.*\n1 run was there already/)
    assert.match(await said(there, "pull"), /^Pulled 1 run and 4 results/)
    assert.match(await said(there, "pull"), /^Pulled 0 runs.*\n1 run was here already/)
    assertExecuted(await there.run(["study.ts", "--remote", "off"]), {})
    const runs = await there.ablate(["runs"])
    assert.match(runs.stdout, /submitted/)
  })

  it("that is gone or wrong is told in one message, and what was to go there goes with the next run", async () => {
    const one = studyOf({ "in-the-way": "" })
    const refused = async (args: ReadonlyArray<string>, part: RegExp) =>
      assertRefused(await one.ablate(["run", "study.ts", ...args]), [part])
    await refused(
      ["--remote", "write"],
      /no remote store is named: --remote ADDRESS, ABLATE_REMOTE, or "remote" in ablate.json/
    )
    await refused(["--remote", ".ablate"], /is the project's own store/)
    await refused(["--remote", "a", "--remote", "b"], /names one store, found "a" and "b"/)
    await refused(["--remote", "postgres://lab/db"], /The remote store's address .*does not say where large results go/)
    one.write({ "ablate.json": `{ "remtoe": "x" }` })
    await refused([], /ablate.json: there is no field "remtoe". Did you mean "remote"\?/)
    one.write({ "ablate.json": `{ "slurm": { "partitoin": "x" } }` })
    await refused([], /ablate.json, slurm: there is no field "partitoin". Did you mean "partition"\?/)
    one.write({ "ablate.json": `{ "remote": 3 }` })
    await refused([], /ablate.json: .*remote/)
    one.write({ "ablate.json": JSON.stringify({ remote: "in-the-way/below", remoteMode: "write" }) })
    const first = await one.run(["study.ts"])
    assertExecuted(first, { large: 2, sum: 2 })
    assert.strictEqual(first.ended.stderr.match(/^ablate: /gm)?.length, 2, first.ended.stderr)
    assert.match(
      first.ended.stderr,
      /going on without .*in-the-way\/below is a file or lies below one: name another folder with --remote/
    )
    assert.match(first.ended.stderr, /1 run waits to be pushed by the next run, or by `ablate push`/)
    assertRefused(await one.ablate(["pull"]), [/in-the-way/])
    rmSync(one.path("in-the-way"))
    const second = await one.run(["study.ts"])
    assertExecuted(second, {})
    assert.include(second.ended.stderr, "pushed 2 runs")
    const pushed = await one.ablate(["push", "--format", "json"])
    assert.deepInclude(JSON.parse(pushed.stdout), { runs: 0, there: 2, results: 0 })
  })
})
