/** Statements that put a number into a register when their module is loaded. */

/** What the module of the register exports. `m` is a constant of its own. */
export const registerText = (m: number): string => `export const register = []
export const base = ${m}
export const entries = {}
export const add = (x) => register.push(x)
export class Entry {
  constructor(n) { this.n = n }
  get on() { return register.push(this.n) }
  set put(x) { register.push(x + this.n) }
  [Symbol.iterator]() { register.push(this.n); return [][Symbol.iterator]() }
}
export class Eager { constructor(n) { register.push(n) } }
export const watched = new Proxy({}, { get: (_, key) => register.push(key.length), set: (_, __, x) => { register.push(x); return true } })
export const fold = () => [...register, ...Object.values(entries)].reduce((sum, x) => (sum * 31 + x) % 1000003, base)
`

/** Names that the register's module exports, besides `fold`. */
export const registerNames = ["register", "entries", "add", "Entry", "Eager", "watched"]

export interface Statement {
  /** `x` makes the names of locals differ between statements of one file. */
  readonly text: (n: number, x: string) => string
  readonly effect?: ReadonlyArray<string>
  readonly not?: "cjs" | "js"
}

const by = (text: Statement["text"], rest: Omit<Statement, "text"> = {}): Statement => ({ text, ...rest })

export const statements: { readonly [name: string]: Statement } = {
  statement: by((n) => `register.push(${n})`),
  call: by((n) => `add(${n})`),
  void: by((n) => `void add(${n})`),
  initialiser: by((n, x) => `export const size${x} = add(${n})`),
  "unused-local": by((n, x) => `const size${x} = add(${n})`),
  default: by((n, x) => `const held${x} = { size: add(${n}) }`),
  "callback-name": by((n, x) => `export const sizes${x} = [${n}].map(add)`),
  "for-each": by((n) => `;[${n}].forEach(add)`),
  "array-from": by((n, x) => `export const all${x} = Array.from([${n}], add)`),
  getter: by((n, x) => `export const on${x} = new Entry(${n}).on`),
  "bare-getter": by((n) => `new Entry(${n}).on`),
  setter: by((n, x) => `const entry${x} = new Entry(${n})\nentry${x}.put = 3`),
  new: by((n, x) => `export const eager${x} = new Eager(${n})`),
  "bare-new": by((n) => `new Eager(${n})`),
  subclass: by((n, x) => `class Sub${x} extends Eager {}\nexport const sub${x} = new Sub${x}(${n})`),
  "static-block": by((n, x) => `class Box${x} { static { add(${n}) } }`),
  "static-field": by((n, x) => `class Box${x} { static size = add(${n}) }`),
  "computed-member": by((n, x) => `class Box${x} { static [add(${n})] = 1 }`),
  extends: by((n, x) => `class Box${x} extends (add(${n}), Object) {}`),
  proxy: by((n) => `watched.any = ${n}`),
  "proxy-read": by((n, x) => `export const read${x} = watched["${"x".repeat(n % 40)}"]`),
  assign: by((n, x) => `Object.assign(entries, { k${x}: ${n} })`),
  member: by((n, x) => `entries.k${x} = ${n}`),
  "computed-assignment": by((n, x) => `entries["k" + "${x}"] = ${n}`),
  "define-property": by((n, x) => `Object.defineProperty(entries, "k${x}", { value: ${n}, enumerable: true })`),
  "nullish-assignment": by((n, x) => `entries.k${x} ??= ${n}`),
  tagged: by(
    (n, x) => `const tag${x} = (parts, k) => register.push(k)\nexport const tagged${x} = tag${x}\`a\${${n}}\``
  ),
  "tagged-import": by((n, x) => `export const tagged${x} = ((_, k) => add(k))\`a\${${n}}\``),
  if: by((n) => `if (register.length >= 0) add(${n})`),
  else: by((n) => `if (register.length < 0) add(1)\nelse add(${n})`),
  for: by((n) => `for (const k of [${n}, 2]) add(k)`),
  while: by((n, x) => `let left${x} = 1\nwhile (left${x}-- > 0) add(${n})`),
  switch: by((n) => `switch (register.length >= 0) { case true: add(${n}) }`),
  labelled: by((n) => `outer: { add(${n}); break outer }`),
  block: by((n) => `{ const k = ${n}; add(k) }`),
  try: by((n) => `try { throw ${n} } catch (k) { add(k) }`),
  destructuring: by((n, x) => `export const { a: a${x} = add(${n}) } = {}`),
  "array-destructuring": by((n, x) => `const [first${x}] = new Entry(${n})`),
  optional: by((n) => `register?.push?.(${n})`),
  and: by((n) => `register && add(${n})`),
  ternary: by((n, x) => `export const size${x} = register ? add(${n}) : 0`),
  sequence: by((n, x) => `export const size${x} = (add(${n}), 1)`),
  iife: by((n) => `;(() => { add(${n}) })()`),
  "iife-value": by((n, x) => `export const size${x} = (() => add(${n}))()`),
  "computed-key": by((n, x) => `export const made${x} = { [add(${n})]: 1 }`),
  spread: by((n, x) => `export const spread${x} = [...new Entry(${n})]`),
  template: by((n, x) => `export const text${x} = \`\${add(${n})}\``),
  coercion: by((n, x) => `export const text${x} = \`\${{ toString: () => String(add(${n})) }}\``),
  "value-of": by((n, x) => `export const sum${x} = 1 + { valueOf: () => add(${n}) }`),
  json: by((n, x) => `export const text${x} = JSON.stringify({ toJSON: () => add(${n}) })`),
  "call-method": by((n) => `add.call(null, ${n})`),
  reflect: by((n, x) => `export const size${x} = Reflect.apply(add, null, [${n}])`),
  bind: by((n, x) => `const bound${x} = add.bind(null, ${n})\nexport const size${x} = bound${x}()`),
  sort: by((n, x) => `export const sorted${x} = [2, 1].sort((a, b) => (add(${n}), a - b))`),
  enum: by((n, x) => `enum Level${x} { Low = add(${n}) }`, { not: "js" }),
  generator: by((n, x) => `function* all${x}() { add(${n}); yield 1 }\nexport const list${x} = [...all${x}()]`),
  "local-function": by((n, x) => `const enter${x} = (k) => { add(k) }\nenter${x}(${n})`),
  "local-initialiser": by((n, x) => `const enter${x} = (k) => add(k)\nexport const size${x} = enter${x}(${n})`),
  "object-method": by((n, x) => `const tool${x} = { enter(k) { add(k) } }\ntool${x}.enter(${n})`),
  global: by((n) => `;(globalThis.fuzzed ??= []).push(${n}); register.push(globalThis.fuzzed.at(-1))`),
  await: by((n) => `await Promise.resolve(${n}).then(add)`, { not: "cjs" }),
  "await-value": by((n, x) => `export const size${x} = add(await ${n})`, { not: "cjs" }),
  "run-sync": by((n, x) => `export const size${x} = Effect.runSync(Effect.sync(() => add(${n})))`, {
    effect: ["Effect"]
  }),
  "run-sync-name": by(
    (n, x) => `const task${x} = Effect.sync(() => add(${n}))\nexport const size${x} = Effect.runSync(task${x})`,
    { effect: ["Effect"] }
  ),
  pipe: by((n, x) => `export const size${x} = pipe(${n}, add)`, { effect: ["pipe"] }),
  "pipe-method": by((n, x) => `export const size${x} = Effect.succeed(${n}).pipe((self) => (add(${n}), self))`, {
    effect: ["Effect"]
  }),
  "effect-map": by((n, x) => `export const size${x} = Effect.succeed(${n}).pipe(Effect.map(add), Effect.runSync)`, {
    effect: ["Effect"]
  }),
  option: by((n, x) => `export const size${x} = Option.map(Option.some(${n}), add)`, { effect: ["Option"] }),
  schema: by((n, x) => `export const Size${x} = Schema.Struct({ k: Schema.Literal(add(${n})) })`, {
    effect: ["Schema"]
  })
}

export const statementNames: ReadonlyArray<string> = Object.keys(statements)
