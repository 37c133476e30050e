/** Everything that a number may depend on beside the text of the stage's files, as edits: exactly what depends on it changes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { changedBy, type Files } from "./rig.ts"

type Kind = readonly [name: string, files: Files, edit: Files, changed: ReadonlyArray<string>]

/** `a.ts#stage` reads `value`, `b.ts#stage` does not. */
const stages = ["a.ts", "b.ts"]
const reads = (imports: string, value = "value"): Files => ({
  "a.ts": `${imports}\nexport const stage = () => ${value}`,
  "b.ts": "export const stage = () => 1",
  "x.ts": 'import { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"\nexport default [a, b]'
})
const lib = (name: string, version: string, code: string, more = ""): Files => ({
  [`node_modules/${name}/package.json`]: `{ "name": "${name}", "version": "${version}", "type": "module", "main": "i.js" ${more} }`,
  [`node_modules/${name}/i.js`]: code
})
const v = (n: number) => `export const value = ${n}\n`
const a = ["a.ts"]

const resolution: ReadonlyArray<Kind> = [
  [
    "a link of a file",
    { ...reads('import { value } from "./h.ts"'), "one.ts": v(1), "two.ts": v(2), "h.ts": "-> one.ts" },
    { "h.ts": "-> two.ts" },
    a
  ],
  [
    "a link of a folder",
    { ...reads('import { value } from "./h/v.ts"'), "one/v.ts": v(1), "two/v.ts": v(2), h: "-> one" },
    { h: "-> two" },
    a
  ],
  [
    "a link above the link",
    { ...reads('import { value } from "./h/v.ts"'), "one/v.ts": v(1), "two/v.ts": v(2), m: "-> one", h: "-> m" },
    { m: "-> two" },
    a
  ],
  [
    "a package's link",
    {
      ...reads('import { value } from "lib"'),
      "one/package.json": '{"name":"lib","type":"module","main":"i.js"}',
      "one/i.js": v(1),
      "two/package.json": '{"name":"lib","type":"module","main":"i.js"}',
      "two/i.js": v(2),
      "node_modules/lib": "-> ../one"
    },
    { "node_modules/lib": "-> ../two" },
    a
  ],
  ["a nearer file", { ...reads('import { value } from "./k"'), "k/index.ts": v(1) }, { "k.ts": v(2) }, a],
  [
    "a nearer file that goes",
    { ...reads('import { value } from "./k"'), "k/index.ts": v(1), "k.ts": v(2) },
    { "k.ts": null },
    a
  ],
  [
    "a nearer package",
    {
      ...reads('import { value } from "./deep/h.ts"'),
      "deep/h.ts": 'export { value } from "lib"',
      ...lib("lib", "1.0.0", v(1))
    },
    {
      "deep/node_modules/lib/package.json": '{"name":"lib","version":"1.0.0","type":"module","main":"i.js"}',
      "deep/node_modules/lib/i.js": v(2)
    },
    a
  ],
  [
    "the project's imports",
    {
      ...reads('import { value } from "#v"'),
      "package.json": '{"name":"s","type":"module","imports":{"#v":"./one.ts"}}',
      "one.ts": v(1),
      "two.ts": v(2)
    },
    { "package.json": '{"name":"s","type":"module","imports":{"#v":"./two.ts"}}' },
    a
  ],
  [
    "a package's main",
    { ...reads('import { value } from "lib"'), ...lib("lib", "1.0.0", v(1)), "node_modules/lib/j.js": v(2) },
    { "node_modules/lib/package.json": '{ "name": "lib", "version": "1.0.0", "type": "module", "main": "j.js" }' },
    a
  ],
  [
    "a package's exports",
    {
      ...reads('import { value } from "lib/x"'),
      ...lib("lib", "1.0.0", v(1), ', "exports": { "./x": "./i.js" }'),
      "node_modules/lib/j.js": v(2)
    },
    {
      "node_modules/lib/package.json":
        '{ "name": "lib", "version": "1.0.0", "type": "module", "exports": { "./x": "./j.js" } }'
    },
    a
  ],
  [
    "the paths of tsconfig.json",
    {
      ...reads('import { value } from "@v"'),
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@v": ["./one.ts"] } } }',
      "one.ts": v(1),
      "two.ts": v(2)
    },
    { "tsconfig.json": '{ "compilerOptions": { "paths": { "@v": ["./two.ts"] } } }' },
    a
  ],
  [
    "what tsconfig.json extends",
    {
      ...reads('import { value } from "@v"'),
      "tsconfig.json": '{ "extends": "./base.json" }',
      "base.json": '{ "compilerOptions": { "paths": { "@v": ["./one.ts"] } } }',
      "one.ts": v(1),
      "two.ts": v(2)
    },
    { "base.json": '{ "compilerOptions": { "paths": { "@v": ["./two.ts"] } } }' },
    a
  ]
]

