/** The house's rules (ARCHITECTURE.md), read off every source file's syntax tree. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { type ESTree, parse, Visitor } from "rolldown/utils"
import { assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Import {
  readonly specifier: string
  /** Erased by the compiler. */
  readonly isType: boolean
  readonly isDynamic: boolean
}

interface Source {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly text: string
  readonly imports: ReadonlyArray<Import>
  /** What the rules forbid, as `what (line n)`. */
  readonly forbidden: ReadonlyArray<string>
}

const filesBelow = (folder: string): ReadonlyArray<string> =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .map((path) => `${folder}/${path}`)
        .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("src/dist/"))
        .sort()
    : []

/** AssemblyScript and what is made from it are another language. */
const isForeign = (path: string) => path.startsWith("src/numerics/kernels/") || path.endsWith(".generated.ts")

const forbiddenCalls: ReadonlyArray<readonly [object: string, property: string]> = [
  ["Date", "now"],
  ["Math", "random"]
]

const read = async (path: string, text = readFileSync(join(root, path), "utf8")): Promise<Source> => {
  const { errors, program } = await parse(path, text)
  assert.deepStrictEqual(errors, [], path)
  const imports: Array<Import> = []
  const forbidden: Array<string> = []
  const forbid = (node: ESTree.Span, what: string) =>
    forbidden.push(`${what} (line ${text.slice(0, node.start).split("\n").length})`)
  const isTypeOnly = (kind: string | undefined, names: ReadonlyArray<{ readonly type: string }>) =>
    kind === "type" ||
    (names.length > 0 &&
      names.every(
        (name) =>
          ("importKind" in name && name.importKind === "type") || ("exportKind" in name && name.exportKind === "type")
      ))
  new Visitor({
    ImportDeclaration: ({ importKind, source, specifiers }) =>
      void imports.push({ specifier: source.value, isType: isTypeOnly(importKind, specifiers), isDynamic: false }),
    ExportNamedDeclaration: ({ exportKind, source, specifiers }) => {
      if (source !== null)
        imports.push({ specifier: source.value, isType: isTypeOnly(exportKind, specifiers), isDynamic: false })
    },
    ExportAllDeclaration: ({ exportKind, source }) =>
      void imports.push({ specifier: source.value, isType: exportKind === "type", isDynamic: false }),
    ImportExpression: ({ source }) => {
      if (source.type === "Literal" && typeof source.value === "string")
        imports.push({ specifier: source.value, isType: false, isDynamic: true })
    },
    TSImportType: ({ source }) => void imports.push({ specifier: source.value, isType: true, isDynamic: false }),
    TSAnyKeyword: (node) => void forbid(node, "any"),
    TSNonNullExpression: (node) => void forbid(node, "a non-null assertion"),
    TryStatement: (node) => void forbid(node, "try"),
    MemberExpression: (node) => {
      if (node.object.type !== "Identifier") return
      const { name } = node.object
      if (name === "console") forbid(node, "console")
      for (const [object, property] of forbiddenCalls)
        if (name === object && node.property.type === "Identifier" && node.property.name === property)
          forbid(node, `${object}.${property}`)
    }
  }).visit(program)
  return { path, text, imports, forbidden }
}

