import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { commandNames, specOf } from "../../src/cli/Commands.ts"
import { completion } from "../../src/cli/Completion.ts"
import { temporary } from "../rig.ts"

const makeProject = () => {
  const root = temporary()
  for (const folder of ["experiments/deep", "lib"]) mkdirSync(join(root, folder), { recursive: true })
  for (const file of ["table3.ts", "table2.mts", "types.d.ts", "table3.test.ts", "notes.md", "deep/er.ts"])
    writeFileSync(join(root, "experiments", file), "")
  return root
}

/** What bash offers for a line that ends at the cursor, split as readline does. */
const offered = (root: string, line: string): Array<string> => {
  const words = line.split(/ +|(?==)|(?<==)/)
  const script = `${completion("bash")}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_ablate
printf '%s\\n' "\${COMPREPLY[@]}"
`
  const { status, stderr, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-c", script], {
    cwd: root,
    encoding: "utf8"
  })
  assert.deepStrictEqual([status, stderr], [0, ""], line)
  return stdout.split("\n").filter((word) => word !== "")
}

describe("completion for bash", () => {
  it("is a script that bash takes, and says for what it is", () => {
    const root = temporary()
    writeFileSync(join(root, "script"), completion("bash"))
    const { status, stderr } = spawnSync("bash", ["-n", join(root, "script")], { encoding: "utf8" })
    assert.deepStrictEqual([status, stderr], [0, ""])
    const registered = spawnSync("bash", ["--norc", "-c", `source ${join(root, "script")}; complete -p ablate`], {
      encoding: "utf8"
    })
    assert.strictEqual(registered.stdout, "complete -F _ablate ablate\n")
  })

  it("offers every command, and every option of each", () => {
    const root = makeProject()
    assert.sameMembers(offered(root, "ablate "), [...commandNames, "help", "--help", "--version"])
    assert.deepStrictEqual(offered(root, "ablate gr"), ["graph"])
    assert.deepStrictEqual(offered(root, "ablate help ru"), ["run", "runs"])
    for (const name of commandNames) {
      const options = Object.entries(specOf(name).options)
      const shorts = options.flatMap(([, { short }]) => (short === undefined ? [] : [`-${short}`]))
      assert.sameMembers(
        offered(root, `ablate ${name} -`),
        [...options.map(([option]) => `--${option}`), ...shorts, "--help"],
        name
      )
    }
  })

  it("offers the values of options, whichever way they are written", () => {
    const root = makeProject()
    for (const line of ["ablate run table3 --ui ", "ablate run --ui=", "ablate run --jobs 2 --ui "])
      assert.deepStrictEqual(offered(root, line), ["tui", "stream", "json"], line)
    assert.deepStrictEqual(offered(root, "ablate table table3 --format=l"), ["latex"])
    assert.deepStrictEqual(offered(root, "ablate graph table3 --format s"), ["svg"])
    assert.deepStrictEqual(offered(root, "ablate completion "), ["bash", "zsh", "fish"])
    assert.deepStrictEqual(offered(root, "ablate run table3 --store l"), ["lib"])
    assert.deepStrictEqual(offered(root, "ablate run table3 --jobs "), [])
  })

  it("offers the experiments of the project where one is to be named, from any of its folders", () => {
    const root = makeProject()
    const names = ["table2", "table3"]
    for (const line of [
      "ablate run ",
      "ablate plan --jobs 2 ",
      "ablate why --set=a=1 ",
      "ablate run --set a.b=1 --format=json ",
      "ablate compare table3 "
    ])
      assert.sameMembers(offered(root, line), names, line)
    assert.sameMembers(offered(join(root, "lib"), "ablate table t"), names)
    assert.deepStrictEqual(offered(root, "ablate show --experiment table3"), ["table3"])
    for (const line of ["ablate run table3 ", "ablate run --set a=", "ablate run --set a=t", "ablate gc --dry-run "])
      assert.deepStrictEqual(offered(root, line), [], line)
    assert.deepStrictEqual(offered("/", "ablate run "), [])
  })
})

describe("completion for zsh and fish", () => {
  it("knows every command, option and value", () => {
    for (const shell of ["zsh", "fish"] as const) {
      const lines = completion(shell).split("\n")
      for (const name of commandNames) {
        assert.isTrue(
          lines.some((line) => new RegExp(`(^    '${name}:|-a ${name} -d )`).test(line)),
          `${shell} ${name}`
        )
        const from = lines.findIndex((line) => line.startsWith(`        ${name}) `))
        const own =
          shell === "zsh"
            ? lines.slice(from, lines.findIndex((line, at) => at >= from && line.endsWith(" ;;")) + 1)
            : lines.filter((line) => line.includes(`__fish_seen_subcommand_from ${name}'`))
        for (const [option, { choices, short }] of Object.entries(specOf(name).options)) {
          const spelled = new RegExp(shell === "zsh" ? `--${option}(\\[|})` : ` -l ${option} `)
          const line = own.find((each) => spelled.test(each)) ?? assert.fail(`${shell} ${name} --${option}`)
          if (choices !== undefined) assert.include(line, choices.join(" "))
          if (short !== undefined)
            assert.match(line, shell === "zsh" ? new RegExp(`{-${short},`) : new RegExp(` -s ${short} `))
        }
      }
    }
  })

  it("quotes what the help texts say: no quote is left open", () => {
    for (const line of completion("zsh").split("\n")) {
      const bare = line.replaceAll("'\\''", "").replaceAll(/"[^"]*"/g, "")
      if (!line.startsWith("#")) assert.strictEqual((bare.match(/'/g)?.length ?? 0) % 2, 0, line)
    }
    for (const line of completion("fish").split("\n")) {
      const bare = line.replaceAll(/\\[\\']/g, "")
      if (!line.startsWith("#")) assert.strictEqual((bare.match(/'/g)?.length ?? 0) % 2, 0, line)
    }
  })
})
