import { assert, describe, it } from "vitest"
import { partsOf } from "./rig.ts"

const imports = `import { Effect, Schema, Layer, Context, pipe, Array as Arr, Option } from "effect"
import { Artifact, Figure, Grid, Setting, Stage } from "ablate"
import { add, makes, R, registry } from "./registry.ts"
import { outside } from "lib"
import { join } from "node:path"
import { readFileSync, writeFileSync } from "node:fs"
`
const others = {
  "registry.ts": `export const registry: Array<number> = []
export const add = (x: number) => registry.push(x)
export const makes = (name: string) => ({ name, upper: name.toUpperCase() })
export class R { constructor(readonly n: number) {} get on() { return registry.push(this.n) } static s = 1 }
`,
  "node_modules/lib/package.json": '{ "name": "lib", "version": "1.0.0", "type": "module", "main": "i.js" }',
  "node_modules/lib/i.js": "export const outside = () => 1"
}

const isQuiet = (code: string): boolean => partsOf(`${imports}${code}`, others).it ?? false

describe("an initialiser only declares", () => {
  const quiet: ReadonlyArray<string> = [
    "const it = 1",
    "const it = { a: 1, b: [2, 3], c: () => add(1) }",
    "const it = (x: number) => add(x)",
    "const it = Schema.Struct({ a: Schema.Int, b: Schema.optionalKey(Schema.String) }).pipe(Schema.annotate({ title: 'x' }))",
    'const it = Stage.make("s", { output: Artifact.json(Schema.Int), run: () => Effect.sync(() => add(1)) })',
    "const it = Grid.axes({ k: [1, 2] })",
    "const it = Setting.group({ a: Setting.make(Schema.Int, 1), b: Setting.group({ c: Setting.make(Schema.Int, 1) }) })",
    'const it = Figure.curves({ from: "m", curves: (v: number) => ({ v: [add(v)] }) })',
    "const it = Effect.sync(() => add(1)).pipe(Effect.map((x) => add(x)))",
    'class it extends Context.Service<it, { readonly v: number }>()("it") {}',
    'class Svc extends Context.Service<Svc, number>()("Svc") {}\nconst it = Layer.effect(Svc, Effect.sync(() => add(1)))',
    "const it = pipe(Schema.Int, Schema.check(Schema.isInt()))",
    "const it = [1, 2, 3].map((x) => x * 2).filter((x) => x > 2)",
    "const it = new Map([['a', 1]].map(([k, v]) => [k, v] as const))",
    "const it = makes('a').upper",
    "const it = (() => { const out: Record<string, number> = {}; for (const k of ['a', 'b']) out[k] = k.length; return out })()",
    "const it = [3, 1, 2].toSorted((a, b) => a - b)[0]",
    "const it = join('a', 'b')",
    "const it = readFileSync(new URL('./m.ts', import.meta.url), 'utf8')",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
    "const it = `a ${1 + 2} ${'b'}`",
    "enum Kind { A = 'a' }\nconst it = Kind",
    "class it { static size = 3; static of = new Map([[1, 2]]); n = add(1) }",
    "const it = new R(1)",
    "const { a: it } = { a: 1 }",
    "const it = Arr.map([1, 2], (x) => x + 1)",
    "const it = Option.some(1)"
  ]
  for (const code of quiet) it(code, () => assert.isTrue(isQuiet(code)))
})

describe("an initialiser may have effects", () => {
  const loud: ReadonlyArray<string> = [
    "const it = add(1)",
    "const it = [1].map(add)",
    "const it = [1].map((x) => add(x))",
    "const it = [add].map((f) => f(1))",
    "const it = [1].map(outside)",
    "const it = registry.push(1)",
    "const it = registry.length = 0",
    "const it = Effect.runSync(Effect.sync(() => add(1)))",
    "const it = [Effect.sync(() => add(1))].map(Effect.runSync)",
    "const it = pipe(1, add)",
    "const it = pipe(1, (x) => add(x))",
    "const it = Effect.succeed(1).pipe(Effect.runSync)",
    "const it = Option.match(Option.some(1), { onNone: () => 0, onSome: add })",
    "const it = Arr.map([1], add)",
    "const it = new R(1).on",
    "const { on: it } = new R(1)",
    "const it = { ...new R(1) }",
    "const it = { ...{ get on() { return add(1) } } }",
    "const it = { get on() { return add(1) } }.on",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
    "const it = `${{ toString: () => String(add(1)) }}`",
    "const it = 1 + ({ valueOf: () => add(1) } as never)",
    "const it = [...{ *[Symbol.iterator]() { add(1); yield 1 } }]",
    "const it = outside()",
    "const it = Schema.decodeUnknownSync(Schema.Int)(1)",
    "const it = writeFileSync('x', 'y')",
    "const it = new (class { constructor() { add(1) } })()",
    "class it { static { add(1) } }",
    "class it { static n = add(1) }",
    "class it { static [add(1)] = 1 }",
    "const it = (() => { let n = 0; return () => ++n })()()",
    "const it = await Promise.resolve(1)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
    "const it = String.raw`${add(1)}`",
    "const tag = (..._: Array<unknown>) => add(1)\nconst it = tag`x`",
    "const it = delete (registry as { a?: 1 }).a",
    "const it = Object.assign(registry, { a: 1 })",
    "const it = new Proxy({}, { get: () => add(1) })['x' as never]",
    "const it = Math.random()",
    "const it = 'x' in new Proxy({}, { has: () => (add(1), true) })",
    "const it = add?.(1)"
  ]
  for (const code of loud) it(code, () => assert.isFalse(isQuiet(code)))
})

it("a call of what an earlier call gave may change what that one keeps to itself", () => {
  const parts = partsOf("const next = (() => { let n = 0; return () => ++n })()\nexport const it = next()")
  assert.deepStrictEqual(parts, { next: true, it: false })
})
