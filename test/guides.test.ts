/** The guides, done as their reader would: every file written, every command run, what is printed compared, all types checked. */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { steps } from "./guides/Guide.ts"
import { Walk } from "./guides/Walk.ts"
import { temporary } from "./rig.ts"

const docs = fileURLToPath(new URL("../docs", import.meta.url))
const hasPython = spawnSync("python3", ["--version"]).status === 0
const guides = readdirSync(docs).filter((file) => file.endsWith(".md"))
const base = temporary()

describe("the guides", () => {
  for (const guide of guides) {
    const markdown = readFileSync(join(docs, guide), "utf8")
    const todo = steps(markdown)
    const needsPython = todo.some((step) => step._tag === "File" && step.path.endsWith(".py"))
    it.runIf(todo.length > 0 && (hasPython || !needsPython)).concurrent(
      `${guide} (${todo.length} steps${needsPython ? ", needs python3" : ""})`,
      async () => {
        const walk = new Walk(join(base, guide.replace(".md", "")))
        const makes = todo.some((step) => step._tag === "Command" && step.command.includes("ablate init"))
        if (!makes) await walk.begin()
        for (const step of todo) await walk.take(step)
      },
      240_000
    )
  }

  it("leave files that type-check in a strict project", () => {
    writeFileSync(
      join(base, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          ...{ strict: true, noUncheckedIndexedAccess: true, erasableSyntaxOnly: true, noUnusedLocals: true },
          ...{ target: "es2024", module: "nodenext", types: ["node"], skipLibCheck: true, noEmit: true },
          ...{
            allowImportingTsExtensions: true,
            typeRoots: [fileURLToPath(new URL("../node_modules/@types", import.meta.url))]
          }
        },
        include: ["*/study/**/*.ts"],
        exclude: ["**/node_modules", "**/dist", "**/examples"]
      })
    )
    const { status, stdout } = spawnSync(process.execPath, [
      fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url)),
      "-p",
      base
    ])
    assert.strictEqual(status, 0, `${stdout}`)
  })

  it("have no block that nobody runs", () => {
    for (const fence of ["```ts\nlet x\n```\n", "```text\nx\n```\n", "```ts files=x.ts\nlet x\n```\n"])
      assert.throws(() => steps(fence), /run by nobody/)
  })
})
