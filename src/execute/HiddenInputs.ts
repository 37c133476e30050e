/**
 * What stages depend on without declaring it, found where it can be: environment variables, the clock and random numbers
 * that the author's code or a package asks the language for. Watched in workers only, once a stage and thing.
 */
import { syncBuiltinESMExports } from "node:module"
import { firstPlace } from "./SourcePlaces.ts"

export interface HiddenInput {
  /** `environment NAME`, `clock`, `random numbers`. */
  readonly what: string
  /** `file:line:column`; null where a package asked. */
  readonly place: string | null
}

/** The sentence that a person is told. */
export const describe = (owner: string, { place, what }: HiddenInput): string => {
  const where = place === null ? "in a package" : place
  const variable = /^environment (.*)$/.exec(what)?.[1]
  if (variable !== undefined)
    return `hidden input: ${owner} reads the environment variable ${variable} (${where}), whose value is in no key; wire External.env("${variable}") to the stage`
  return what === "the clock"
    ? `hidden input: ${owner} asks for the time (${where}): the same inputs may give another result; take it as an input`
    : `hidden input: ${owner} draws random numbers that no seed decides (${where}); use Rng.stream(seed, purpose) of ablate/numerics`
}

export interface Watch {
  /** Begins with a stage: what it may ask for is no hidden input. */
  readonly begin: (declared: ReadonlyArray<string>) => void
  /** What was found since. */
  readonly end: () => ReadonlyArray<HiddenInput>
}

/** The frames that matter are the nearest. */
const depth = 6

/** The framework and Effect ask for the time all the while: so often it is looked who asks. */
const mostLooks = 100

/** The folder of the built framework, or of its sources. */
const ownFolder = (() => {
  const here = import.meta.url
  const folder = here.endsWith(".ts") ? "/src/" : "/dist/"
  return here.slice(0, here.lastIndexOf(folder) + folder.length)
})()

/** The calls that led here, nearest first. */
const callers = (shim: object, most: number): ReadonlyArray<string> => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = most
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, typeof shim === "function" ? shim : undefined)
  Error.stackTraceLimit = limit
  return (holder.stack ?? "").split("\n").slice(1)
}

/**
 * TensorFlow.js and its generator while they are being loaded, which the numerics do: they draw seeds that nobody uses, and look for
 * the library, whose name is in keys. What they ask for later is told.
 */
const loadingTfjs = /Object\.<anonymous> \(.*\/(@tensorflow\/tfjs-[a-z-]+\/dist|node_modules\/seedrandom)\//

/** Who asked: a place in the author's sources, null for a package, undefined for the framework or Node itself. */
const asker = (shim: object, storeClient: RegExp | undefined): string | null | undefined => {
  const lines = callers(shim, depth)
  const caller = lines.find((line) => !line.includes(import.meta.url) && !/\bReflect\.|\bProxy\b/.test(line))
  if (caller === undefined || /\(?node:|<anonymous>$/.test(caller)) return undefined
  if (/\/programs\/[0-9a-f]{32}\.mjs/.test(caller)) return firstPlace(caller) ?? null
  // Effect and the framework are built beside this module.
  if (storeClient?.test(caller) === true) return undefined
  if (caller.includes(ownFolder) || caller.includes("/node_modules/effect/")) return undefined
  return callers(shim, Number.POSITIVE_INFINITY).some((line) => loadingTfjs.test(line)) ? undefined : null
}

/**
 * Replaces what the language gives by what tells of being asked. Call it once in a thread, before the program is loaded.
 * `storeClient`: the packages by which the framework speaks with a shared store, where it does.
 */
export const watch = (storeClient?: RegExp): Watch => {
  let declared: ReadonlySet<string> = new Set()
  let found = new Map<string, HiddenInput>()
  const looks = new Map<string, number>()
  const tell = (what: string, shim: object): void => {
    const looked = looks.get(what) ?? 0
    if (looked >= mostLooks || found.has(what)) return
    looks.set(what, looked + 1)
    const place = asker(shim, storeClient)
    if (place !== undefined) found.set(what, { what, place })
  }

  /** Puts a function in a method's place that tells of every call. */
  const observe = (owner: object, method: string, what: string) => {
    const original: unknown = Reflect.get(owner, method)
    if (typeof original !== "function") return
    const observed = (...given: ReadonlyArray<unknown>): unknown => {
      tell(what, observed)
      return Reflect.apply(original, owner, given)
    }
    Reflect.set(owner, method, observed)
  }
  observe(Math, "random", "random numbers")
  observe(performance, "now", "the clock")
  observe(crypto, "randomUUID", "random numbers")

  const Original = Date
  observe(Original, "now", "the clock")
  const askedNow = () => tell("the clock", askedNow)
  globalThis.Date = new Proxy(Original, {
    construct: (target, given, newTarget) => {
      if (given.length === 0) askedNow()
      return Reflect.construct(target, given, newTarget === globalThis.Date ? target : newTarget)
    },
    apply: (target, self, given) => {
      askedNow()
      return Reflect.apply(target, self, given)
    }
  })

  const variables = process.env
  process.env = new Proxy(variables, {
    get: (target, key) => {
      if (typeof key === "string" && !declared.has(key)) tell(`environment ${key}`, tell)
      return Reflect.get(target, key)
    },
    has: (target, key) => {
      if (typeof key === "string" && !declared.has(key)) tell(`environment ${key}`, tell)
      return Reflect.has(target, key)
    }
  })
  syncBuiltinESMExports()

  return {
    begin: (names) => {
      declared = new Set(names)
      looks.clear()
    },
    end: () => {
      const all = [...found.values()]
      found = new Map()
      return all
    }
  }
}
