/** The files of one module: its text, its register, what it registers, its assets. */
import { posix } from "node:path"
import { forms } from "./Forms.ts"
import { imported, type User } from "./Imports.ts"
import type { Asset, Module, Package, Project } from "./Model.ts"
import { packageOf } from "./Model.ts"
import { extensionOf, modulePath } from "./Place.ts"
import { registerNames, registerText, statements } from "./Registrations.ts"
import type { Tree } from "./Tree.ts"
import { annotation, comments, declarations, gap, inlineComment, sum, types, unused } from "./Words.ts"

interface Parts {
  readonly head: Array<string>
  readonly top: Array<string>
  readonly values: Array<string>
}

/** ES modules as they are; of a CommonJS file the imports and exports are written in its way. */
const asCommon = (text: string): string => {
  const exported: Array<string> = []
  const lines = text.split("\n").map((line) => {
    const names = /^import \{ (.*) \} from (".*")$/.exec(line)
    if (names !== null) return `const { ${(names[1] ?? "").replaceAll(" as ", ": ")} } = require(${names[2]})`
    const bare = /^import (".*")$/.exec(line)
    if (bare !== null) return `require(${bare[1]})`
    const variable = /^export (const|class|function\*?) (\w+)/.exec(line)
    if (variable !== null) {
      exported.push(`exports.${variable[2]} = ${variable[2]}`)
      return line.slice("export ".length)
    }
    if (line.startsWith("export const {")) return line.slice("export ".length)
    if (line.startsWith("export default ")) return `exports.default = ${line.slice("export default ".length)}`
    return line
  })
  return [...lines, ...exported, ""].join("\n")
}

const fold = (bytes: string): string => `[...${bytes}].reduce((a, b) => (a * 31 + b) % 1000003, 1)`

const url = (name: string): string =>
  `new URL("./${name.split("/").map(encodeURIComponent).join("/")}", import.meta.url)`

const readAsset = ({ kind, name }: Asset, isCommon: boolean): string => {
  const place = (text: string) => (isCommon ? `join(__dirname, ${JSON.stringify(text)})` : url(text))
  if (kind === "file") return fold(`readFileSync(${place(name)})`)
  const folder = place(`${name}/`)
  const file = isCommon ? `join(${folder}, name)` : `new URL(name, ${folder})`
  return fold(`readdirSync(${folder}).sort().flatMap((name) => [name.length, ...readFileSync(${file})])`)
}

const addAssets = (tree: Tree, module: Module, path: string, isCommon: boolean, parts: Parts): void => {
  for (const asset of module.assets) {
    const place = `${posix.dirname(path)}/${asset.name}`
    if (asset.kind === "folder")
      for (const [at, byte] of asset.bytes.entries()) tree.file(`${place}/${at}.bin`, Uint8Array.of(byte))
    else if (asset.kind !== "gone") tree.file(place, Uint8Array.from(asset.bytes))
    if (asset.kind === "comment" || asset.kind === "gone") parts.top.push(`// const old = ${url(asset.name)}`)
    else parts.values.push(readAsset(asset, isCommon))
  }
  if (module.assets.some(({ kind }) => kind === "file" || kind === "folder")) {
    parts.head.push('import { readdirSync, readFileSync } from "node:fs"')
    if (isCommon) parts.head.push('import { join } from "node:path"')
  }
}

const addJson = (tree: Tree, { json }: Module, path: string, home: Package | undefined, parts: Parts): void => {
  if (json === null) return
  tree.json(`${posix.dirname(path)}/${json.name}`, { a: json.a, b: json.b })
  const text = JSON.stringify(`./${json.name}`)
  if (home?.format === "cjs") parts.head.push(`const data = require(${text})`)
  else if (home === undefined && json.how === "named") parts.head.push(`import { a as field } from ${text}`)
  else parts.head.push(`import data from ${text} with { type: "json" }`)
  parts.values.push(home === undefined && json.how === "named" ? "field" : "data.a")
}

const effectImport = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`import { ${[...new Set(names)].sort().join(", ")} } from "effect"`]