const packages: ReadonlyArray<Kind> = [
  [
    "patched in place",
    { ...reads('import { value } from "lib"'), ...lib("lib", "1.0.0", v(1)) },
    { "node_modules/lib/i.js": v(2) },
    a
  ],
  [
    "a file that it does not reach",
    { ...reads('import { value } from "lib"'), ...lib("lib", "1.0.0", v(1)), "node_modules/lib/other.js": v(1) },
    { "node_modules/lib/other.js": v(2) },
    []
  ],
  [
    "what it depends on",
    {
      ...reads('import { value } from "outer"'),
      ...lib("outer", "1.0.0", 'export { value } from "inner"'),
      ...lib("inner", "1.0.0", v(1))
    },
    lib("inner", "2.0.0", v(2)),
    a
  ],
  [
    "what it requires",
    {
      ...reads('import { value } from "lib"'),
      "node_modules/lib/package.json": '{"name":"lib","version":"1.0.0"}',
      "node_modules/lib/index.js": 'module.exports = require("./deep")',
      "node_modules/lib/deep.js": "exports.value = 1"
    },
    { "node_modules/lib/deep.js": "exports.value = 2" },
    a
  ],
  [
    "WebAssembly beside it",
    {
      ...reads('import { value } from "lib"'),
      ...lib("lib", "1.0.0", 'export const value = new URL("./k.wasm", import.meta.url)'),
      "node_modules/lib/k.wasm": new Uint8Array([0, 97])
    },
    { "node_modules/lib/k.wasm": new Uint8Array([0, 98]) },
    a
  ],
  [
    "an add-on that it finds by itself",
    {
      ...reads('import { value } from "lib"'),
      "node_modules/lib/package.json": '{"name":"lib","version":"1.0.0"}',
      "node_modules/lib/index.js": 'exports.value = require("./build/" + process.arch + ".node")',
      "node_modules/lib/build/x64.node": new Uint8Array([1])
    },
    { "node_modules/lib/build/x64.node": new Uint8Array([2]) },
    a
  ],
  [
    "an optional dependency that it finds by itself",
    {
      ...reads('import { value } from "lib"'),
      "node_modules/lib/package.json": '{"name":"lib","version":"1.0.0","optionalDependencies":{"@lib/x64":"*"}}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
      "node_modules/lib/index.js": "exports.value = require(`@lib/${process.arch}`)",
      "node_modules/@lib/x64/package.json": '{"name":"@lib/x64","version":"1.0.0"}',
      "node_modules/@lib/x64/x.node": new Uint8Array([1])
    },
    { "node_modules/@lib/x64/x.node": new Uint8Array([2]) },
    a
  ],
  [
    "how Node takes its files",
    { ...reads('import { value } from "lib"'), ...lib("lib", "1.0.0", "var value = 1") },
    { "node_modules/lib/package.json": '{ "name": "lib", "version": "1.0.0", "type": "commonjs", "main": "i.js" }' },
    a
  ],
  [
    "asked for by createRequire",
    {
      ...reads(
        'import { createRequire } from "node:module"\nconst require = createRequire(import.meta.url)',
        'require("lib").value'
      ),
      ...lib("lib", "1.0.0", v(1))
    },
    { "node_modules/lib/i.js": v(2) },
    a
  ],
  [
    "found by its path",
    {
      ...reads('import { createRequire } from "node:module"', 'createRequire(import.meta.url).resolve("lib")'),
      ...lib("lib", "1.0.0", v(1)),
      "node_modules/lib/data.bin": "1"
    },
    { "node_modules/lib/data.bin": "2" },
    a
  ],
  [
    "a package that builds on Effect, by its own parts",
    {
      ...reads('import { value } from "lib"'),
      ...lib("lib", "1.0.0", `${v(1)}export const other = 1\n`, ', "peerDependencies": { "effect": "*" }')
    },
    { "node_modules/lib/i.js": `${v(1)}export const other = 2\n` },
    []
  ],
  [
    "a linked package in CommonJS",
    {
      ...reads('import { value } from "lib"'),
      "one/package.json": '{"name":"lib"}',
      "one/index.js": "module.exports.value = require('./n').n",
      "one/n.js": "module.exports.n = 1",
      "node_modules/lib": "-> ../one"
    },
    { "one/n.js": "module.exports.n = 2" },
    a
  ]
]

