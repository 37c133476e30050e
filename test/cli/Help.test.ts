import { assert, describe, it } from "@effect/vitest"
import { type CommandName, commandNames, specOf } from "../../src/cli/Commands.ts"
import { help } from "../../src/cli/Help.ts"

describe("help", () => {
  it("the overview names every command with its summary, the exit codes and examples", () => {
    const text = help()
    assert.match(text, /^Usage: ablate <command> \[options\]$/m)
    for (const name of commandNames)
      assert.isTrue(
        text.split("\n").some((line) => new RegExp(`^  ${name} +`).test(line) && line.endsWith(specOf(name).summary)),
        name
      )
    assert.include(text, "130 interrupted")
    assert.match(text, /^Examples:$/m)
  })

  for (const name of commandNames)
    it(`${name}: every argument and option with its help, and examples`, () => {
      const { arguments: positionals, examples, options, summary } = specOf(name)
      const text = help(name)
      const lines = text.split("\n")
      assert.strictEqual(lines[0], summary)
      assert.isAbove(examples.length, 0)
      const usage = lines.find((line) => line.startsWith("Usage: ")) ?? ""
      for (const each of positionals) {
        assert.include(usage, each.optional === true ? `[${each.name}]` : `<${each.name}>`)
        assert.isTrue(lines.some((line) => line.trim().startsWith(each.name) && line.endsWith(each.help)))
      }
      for (const [option, { choices, help: what, short, value = choices?.join("|") }] of Object.entries(options)) {
        const line = lines.find((each) => new RegExp(`^  (-\\w, )?--${option}( |$)`).test(each)) ?? assert.fail(option)
        assert.isTrue(line.endsWith(what))
        if (value !== undefined) assert.include(line, value)
        if (short !== undefined) assert.include(line, `-${short}, `)
      }
      for (const [command, effect] of examples)
        assert.isTrue(lines.some((line) => line.includes(command) && line.endsWith(effect)))
      assert.include(text, "-h, --help")
      assert.isTrue(text.endsWith("\n"))
    })

  it("says what every option of the contract is", () => {
    const contract: { readonly [Name in CommandName]?: ReadonlyArray<string> } = {
      run: ["jobs", "ui", "only", "set", "force", "store"],
      plan: ["format"],
      why: [],
      table: ["format", "run"],
      compare: [],
      runs: [],
      show: [],
      gc: ["dry-run"],
      doctor: ["repair"]
    }
    for (const name of commandNames)
      if (contract[name] !== undefined)
        assert.includeMembers(Object.keys(specOf(name).options), [...contract[name], "store"], name)
  })
})
