/** Does what a guide tells its reader, in a folder of its own, with the project's packages in the place of installed ones. */
import { spawn } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert } from "vitest"
import { firstDifference } from "../../scripts/taste.ts"
import type { Step } from "./Guide.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const packages = ["ablate", "effect", "typescript", "@types/node"]

/** `npx` and `npm` without the network: what `install` brings is the project's own, and so are the programs of its scripts. */
const shims = {
  tsc: `#!/bin/sh
exec node "${root}node_modules/typescript/bin/tsc" "$@"
`,
  npx: `#!/bin/sh
name="$1"; shift
case "$name" in
ablate) exec node "${root}bin/ablate.mjs" "$@" ;;
*) exec node "${root}node_modules/typescript/bin/$name" "$@" ;;
esac
`,
  npm: `#!/bin/sh
case "$1" in
install|ci)
  mkdir -p node_modules/@types
  for each in ${packages.join(" ")}; do [ -e "node_modules/$each" ] || ln -s "${root}node_modules/$each" "node_modules/$each"; done
  [ -z "$2" ] || ln -s "../$2" "node_modules/$(basename "$2")" ;;
test) exec sh -c "$(node -p 'require("./package.json").scripts.test')" ;;
*) echo "npm $* is not known here" >&2; exit 1 ;;
esac
`
}

/** What differs from run to run: ids, times, counts of processors, hashes of code; and how wide columns are for it. */
const masked = (line: string): string =>
  line
    .replaceAll("\u00a0", " ")
    .replaceAll(/\b\d{8}-\d{6}-[a-z0-9]{4}\b/g, "<run>")
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, "<when>")
    .replaceAll(/\b\d+(\.\d+)? ?(ms|s|min)\b/g, "<time>")
    .replaceAll(/\b\d+ jobs?\b/g, "<jobs>")
    .replaceAll(/\b[0-9a-f]{8,64}\b/g, "<hash>")
    .replaceAll(/Python \d[\w.]*/g, "<python>")
    .replaceAll(/ +/g, " ")
    .trim()

export class Walk {
  readonly #folder: string
  readonly #bin: string
  /** Where the last command left off. */
  #here: string
  /** Ids of runs as they are printed in the guide, and those that came up in their place. */
  readonly #ids = new Map<string, string>()

  constructor(folder: string) {
    this.#folder = join(folder, "study")
    this.#here = this.#folder
    this.#bin = join(folder, "bin")
    for (const each of [this.#folder, this.#bin]) mkdirSync(each, { recursive: true })
    for (const [name, text] of Object.entries(shims)) {
      writeFileSync(join(this.#bin, name), text)
      chmodSync(join(this.#bin, name), 0o755)
    }
  }

  /** The project that `init` makes and the examples, in which the guides begin that do not make a project. */
  async begin(): Promise<void> {
    cpSync(join(root, "examples"), join(this.#folder, "examples"), { recursive: true })
    await this.#run("npx ablate init . && npm install")
  }

  async take(step: Step): Promise<void> {
    switch (step._tag) {
      case "File":
        return this.#write(step.path, step.text)
      case "Change": {
        const source = this.#read(step.path)
        assert.include(source, step.from, `line ${step.line}: ${step.path}`)
        return this.#write(
          step.path,
          source.replace(step.from, () => step.to)
        )
      }
      case "Part":
        return assert.include(readFileSync(join(root, step.path), "utf8"), step.text, `line ${step.line}`)
      case "Command":
        return this.#command(step)
    }
  }

  async #command({ command, line, printed }: Extract<Step, { readonly _tag: "Command" }>): Promise<void> {
    let given = command
    for (const [id, actual] of this.#ids) given = given.replaceAll(id, actual)
    const output = await this.#run(given)
    const at = `line ${line}: $ ${given}`
    assert.strictEqual(output.code, 0, `${at}\n${output.text}`)
    if (printed === undefined) return
    const lines = output.text.trimEnd().split("\n")
    const difference = firstDifference(printed, lines, masked)
    assert.isUndefined(difference, `${at}\n${JSON.stringify(difference)}\n${output.text}`)
    this.#remember(printed, lines)
  }

  #remember(printed: ReadonlyArray<string>, output: ReadonlyArray<string>): void {
    const id = /\d{8}-\d{6}-[a-z0-9]{4}/
    for (const line of printed) {
      const shown = id.exec(line)?.[0]
      const actual = id.exec(output.find((each) => masked(each) === masked(line)) ?? "")?.[0]
      if (shown !== undefined && actual !== undefined) this.#ids.set(shown, actual)
    }
  }

  #run(command: string): Promise<{ readonly code: number | null; readonly text: string }> {
    const left = join(this.#bin, "here")
    const child = spawn("sh", ["-e", "-c", `exec 2>&1\n${command}\npwd > "${left}"`], {
      cwd: this.#here,
      env: {
        HOME: process.env.HOME,
        PATH: `${this.#bin}:${dirname(process.execPath)}:${process.env.PATH}`,
        GITHUB_STEP_SUMMARY: join(this.#bin, "summary.md"),
        COLUMNS: "100"
      }
    })
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
    })
    return new Promise((resolve) => {
      child.on("close", (code) => {
        if (existsSync(left)) this.#here = readFileSync(left, "utf8").trim()
        resolve({ code, text })
      })
    })
  }

  #read(path: string): string {
    return readFileSync(join(this.#here, path), "utf8")
  }

  #write(path: string, text: string): void {
    const file = join(this.#here, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