const registry = "export const registry: Array<number> = []\nexport const add = (x: number) => registry.push(x)\n"
/** The experiment alone imports what fills the registry. */
const registers = (code: (n: number) => string): readonly [Files, Files] => [
  {
    ...reads('import { registry } from "./registry.ts"', "registry[0]"),
    "registry.ts": registry,
    "register.ts": code(1),
    "x.ts":
      'import "./register.ts"\nimport { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"\nexport default [a, b]'
  },
  { "register.ts": code(2) }
]
const atLoad = (name: string, code: (n: number) => string, changed = a): Kind => [name, ...registers(code), changed]

const loading: Array<Kind> = [
  atLoad("a statement", (n) => `import { add } from "./registry.ts"\nadd(${n})`),
  atLoad("an initialiser", (n) => `import { add } from "./registry.ts"\nexport const size = add(${n})`),
  atLoad("a callback by its name", (n) => `import { add } from "./registry.ts"\nexport const sizes = [${n}].map(add)`),
  atLoad(
    "an Effect that is run",
    (n) =>
      `import { Effect } from "effect"\nimport { add } from "./registry.ts"\nEffect.runSync(Effect.sync(() => add(${n})))`
  ),
  atLoad("a namespace", (n) => `import * as All from "./registry.ts"\nAll.registry.push(${n})`),
  atLoad("an alias", (n) => `import { registry } from "./registry.ts"\nconst mine = registry\nmine[0] = ${n}`),
  atLoad(
    "an import that is loaded late",
    (n) => `import { add } from "./registry.ts"\nawait import("./late.ts").catch(() => add(${n}))`
  ),
  atLoad("a global", (n) => `Reflect.set(globalThis, "mode", ${n})`, ["a.ts", "b.ts"]),
  atLoad("a prototype", (n) => `Object.assign(Array.prototype, { size: ${n} })`, ["a.ts", "b.ts"]),
  atLoad("the environment", (n) => `process.env.MODE = "${n}"`, ["a.ts", "b.ts"]),
  atLoad("state that nobody else reaches", (n) => `const own: Array<number> = []\nown.push(${n})`, []),
  [
    "the order of two",
    {
      ...reads('import { registry } from "./registry.ts"', "registry[0]"),
      "registry.ts": registry,
      "one.ts": 'import { add } from "./registry.ts"\nadd(1)',
      "two.ts": 'import { add } from "./registry.ts"\nadd(2)',
      "x.ts":
        'import "./one.ts"\nimport "./two.ts"\nimport { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"\nexport default [a, b]'
    },
    {
      "x.ts":
        'import "./two.ts"\nimport "./one.ts"\nimport { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"\nexport default [a, b]'
    },
    a
  ],
  [
    "what is read before or after it",
    { ...reads("let n = 1\nconst value = n\nn = 2") },
    { ...reads("let n = 1\nn = 2\nconst value = n") },
    a
  ],
  [
    "a counter that a call gave",
    {
      ...reads('import { next } from "./next.ts"', "next()"),
      "next.ts": "export const next = (() => { let n = 0; return () => ++n })()"
    },
    { "next.ts": "export const next = (() => { let n = 0; return () => ++n })()\nnext()" },
    a
  ],
  [
    "a class that counts",
    {
      ...reads('import { C } from "./c.ts"', "C.n"),
      "c.ts": "export class C { static n = 0; static up() { this.n++ } }"
    },
    { "c.ts": "export class C { static n = 0; static up() { this.n++ } }\nC.up()" },
    a
  ]
]

/** Nodes are built at the top of the experiment's file, and one stage hands a helper over by its name. */
const built = (n: number): Files => {
  const stage = (name: string, imports: string, run: string) =>
    `import { Artifact, Stage } from "ablate"\nimport { Effect, Schema } from "effect"\n${imports}
const V = Artifact.json(Schema.Array(Schema.Finite))
export const stage = Stage.make("${name}", { config: Schema.Struct({ k: Schema.Int }), output: V, run: () => Effect.succeed(${run}) })`
  return {
    "f.ts": "export const f = (x: number) => x + 1",
    "a.ts": stage("a", 'import { f } from "./f.ts"', "[1].map(f)"),
    "b.ts": stage("b", "", `[${n}]`),
    "x.ts": `import { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"
const root = a.node({}, { k: 1 })
const more = Array.from({ length: 3 }, (_, k) => b.node({}, { k }))
export default [root, ...more]`
  }
}
loading.push(["nodes are built, and a stage is edited", built(1), built(2), ["b.ts"]])