let sources: ReadonlyArray<Source> = []
const below = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`))

beforeAll(async () => {
  const folders = ["src", "stages", "pipelines", "experiments"]
  sources = await Promise.all(
    folders
      .flatMap(filesBelow)
      .filter((path) => !isForeign(path))
      .map((path) => read(path))
  )
})

/** The file that a relative specifier names, relative to the project. */
const resolved = (from: string, specifier: string) => join(dirname(from), specifier).split("\\").join("/")

const roomOf = (path: string) => path.split("/")[1] ?? ""

describe("the rooms of src", () => {
  /** What a room may import besides itself: rooms, and packages that are its own. */
  const table: {
    readonly [room: string]: { readonly rooms: ReadonlyArray<string>; readonly packages: ReadonlyArray<string> }
  } = {
    domain: { rooms: [], packages: [] },
    declare: { rooms: ["domain"], packages: [] },
    plan: { rooms: ["domain", "declare"], packages: ["rolldown", "enhanced-resolve", "diff"] },
    store: { rooms: ["domain"], packages: ["better-sqlite3", "pg", "@aws-sdk"] },
    observe: { rooms: ["domain"], packages: [] },
    execute: { rooms: ["domain", "declare", "plan", "store", "observe"], packages: ["pg-boss"] },
    numerics: { rooms: ["domain"], packages: ["@tensorflow"] },
    report: { rooms: ["domain", "store"], packages: [] },
    page: { rooms: ["domain", "observe", "report"], packages: ["preact", "preact-render-to-string"] },
    ui: { rooms: ["domain", "observe"], packages: ["ink", "react"] },
    session: {
      rooms: ["domain", "declare", "plan", "store", "observe", "execute", "numerics", "report", "page"],
      packages: ["rolldown", "fastest-levenshtein", "@dagrejs"]
    },
    cli: {
      rooms: ["domain", "declare", "plan", "store", "observe", "execute", "numerics", "report", "ui", "session"],
      packages: []
    }
  }

  it("are those that are built, and nothing lies beside them but the packages' entries", () => {
    const rooms = [...new Set(below("src").map(({ path }) => roomOf(path)))]
    assert.sameMembers(rooms, [...Object.keys(table), "index.ts", "commands.ts", "testing.ts"])
  })

  it("of the rooms within numerics, only those that stand on each other do", () => {
    const within: { readonly [room: string]: ReadonlyArray<string> } = {
      objectives: [],
      engine: ["objectives"],
      langevin: ["engine"],
      logistic: ["engine"],
      tfjs: ["objectives"]
    }
    const roomWithin = (path: string) => /^src\/numerics\/([a-z]+)\//.exec(path)?.[1]
    const violations = below("src/numerics").flatMap(({ imports, path }) => {
      const own = roomWithin(path)
      return imports.flatMap(({ isDynamic, isType, specifier }) => {
        // Optional packages: an import that is not dynamic would break every program without them.
        if (specifier.startsWith("@tensorflow/") && !isDynamic && !isType) return [`${path} imports ${specifier}`]
        const room = specifier.startsWith(".") ? roomWithin(resolved(path, specifier)) : undefined
        if (own === undefined || room === undefined || room === own) return []
        return within[own]?.includes(room) ? [] : [`${path} imports the room ${room}`]
      })
    })
    assert.deepStrictEqual(violations, [])
    const found = new Set(below("src/numerics").flatMap(({ path }) => roomWithin(path) ?? []))
    assert.sameMembers([...found], Object.keys(within))
  })

  it("load what a shared store needs only where there is one", () => {
    const violations = below("src").flatMap(({ imports, path }) =>
      imports.flatMap(({ isDynamic, isType, specifier }) => {
        const isOfIts =
          /^src\/(store\/postgres\/|execute\/cluster\/|execute\/slurm\/(?!SlurmSettings)|session\/OnCluster\.ts$)/.test(
            path
          )
        const isClient = /^(pg(-boss)?|@aws-sdk\/.*)$/.test(specifier)
        const isNeeded = isClient || (/\/(postgres|cluster)\/|\/OnCluster/.test(specifier) && !isOfIts)
        return isNeeded && !isDynamic && !isType ? [`${path} imports ${specifier}`] : []
      })
    )
    assert.deepStrictEqual(violations, [])
  })

  it("import only what they may", () => {
    const violations = below("src").flatMap(({ imports, path }) => {
      const rule = table[roomOf(path)]
      return imports.flatMap(({ specifier }) => {
        if (specifier.startsWith(".")) {
          const target = resolved(path, specifier)
          if (target === "src/package.json" && roomOf(path) === "session") return []
          if (!target.startsWith("src/")) return [`${path} imports ${target}`]
          if (rule === undefined || roomOf(target) === roomOf(path) || rule.rooms.includes(roomOf(target))) return []
          return [`${path} imports the room ${roomOf(target)}`]
        }
        if (specifier === "effect" || specifier.startsWith("effect/")) return []
        if (specifier.startsWith("node:")) return roomOf(path) === "domain" ? [`${path} imports ${specifier}`] : []
        const name = specifier.split("/")[0] ?? ""
        return rule?.packages.includes(name) === true ? [] : [`${path} imports ${specifier}`]
      })
    })
    assert.deepStrictEqual(violations, [])
  })

  it("the public entries only re-export", () => {
    for (const path of ["src/index.ts", "src/commands.ts", "src/testing.ts"]) {
      const text = sources.find((source) => source.path === path)?.text ?? assert.fail(path)
      const statements = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").split(/\n(?=[^\s}])/)
      for (const statement of statements)
        if (statement.trim() !== "") assert.match(statement.trim(), /^export [\s\S]* from "/)
      assert.notMatch(text, /export \* from/)
    }
  })

  it("heavy ones are loaded where they are needed: screen, page, bundler, training", () => {
    const heavy = (path: string) =>
      (/^src\/(ui|page|numerics|plan\/(code|modules))\//.test(path) || path === "src/session/ProgramCompiler.ts") &&
      path !== "src/plan/modules/Observed.ts"
    const violations = below("src").flatMap(({ imports, path }) =>
      imports.flatMap(({ isDynamic, isType, specifier }) => {
        if (isDynamic || isType || !specifier.startsWith(".") || heavy(path)) return []
        return heavy(resolved(path, specifier)) ? [`${path} imports ${specifier} at its start`] : []
      })
    )
    assert.deepStrictEqual(violations, [])
  })

  it("know nothing of what is studied", () => {
    const subject = /fairness|gender|\bcoco\b|\beec\b/i
    const violations = below("src").flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, at) => (subject.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []))
    )
    assert.deepStrictEqual(violations, [])
  })
})

describe("the reader of these rules", () => {
  it("finds every kind of import and every forbidden thing, and none in text or comments", async () => {
    const { forbidden, imports } = await read(
      "src/x/y.ts",
      `import a from "a"
