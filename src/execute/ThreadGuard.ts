/**
 * Keeps the owners of code from ending their thread, and from writing where its events go. Others' code (the framework's,
 * a host program's) is left as it is. The hooks are the process's own, so they are here once a thread.
 */
import { Effect, type Scope } from "effect"
import type { FailureInfo } from "../domain/RunEvent.ts"
import { messageOf, StageFailed, thrown } from "./Failure.ts"
import { asNobody, contained, current, type Owner, onThread, type PrintedOn } from "./Owner.ts"
import type { Printed } from "./Printed.ts"
import { inSources } from "./SourcePlaces.ts"

export interface Handlers {
  /** What an owner did that fails nobody. */
  readonly told: (owner: Owner, what: string) => void
  readonly print: (printed: Printed) => void
}

/** Unwinds the code that wanted to end the process. */
class Stopped extends Error {
  constructor(call: string) {
    super(`${call} was called`)
    this.name = "Stopped"
  }
}

const installed: Array<Handlers> = []

const print = (printed: Printed | undefined): void => {
  if (printed !== undefined) asNobody(() => installed.at(-1)?.print({ ...printed, text: inSources(printed.text) }))
}

/** Tells what an owner did that fails nobody. */
export const tell = (owner: Owner, what: string): void => asNobody(() => installed.at(-1)?.told(owner, what))

/** Fails what the owner does now, or the stage that lives on it; what it does after its end is told. */
const fault = (owner: Owner, failure: FailureInfo): void => {
  const text = failure.message
  if (owner.fault(StageFailed.of(failure))) return
  const named = StageFailed.of({ ...failure, message: `${owner.name}: ${text}` })
  if (owner.servesStages && onThread()?.fault(named) === true) return
  tell(owner, `after its end ${text}${failure.place === undefined ? "" : ` (${failure.place})`}`)
}

const onError = (error: unknown, origin: string): void => {
  if (error instanceof Stopped) return
  const owner = current() ?? onThread()
  if (owner === undefined) {
    // Not a stage's: it ends the process as it would without this.
    restoreErrors()
    setImmediate(() => {
      throw error
    })
    return
  }
  const what =
    origin === "unhandledRejection" ? "a promise of its was rejected that nobody awaits" : "it threw outside its effect"
  fault(owner, thrown("Uncaught", `${what}: ${messageOf(error)}`, error))
}

/** Nothing is left that could go on, and an owner is not done. */
const onIdle = (): void => {
  const owner = onThread()
  const message = "never ended: it waits for something that nothing will bring"
  if (owner !== undefined) fault(owner, { tag: "NeverEnded", message })
}

const restoreErrors = (): void => {
  process.off("uncaughtException", onError)
}

/** What ends the process. `owned` says whether a call would. */
const ends: ReadonlyArray<
  readonly [name: "abort" | "execve" | "exit" | "kill" | "reallyExit", owned: (pid: unknown) => boolean]
> = [
  ["exit", () => true],
  ["reallyExit", () => true],
  ["abort", () => true],
  ["execve", () => true],
  // 0 and the negative number are the process with its group.
  ["kill", (pid) => pid === process.pid || pid === 0 || pid === -process.pid]
]

type Method = (this: unknown, ...args: ReadonlyArray<unknown>) => unknown

/** Puts a method in the place of an object's. Gives what puts the old one back. */
const replace = (target: object, name: string, make: (original: Method) => Method): (() => void) => {
  const original: unknown = Reflect.get(target, name)
  if (typeof original !== "function") return () => {}
  const own = Object.getOwnPropertyDescriptor(target, name)
  const method = make((...args) => Reflect.apply(original, target, args))
  Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, value: method })
  return () => {
    // Another may have wrapped it meanwhile.
    if (Reflect.get(target, name) !== method) return
    if (own === undefined) Reflect.deleteProperty(target, name)
    else Object.defineProperty(target, name, own)
  }
}

const guardEnds = (): ReadonlyArray<() => void> =>
  ends.map(([name, owned]) =>
    replace(process, name, (original) => (...args) => {
      const owner = current()
      if (owner === undefined || !owned(args[0])) return original(...args)
      const call = `process.${name}(${name === "abort" ? "" : args.map((each) => String(each)).join(", ")})`
      const stopped = new Stopped(call)
      // Where it was called is enough: the rest of the stack is the guard's.
      const message = `it called ${call}, which would have ended more than itself`
      const { place } = thrown("ProcessEnded", message, stopped)
      fault(owner, { tag: "ProcessEnded", message, ...(place === undefined ? {} : { place }) })
      throw stopped
    })
  )

const isBytes = (value: unknown): value is string | Uint8Array =>
  typeof value === "string" || value instanceof Uint8Array

const guardStream = (on: PrintedOn): ReadonlyArray<() => void> => {
  const stream = process[on]
  const take = (args: ReadonlyArray<unknown>, owner: Owner) => {
    const [chunk] = args
    if (isBytes(chunk)) {
      const encoding = typeof args[1] === "string" && Buffer.isEncoding(args[1]) ? args[1] : "utf8"
      const lines = owner.lines(
        typeof chunk === "string" && encoding !== "utf8" ? Buffer.from(chunk, encoding) : chunk,
        on
      )
      print(lines)
    }
    const done = args.findLast((each) => typeof each === "function")
    if (typeof done === "function") process.nextTick(done)
  }
  const guard = (name: string, result: unknown, writes: boolean) =>
    replace(stream, name, (original) => (...args) => {
      const owner = current()
      if (owner === undefined) return original(...args)
      if (writes) take(args, owner)
      return result
    })
  return [
    guard("write", true, true),
    // A stage ends what it writes to; the stream is everybody's.
    guard("end", stream, true),
    guard("destroy", stream, false),
    guard("cork", undefined, false)
  ]
}

/** Guards this thread while the scope lives. Inner handlers are told rather than outer ones. */
export const guard = (handlers: Handlers): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        installed.push(handlers)
        if (installed.length === 1) install()
      }),
      () =>
        Effect.sync(() => {
          installed.splice(installed.lastIndexOf(handlers), 1)
          if (installed.length === 0) uninstall()
        })
    )
  )

let restore: ReadonlyArray<() => void> = []

const install = (): void => {
  restore = [...guardEnds(), ...guardStream("stdout"), ...guardStream("stderr")]
  // A rejection that nobody handles comes here too, with its origin.
  process.on("uncaughtException", onError)
  process.on("beforeExit", onIdle)
}

const uninstall = (): void => {
  for (const each of restore) each()
  restore = []
  restoreErrors()
  process.off("beforeExit", onIdle)
}

/** {@link contained}; what the owner has printed and not ended by a newline is printed in the end. */
export const guarded = <A, E, R>(owner: Owner, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StageFailed, R> =>
  Effect.ensuring(
    contained(owner, effect),
    Effect.sync(() => owner.rest().forEach(print))
  )