const asset = 'const value = new URL("./data.txt", import.meta.url)'
const assets: ReadonlyArray<Kind> = [
  [
    "bytes",
    { ...reads('const value = new URL("./d.bin", import.meta.url)'), "d.bin": new Uint8Array([0x81]) },
    { "d.bin": new Uint8Array([0x82]) },
    a
  ],
  [
    "of two modules with one name",
    {
      ...reads('import { value } from "./deep/h.ts"'),
      "deep/h.ts": `export ${asset}`,
      "deep/data.txt": "1",
      "data.txt": "1"
    },
    { "data.txt": "2" },
    []
  ],
  [
    "beside its own module",
    {
      ...reads('import { value } from "./deep/h.ts"'),
      "deep/h.ts": `export ${asset}`,
      "deep/data.txt": "1",
      "data.txt": "1"
    },
    { "deep/data.txt": "2" },
    a
  ],
  [
    "of a sibling in its module",
    {
      ...reads(`${asset}\nexport const other = () => new URL("./o.txt", import.meta.url)`),
      "data.txt": "1",
      "o.txt": "1"
    },
    { "o.txt": "2" },
    []
  ],
  [
    "in a comment",
    { ...reads('// new URL("./data.txt", import.meta.url)\nconst value = 1'), "data.txt": "1" },
    { "data.txt": "2" },
    []
  ],
  [
    "with an escaped name",
    { ...reads('const value = new URL("./my%20data.txt", import.meta.url)'), "my data.txt": "1" },
    { "my data.txt": "2" },
    a
  ],
  [
    "with a query",
    { ...reads('const value = new URL("./data.txt?raw#top", import.meta.url)'), "data.txt": "1" },
    { "data.txt": "2" },
    a
  ],
  [
    "in a folder",
    { ...reads('const value = new URL("./data/", import.meta.url)'), "data/a.txt": "1" },
    { "data/b.txt": "2" },
    a
  ],
  [
    "by a name that is put together",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
    { ...reads("const value = (n: string) => new URL(`./data/${n}.txt`, import.meta.url)"), "data/a.txt": "1" },
    { "data/a.txt": "2" },
    a
  ],
  [
    "below its own folder",
    {
      ...reads('import { join } from "node:path"\nconst value = join(import.meta.dirname, "data.txt")'),
      "data.txt": "1"
    },
    { "data.txt": "2" },
    a
  ],
  [
    "by a helper that knows its place",
    {
      ...reads('import { here } from "./here.ts"', 'here("data.txt")'),
      "here.ts": "export const here = (name: string) => new URL(name, import.meta.url)",
      "data.txt": "1"
    },
    { "data.txt": "2" },
    a
  ],
  [
    "from the working directory",
    { ...reads('import { readFileSync } from "node:fs"', 'readFileSync("data.txt")'), "data.txt": "1" },
    { "data.txt": "2" },
    a
  ],
  [
    "of a linked package in CommonJS",
    {
      ...reads('import { value } from "lib"'),
      "one/package.json": '{"name":"lib"}',
      "one/index.js":
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'const fs = require("fs")\nexports.value = fs.readFileSync(`${__dirname}/data.txt`, "utf8") + fs.readdirSync(__dirname + "/more")',
      "one/data.txt": "1",
      "one/more/a.txt": "1",
      "node_modules/lib": "-> ../one"
    },
    { "one/data.txt": "2" },
    a
  ],
  ["that is not there yet", { ...reads(asset) }, { "data.txt": "2" }, a],
  [
    "an address",
    { ...reads('const value = new URL("https://example.org/data.txt", import.meta.url)'), "data.txt": "1" },
    { "data.txt": "2" },
    []
  ],
  [
    "a script that a thread begins with, by what it imports",
    {
      ...reads('const value = new URL("./thread.ts", import.meta.url)'),
      "thread.ts": 'import { n } from "./n.ts"\nconsole.log(n)',
      "n.ts": "export const n = 1"
    },
    { "n.ts": "export const n = 2" },
    a
  ],
  [
    "JSON as a module",
    { ...reads('import data from "./d.json" with { type: "json" }', "data.a"), "d.json": '{ "a": 1 }' },
    { "d.json": '{ "a": 2 }' },
    a
  ],
  [
    "JSON written otherwise",
    { ...reads('import data from "./d.json" with { type: "json" }', "data.a"), "d.json": '{ "a": 1 }' },
    { "d.json": '{"a":1}\n' },
    []
  ]
]

