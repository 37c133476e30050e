/** How a module comes by its number: every way in which a language lets one write it. */

export interface Form {
  /** Statements before it. `n` and `m` are literals, `t` is a type annotation that may be empty. */
  readonly top: (n: number, m: number, t: string) => string
  readonly value: (n: number, m: number) => string
  /** Where it cannot stand in a CommonJS file (`await`) or in plain JavaScript (`enum`). */
  readonly not?: "cjs" | "js"
  /** Names that it takes from `effect`; then only the project's own modules can have it. */
  readonly effect?: ReadonlyArray<string>
}

const form = (top: Form["top"], value: Form["value"], rest: Pick<Form, "not" | "effect"> = {}): Form => ({
  top,
  value,
  ...rest
})

export const forms: { readonly [name: string]: Form } = {
  literal: form(
    () => "",
    (n) => `${n}`
  ),
  chain: form(
    (n, m, t) => `const base${t} = ${n}\nconst next = base + ${m}`,
    () => "next"
  ),
  arrow: form(
    (_, m, t) => `const grow = (x${t}) => x + ${m}`,
    (n) => `grow(${n})`
  ),
  function: form(
    (_, m, t) => `function grow(x${t}) { return x + ${m} }`,
    (n) => `grow(${n})`
  ),
  three: form(
    (_, m) => `const low = (x) => x + ${m}\nconst middle = (x) => low(x) * 2\nconst high = (x) => middle(x) + 1`,
    (n) => `high(${n})`
  ),
  "static-field": form(
    (n, m) => `class Box { static size = ${n}; static grow() { return Box.size + ${m} } }`,
    () => "Box.grow()"
  ),
  "static-block": form(
    (n, m) => `class Box { static size = 0; static { Box.size = ${n} + ${m} } }`,
    () => "Box.size"
  ),
  "static-getter": form(
    (n, m) => `class Box { static get size() { return ${n} + ${m} } }`,
    () => "Box.size"
  ),
  getter: form(
    (n, m) => `const box = { get size() { return ${n} * ${m} } }`,
    () => "box.size"
  ),
  setter: form(
    (_, m) => `const box = { held: 0, set size(x) { this.held = x + ${m} } }`,
    (n) => `(box.size = ${n}, box.held)`
  ),
  inheritance: form(
    (n, m) => `class Base { size() { return ${n} } }\nclass Box extends Base { size() { return super.size() + ${m} } }`,
    () => "new Box().size()"
  ),
  mixin: form(
    (n, m) =>
      `const mixin = (Base) => class extends Base { extra = ${m} }\nclass Plain { size = ${n} }\nclass Box extends mixin(Plain) {}`,
    () => "new Box().size + new Box().extra"
  ),
  private: form(
    (n, m) => `class Box { #size = ${n}; get size() { return this.#size - ${m} } }`,
    () => "new Box().size"
  ),
  constructor: form(
    (_, m) => `class Box { constructor(x) { this.size = x * ${m} } }`,
    (n) => `new Box(${n}).size`
  ),
  prototype: form(
    (n, m) => `class Box {}\nBox.prototype.size = ${n}\nBox.prototype.more = ${m}`,
    () => "new Box().size + new Box().more"
  ),
  enum: form(
    (n, m) => `enum Level { Low = ${n}, High, Top = ${m} }`,
    () => "Level.High * 100 + Level.Top",
    { not: "js" }
  ),
  table: form(
    (n, m) => `const table = { low: ${n}, high: [${m}, { deep: 3 }] }`,
    () => "table.low * table.high[0] + table.high[1].deep"
  ),
  frozen: form(
    (n, m) => `const table = Object.freeze({ low: ${n}, high: ${m} })`,
    () => "table.low * 100 + table.high"
  ),
  "computed-key": form(
    (n, m) => `const table = { ["k" + 1]: ${n}, [\`k\${2}\`]: ${m} }`,
    () => "table.k1 * 100 + table.k2"
  ),
  template: form(
    () => "",
    (n, m) => `Number(\`${n}\${${m}}\`)`
  ),
  tagged: form(
    (_, m) => `const tag = (parts, ...given) => parts[0].length * ${m} + given[0]`,
    (n) => `tag\`ab\${${n}}c\``
  ),
  iife: form(
    () => "",
    (n, m) => `(() => { const x = ${n}; return x * ${m} })()`
  ),
  if: form(
    (n, m) => `let size = ${m}\nif (size > 50) size = ${n}\nelse size += ${n}`,
    () => "size"
  ),
  for: form(
    (n, m) => `let size = 0\nfor (const x of [${n}, ${m}]) size = size * 3 + x`,
    () => "size"
  ),
  while: form(
    (n, m) => `let size = ${n}\nwhile (size < 1000) size = size * 2 + ${m}`,
    () => "size"
  ),
  switch: form(
    (n, m) => `let size = 0\nswitch (${n} % 2) { case 0: size = ${m}; break; default: size = ${n} }`,
    () => "size"
  ),
  labelled: form(
    (n, m) => `let size = ${n}\nouter: { size += ${m}; if (size > 60) break outer; size *= 2 }`,
    () => "size"
  ),
  destructuring: form(
    (n, m) => `const { a = ${n}, b: [c = ${m}] = [] } = {}`,
    () => "a * 100 + c"
  ),
  optional: form(
    (n) => `const box = ${n} > 50 ? { at: ${n} } : undefined`,
    (_, m) => `(box?.at ?? ${m})`
  ),
  "nullish-assignment": form(
    (n) => `const box = { size: undefined }\nbox.size ??= ${n}`,
    (_, m) => `box.size * ${m}`
  ),
  "object-assign": form(
    (n, m) => `const box = { size: ${m} }\nObject.assign(box, { size: ${n} })`,
    (_, m) => `box.size + ${m}`
  ),
  "define-property": form(
    (n, m) => `const box = { size: ${m} }\nObject.defineProperty(box, "size", { value: ${n} })`,
    () => "box.size"
  ),
  proxy: form(
    (n) => `const box = new Proxy({}, { get: () => ${n} })`,
    (_, m) => `box.any * ${m}`
  ),
  generator: form(
    (n, m) => `function* all() { yield ${n}; yield ${m} }\nconst [first, second] = all()`,
    () => "first * 100 + second"
  ),
  iterator: form(
    (n, m) => `const range = { *[Symbol.iterator]() { yield ${n}; yield ${m} } }`,
    () => "[...range].reduce((a, b) => a * 100 + b, 0)"
  ),
  "map-by-name": form(
    (_, m) => `const twice = (x) => x * 2 + ${m}`,
    (n) => `[${n}].map(twice)[0]`
  ),
  mutation: form(
    (n, m) => `const list = []\nlist.push(${n})\nlist.unshift(${m})`,
    () => "list[0] * 100 + list[1]"
  ),
  closure: form(
    (_, m) => `let size = ${m}\nconst set = (x) => { size = x }`,
    (n) => `(set(${n}), size)`
  ),
  "reassigned-function": form(
    (n, m) => `let get = () => ${m}\nget = () => ${n}`,
    () => "get()"
  ),
  try: form(
    (n, m) => `let size = ${m}\ntry { throw ${n} } catch (thrown) { size += thrown }`,
    () => "size"
  ),
  json: form(
    () => "",
    (n, m) => `JSON.parse('{"a":${n},"b":${m}}').a`
  ),
  map: form(
    (n, m) => `const map = new Map([["a", ${n}], ["b", ${m}]])`,
    () => `map.get("a") * 100 + map.get("b")`
  ),
  typed: form(
    (n, m) => `const numbers = new Int32Array([${n}, ${m}])`,
    () => "numbers[0] * 100 + numbers[1]"
  ),
  bigint: form(
    () => "",
    (n, m) => `Number(${n}n * ${m}n)`
  ),
  coercion: form(
    (n) => `const box = { valueOf: () => ${n} }`,
    (_, m) => `(+box + ${m})`
  ),
  regexp: form(
    () => "",
    (n, m) => `Number(/${n}${m}/.source)`
  ),
  sequence: form(
    (_, m) => `let size = ${m}`,
    (n) => `(size += ${n}, size)`
  ),
  bind: form(
    (_, m) => `const grow = (a, b) => a * ${m} + b\nconst bound = grow.bind(null, 7)`,
    (n) => `bound(${n})`
  ),
  namespace: form(
    (n, m) => `namespace Box { export const size = ${n}; export const more = ${m} }`,
    () => "Box.size * 100 + Box.more",
    { not: "js" }
  ),
  await: form(
    (n) => `const waited = await Promise.resolve(${n})`,
    (_, m) => `waited + ${m}`,
    { not: "cjs" }
  ),
  async: form(
    (n, m) => `const load = async () => { const x = await ${n}; return x * ${m} }\nconst loaded = await load()`,
    () => "loaded",
    { not: "cjs" }
  ),
  "for-await": form(
    (n, m) => `let size = 0\nfor await (const x of [${n}, Promise.resolve(${m})]) size = size * 100 + x`,
    () => "size",
    { not: "cjs" }
  ),
  "effect-run": form(
    (n) => `const made = Effect.runSync(Effect.succeed(${n}))`,
    (_, m) => `made + ${m}`,
    { effect: ["Effect"] }
  ),
  "effect-gen": form(
    (n, m) => `const made = Effect.gen(function* () { return ${n} * (yield* Effect.succeed(${m})) })`,
    () => "Effect.runSync(made)",
    { effect: ["Effect"] }
  ),
  pipe: form(
    (_, m) => `const grow = (x) => x + ${m}`,
    (n) => `pipe(${n}, grow)`,
    { effect: ["pipe"] }
  ),
  "pipe-method": form(
    (n, m) => `const grow = (x) => x * ${m}\nconst made = Effect.sync(() => ${n}).pipe(Effect.map(grow))`,
    () => "Effect.runSync(made)",
    { effect: ["Effect"] }
  ),
  "effect-fn": form(
    (_, m) => `const made = Effect.fn("made")(function* (x) { return x + ${m} })`,
    (n) => `Effect.runSync(made(${n}))`,
    { effect: ["Effect"] }
  ),
  option: form(
    (n) => `const held = Option.some(${n})`,
    (_, m) => `Option.getOrElse(held, () => 0) + ${m}`,
    { effect: ["Option"] }
  ),
  schema: form(
    (_, m) => `const Size = Schema.Finite.check(Schema.isGreaterThan(-${m}))`,
    (n) => `Schema.decodeUnknownSync(Size)(${n})`,
    { effect: ["Schema"] }
  )
}

export const formNames: ReadonlyArray<string> = Object.keys(forms)
/** Forms that any file can have, and those of CommonJS files. */
export const formNamesOf = (format: "own" | "esm" | "cjs" | "ts"): ReadonlyArray<string> =>
  formNames.filter((name) => {
    const { effect, not } =
      forms[name] ??
      form(
        () => "",
        () => ""
      )
    if (format === "own") return true
    if (effect !== undefined) return false
    return format === "ts" ? true : not !== "js" && !(format === "cjs" && not === "cjs")
  })