import type { B } from "b"
import { type C, type D } from "c"
import "e"
export * from "f"
export { g } from "g"
export type { H } from "h"
export const i = () => import("i")
export type J = import("j").J
// import "no"; try {} catch {}
export const text = 'import "no"; console.log(Date.now())'
export const k = (x: any) => { try { return x! } catch { return Math.random() + Date.now() } finally { console.log(1) } }
`
    )
    assert.deepStrictEqual(
      imports.map(
        ({ isDynamic, isType, specifier }) => `${specifier}${isType ? " type" : ""}${isDynamic ? " dynamic" : ""}`
      ),
      ["a", "b type", "c type", "e", "f", "g", "h type", "i dynamic", "j type"]
    )
    const sorted = forbidden.map((each) => each.replace(" (line 12)", "")).sort()
    assert.deepStrictEqual(sorted, ["Date.now", "Math.random", "a non-null assertion", "any", "console", "try"])
  })
})

describe("stages ← pipelines ← experiments", () => {
  const layers: { readonly [folder: string]: ReadonlyArray<string> } = {
    stages: ["stages"],
    pipelines: ["pipelines", "stages"],
    experiments: ["experiments", "pipelines", "stages"]
  }
  const libraries: { readonly [folder: string]: ReadonlyArray<string> } = {
    stages: ["csv-parse", "sharp", "onnxruntime-node", "onnxruntime-web", "@tensorflow"]
  }

  for (const [folder, allowed] of Object.entries(layers))
    it(`${folder} import the framework by its name, and ${allowed.join(", ")}`, () => {
      const violations = below(folder).flatMap(({ imports, path }) =>
        imports.flatMap(({ specifier }) => {
          if (/^(ablate|ablate\/numerics|effect|effect\/.*|node:.*)$/.test(specifier)) return []
          if (specifier.startsWith("."))
            return allowed.includes(resolved(path, specifier).split("/")[0] ?? "")
              ? []
              : [`${path} imports ${specifier}`]
          return libraries[folder]?.includes(specifier.split("/")[0] ?? "") === true
            ? []
            : [`${path} imports ${specifier}`]
        })
      )
      assert.deepStrictEqual(violations, [])
    })
})

describe("the sources", () => {
  it("have no any, non-null assertion, try, clock, chance or console of their own", () => {
    const found = [...below("src"), ...below("stages")].flatMap(({ forbidden, path }) =>
      forbidden.map((what) => `${path}: ${what}`)
    )
    assert.deepStrictEqual(found, [])
  })

  it("import each other in no circle", () => {
    const values = new Map(
      sources.map(({ imports, path }) => [
        path,
        imports.flatMap(({ isType, specifier }) =>
          isType || !specifier.startsWith(".") ? [] : [resolved(path, specifier)]
        )
      ])
    )
    const done = new Set<string>()
    const circles: Array<string> = []
    const visit = (path: string, trail: ReadonlyArray<string>) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "))
      if (done.has(path) || trail.includes(path)) return
      for (const next of values.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of values.keys()) visit(path, [])
    assert.deepStrictEqual(circles, [])
  })

  it("have names that say what is in them", () => {
    const vague = sources.filter(({ path }) => /(^|\/)(utils?|common|misc|helpers?)(\/|\.|$)/i.test(path))
    assert.deepStrictEqual(
      vague.map(({ path }) => path),
      []
    )
  })
})

describe("the tests", () => {
  /** Tests of a behaviour of several files, by what they are named after. */
  const behaviours: ReadonlyArray<string> = [
    "numerics/tfjs/backends",
    "plan/interning",
    "plan/code/kinds",
    "report/format/formats",
    "report/statistics/distributions",
    "report/statistics/intervals",
    "report/statistics/kinds",
    "report/statistics/paired",
    "store/contract",
    "store/damage",
    "store/full",
    "store/gc",
    "store/harm",
    "store/lists",
    "store/open",
    "store/processes",
    "experiments/reference/tables"
  ]
  it("mirror the sources: every one in a room stands beside a file, but for those that name a behaviour", () => {
    const tests = filesBelow("test").filter((path) => /\.test\.tsx?$/.test(path) && path.split("/").length > 2)
    const orphans = tests.flatMap((path) => {
      const name = relative("test", path).replace(/\.test\.tsx?$/, "")
      if (behaviours.includes(name)) return []
      const twins = [`src/${name}.ts`, `src/${name}.tsx`, `${name}.ts`]
      return twins.some((twin) => existsSync(join(root, twin))) ? [] : [path]
    })
    assert.deepStrictEqual(orphans, [])
    for (const name of behaviours)
      assert.isTrue(existsSync(join(root, "test", `${name}.test.ts`)), `${name} is listed and not there`)
  })

  it("none is skipped or run alone", () => {
    const paths = filesBelow("test").filter(
      (path) => /\.test\.tsx?$/.test(path) && basename(path) !== "architecture.test.ts"
    )
    const marked = paths.filter((path) =>
      /\b(it|describe|test)(\.\w+)*\.(only|skip|todo)\b/.test(readFileSync(join(root, path), "utf8"))
    )
    assert.deepStrictEqual(marked, [])
  })
})