const service = (imports: string, layer: string): Files => ({
  "svc.ts": `import { Context } from "effect"
export class One extends Context.Service<One, { readonly v: number }>()("One") {}
export class Two extends Context.Service<Two, { readonly v: number }>()("Two") {}`,
  "a.ts":
    'import { Effect } from "effect"\nimport { One } from "./svc.ts"\nexport const stage = Effect.map(One, ({ v }) => v)',
  "b.ts":
    'import { Effect } from "effect"\nimport { Two } from "./svc.ts"\nexport const stage = Effect.map(Two, ({ v }) => v)',
  "x.ts": `import { Experiment } from "ablate"\nimport { Effect, Layer } from "effect"\nimport { One, Two } from "./svc.ts"\nimport { stage as a } from "./a.ts"\nimport { stage as b } from "./b.ts"\n${imports}
export default Experiment.make("x", { layer: ${layer}, pipeline: [a, b] as never })`
})
const merged = (one: string, two: string) =>
  service("", `Layer.mergeAll(Layer.succeed(One, ${one}), Layer.succeed(Two, ${two}))`)
const services: ReadonlyArray<Kind> = [
  ["the one that a stage needs", merged("{ v: 1 }", "{ v: 1 }"), merged("{ v: 2 }", "{ v: 1 }"), a],
  ["the other", merged("{ v: 1 }", "{ v: 1 }"), merged("{ v: 1 }", "{ v: 2 }"), ["b.ts"]],
  [
    "by a helper",
    {
      ...service('import { one } from "./one.ts"', "Layer.merge(one, Layer.succeed(Two, { v: 1 }))"),
      "one.ts":
        'import { Layer } from "effect"\nimport { One } from "./svc.ts"\nimport { n } from "./n.ts"\nexport const one = Layer.sync(One, () => ({ v: n }))',
      "n.ts": "export const n = 1"
    },
    { "n.ts": "export const n = 2" },
    a
  ],
  [
    "one that another needs",
    service(
      "const two = Layer.effect(Two, Effect.map(One, ({ v }) => ({ v })))",
      "two.pipe(Layer.provideMerge(Layer.succeed(One, { v: 1 })))"
    ),
    service(
      "const two = Layer.effect(Two, Effect.map(One, ({ v }) => ({ v })))",
      "two.pipe(Layer.provideMerge(Layer.succeed(One, { v: 2 })))"
    ),
    ["a.ts", "b.ts"]
  ],
  [
    "one that needs another",
    service(
      "const two = Layer.effect(Two, Effect.map(One, ({ v }) => ({ v })))",
      "two.pipe(Layer.provideMerge(Layer.succeed(One, { v: 1 })))"
    ),
    service(
      "const two = Layer.effect(Two, Effect.map(One, ({ v }) => ({ v: v + 1 })))",
      "two.pipe(Layer.provideMerge(Layer.succeed(One, { v: 1 })))"
    ),
    ["b.ts"]
  ],
  [
    "with a file of its own",
    {
      ...service(
        'import { readFileSync } from "node:fs"',
        'Layer.merge(Layer.sync(One, () => ({ v: readFileSync(new URL("./v.txt", import.meta.url)).length })), Layer.succeed(Two, { v: 1 }))'
      ),
      "v.txt": "1"
    },
    { "v.txt": "22" },
    a
  ]
]

const groups: ReadonlyArray<readonly [string, ReadonlyArray<Kind>]> = [
  ["where an import leads", resolution],
  ["packages", packages],
  ["what runs when modules are loaded", loading],
  ["files that the code names", assets],
  ["services", services]
]

for (const [group, kinds] of groups)
  describe(group, () => {
    for (const [name, files, edit, changed] of kinds)
      it.live(name, () =>
        Effect.map(changedBy(files, edit, stages, "x.ts"), (found) =>
          assert.deepStrictEqual(found, { changed: [...changed], isAsCold: true })
        )
      )
  })