/** Writes the module; `turn` where its package is one of two folders, which differ in the constant of the entry. */
export const writeModule = (tree: Tree, project: Project, module: Module, turn?: 0 | 1): void => {
  const home = packageOf(project, module.home)
  const path = modulePath(project, module, turn)
  const extension = extensionOf(home)
  const isCommon = home?.format === "cjs"
  const isTyped = extension === "ts"
  const finish = (text: string): string => (isCommon ? asCommon(text) : text)
  const user: User = { id: module.id, path, home: module.home, isCommon }
  const { decor } = module
  const beside = (name: string) => `${posix.dirname(path)}/${module.id}-${name}.${extension}`
  const n = module.n + (turn === 1 && home?.main === module.id ? 1 : 0)

  const form = forms[module.form]
  const parts: Parts = { head: [], top: [], values: [] }
  const effects: Array<string> = [...(form?.effect ?? [])]
  if (form !== undefined) {
    parts.values.push(form.value(n, module.m))
    parts.top.push(form.top(n, module.m, isTyped ? annotation(decor) : ""))
  }
  for (const [at, use] of module.uses.entries()) {
    const { head, value } = imported(tree, project, user, at, `used${at}`, use)
    parts.head.push(...head)
    parts.values.push(value)
  }
  const hasRegister = module.registrations.length > 0
  if (hasRegister) {
    const register = `./${module.id}-register.${extension}`
    const here = module.registrations.some(({ apart }) => !apart)
    const names = here ? [...registerNames, "fold"] : ["fold"]
    tree.file(beside("register"), finish(registerText(module.m)))
    parts.head.push(`import { ${names.join(", ")} } from "${register}"`)
    for (const [at, { apart, how, id, n: entered }] of module.registrations.entries()) {
      const statement = statements[how]
      if (statement === undefined) continue
      const text = statement.text(entered, apart ? "" : String(at))
      if (!apart) {
        parts.top.push(text)
        effects.push(...(statement.effect ?? []))
        continue
      }
      const lines = [
        ...effectImport(statement.effect ?? []),
        `import { ${registerNames.join(", ")} } from "${register}"`,
        text,
        ""
      ]
      tree.file(beside(id), finish(lines.join("\n")))
      parts.head.push(`import "./${module.id}-${id}.${extension}"`)
    }
    parts.values.push("fold()")
  }
  addAssets(tree, module, path, isCommon, parts)
  addJson(tree, module, path, home, parts)
  if (module.cycle !== null) {
    const own = `./${posix.basename(path)}`
    const back = `import { seed } from "${own}"\nexport function back() { return ${module.cycle} + seed() }\n`
    tree.file(beside("back"), isCommon ? `exports.back = () => ${module.cycle} + require("${own}").seed()\n` : back)
    if (isCommon) parts.head.unshift("exports.seed = () => 1")
    else parts.top.push("export function seed() { return 1 }")
    parts.head.push(`import { back } from "./${posix.basename(beside("back"))}"`)
    parts.values.push("back()")
  }
  for (const [shadow, constant] of Object.entries(module.shadows)) {
    const { dir, name } = posix.parse(path)
    const bare = module.index ? dir : `${dir}/${name}`
    tree.file(
      `${bare}.${shadow}`,
      `export const value = ${constant}\nexport const read = () => ${constant}\nexport default value\n`
    )
  }

  const total = `total${decor.local}`
  const text = [
    ...comments(decor),
    ...effectImport(effects),
    ...parts.head,
    ...(isTyped ? types(decor) : []),
    ...declarations(decor, isTyped),
    ...parts.top,
    ...unused(decor),
    `const ${total} = ${inlineComment(decor)}(offset + ${sum(parts.values)}) % modulus`,
    `export const value = ${total}`,
    `export const read = () => ${hasRegister ? "(value + fold()) % modulus" : "value"}`,
    "export default value",
    ""
  ].filter((line, at, all) => line !== "" || at === all.length - 1)
  tree.file(path, finish(text.join(gap(decor))))
}
