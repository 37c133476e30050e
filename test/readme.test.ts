import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import settingsExample from "../examples/02-settings.ts"
import filesExample from "../examples/04-files.ts"
import cocoBias from "../experiments/coco-bias.ts"
import table3 from "../experiments/table3.ts"
import packageJson from "../package.json" with { type: "json" }
import { firstDifference, printedTaste } from "../scripts/taste.ts"
import { parse, read as readArguments } from "../src/cli/Arguments.ts"
import { commandNamed, commandNames, specOf } from "../src/cli/Commands.ts"
import * as Typed from "../src/cli/Typed.ts"
import * as Settings from "../src/session/Settings.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const guides = readdirSync(join(root, "docs")).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : []))
const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", ...guides]
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const readme = read("README.md")

/** The texts in fences and between backticks. */
const codeIn = (markdown: string): ReadonlyArray<string> => {
  const fenced = [...markdown.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].flatMap(([, text = ""]) => text.split("\n"))
  const inline = [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)]
  return [...fenced, ...inline.map(([, text = ""]) => text)]
}

/** The words after `ablate` of every command line. */
const commandLines = (markdown: string): ReadonlyArray<ReadonlyArray<string>> =>
  codeIn(markdown).flatMap((line) => {
    const found = /^(?:\$ )?(?:npx ablate|ablate|node bin\/ablate\.mjs) +([^#]+)/.exec(line.trim())?.[1]
    const [words = ""] = found?.split(/ (?:\|\||&&|>>?) /) ?? []
    return found === undefined ? [] : [words.trim().split(/\s+/)]
  })

describe("the README's taste", () => {
  it("is the first example, and is run by its name", () => {
    const { code, command, output } = printedTaste(readme)
    assert.strictEqual(code, read("examples/01-hello.ts"))
    assert.strictEqual(command, "npx ablate run examples/01-hello.ts")
    assert.isAbove(output.length, 10)
  })

  it("is compared line by line: only ids, times and cores may differ, and lines that … stands for", () => {
    const printed = ["a: 4 nodes, 2 jobs, run 20260131-154502-k3f9", "…", "row  .25", "done, 1.9 s"]
    const found = ["a: 4 nodes, 8 jobs, run 20270203-010203-aaaa", "x", "y", "row  .25", "done, 12 ms"]
    assert.isUndefined(firstDifference(printed, found))
    assert.deepStrictEqual(firstDifference(printed, found.with(3, "row  .26")), {
      expected: "row  .25",
      found: "no such line"
    })
    assert.deepStrictEqual(firstDifference(["a", "b"], ["a", "c", "b"]), { expected: "b", found: "c" })
    assert.deepStrictEqual(firstDifference(["a", "b"], ["a"]), { expected: "b", found: "the end" })
  })
})

describe("command lines in the documents", () => {
  it.effect("are taken by the command's own parser", () =>
    Effect.gen(function* () {
      const lines = documents.flatMap((path) => commandLines(read(path)))
      assert.isAbove(lines.length, 20)
      for (const words of lines) {
        // `ablate gc` and `ablate <command> --help` stand for themselves; <placeholders> are arguments like others.
        if (words[0] === "<command>") continue
        const parsed = yield* Effect.result(
          Effect.flatMap(parse(words), (found) =>
            // A placeholder is no value.
            found._tag === "Command" && !words.some((word) => /[<|]|^[A-Z]+%?$/.test(word))
              ? Effect.asVoid(readArguments(found.command, found.typed))
              : Effect.void
          )
        )
        const isBare = words.length === 1 && commandNamed(words[0] ?? "") !== undefined
        if (!isBare) assert.isTrue(Result.isSuccess(parsed), `ablate ${words.join(" ")}: ${JSON.stringify(parsed)}`)
      }
    })
  )

  it.effect("refuses what does not exist", () =>
    Effect.gen(function* () {
      for (const line of ["`ablate rerun x`", "`ablate plan x --jbos 2`", "```sh\nnpx ablate compare a\n```"]) {
        const [words = []] = commandLines(line)
        assert.isTrue(Result.isFailure(yield* Effect.result(parse(words))), line)
      }
    })
  )

  it("the table of commands has every command with every option of its own", () => {
    const rows = new Map(
      [...readme.matchAll(/^\| `ablate (\w+)[^`]*` \|(.*)\|$/gm)].map(([, name = "", rest = ""]) => [name, rest])
    )
    assert.deepStrictEqual([...rows.keys()], commandNames)
    for (const name of commandNames) {
      const { options } = specOf(name)
      const own = Object.keys(options).filter((option) => option !== "store")
      const printed = [...(rows.get(name) ?? "").matchAll(/--([a-z-]+)/g)].map(([, option]) => option)
      assert.sameMembers(printed, own, name)
      for (const [option, { choices, value = choices?.join("|") }] of Object.entries(options))
        if (option !== "store" && value !== undefined)
          assert.include((rows.get(name) ?? "").replaceAll("\\|", "|"), `--${option} ${value}`)
    }
  })

  it.effect(
    "every --set on an experiment of this project is one that its experiment takes, but for the misspelled one",
    () =>
      Effect.gen(function* () {
        const experiments = {
          table3,
          "coco-bias": cocoBias,
          "examples/02-settings.ts": settingsExample,
          "examples/04-files.ts": filesExample
        }
        const text = ["README.md", "docs/a-day.md", "docs/studies.md"].map(read).join("\n")
        const given = [...text.matchAll(/^.*--set [a-zA-Z]+[.=].*$/gm)].flatMap(([line]) => {
          const name = Object.keys(experiments).find((each) => line.includes(each)) ?? "table3"
          const experiment = Object.entries(experiments).find(([each]) => each === name)?.[1] ?? table3
          return [...line.matchAll(/--set ([a-z][\w.]*=[\w./-]+)/g)].map(([, pair = ""]) => ({ experiment, pair }))
        })
        assert.isAbove(given.length, 8)
        for (const { experiment, pair } of given) {
          const decoded = yield* Effect.result(
            Effect.flatMap(Typed.settings([pair]), (settings) => Settings.decode(experiment, settings))
          )
          assert.strictEqual(Result.isSuccess(decoded), pair !== "sample.outlier=0.3", pair)
        }
      })
  )

  it("every npm script that is named exists", () => {
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name = ""]) => name)
    )
    assert.isAbove(named.length, 5)
    for (const name of named) assert.property(packageJson.scripts, name)
  })

  it("every bench with a figure is there", () => {
    const rows = [...readme.matchAll(/^\|.*\| (.+) \| (.+) \| `npm run -s bench -- ([a-z0-9-]+)` \|$/gm)]
    assert.isAbove(rows.length, 3)
    for (const [, ours, , name] of rows)
      assert.isTrue(ours === "–" || existsSync(join(root, `bench/${name}.ts`)), `bench/${name}.ts`)
  })
})

describe("the architecture", () => {
  it("names every room of the house", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).flatMap((each) =>
      each.isDirectory() && !["bin", "dist"].includes(each.name) ? [`src/${each.name}`] : []
    )
    const named = [...read("ARCHITECTURE.md").matchAll(/^\| \[([a-z/]+)\]/gm)].map(([, room]) => room)
    assert.sameMembers(named, [...rooms, "stages", "pipelines", "experiments"])
  })
})

describe("links in the documents", () => {
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .trim()
      .replaceAll(/\s/g, "-")

  it("lead to files, folders and headings that are there", () => {
    for (const path of documents) {
      const text = read(path)
      const anchors = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)))
      for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue
        const [file = "", anchor] = target.split("#")
        if (file === "") assert.isTrue(anchors.has(anchor ?? ""), `${path}: #${anchor}`)
        else assert.isTrue(existsSync(join(root, dirname(path), file)), `${path}: ${file}`)
      }
    }
  })

  it("name every example", () => {
    for (const file of readdirSync(join(root, "examples")).filter((each) => each.endsWith(".ts")))
      assert.include(readme, `(examples/${file})`)
  })
})
