/**
 * Whose code is running: a stage, the experiment's layer, a module while it loads. What code does later (in a timer, a
 * promise, a handle's event) belongs to who began it, so that nobody is blamed for what another left behind.
 */
import { AsyncLocalStorage } from "node:async_hooks"
import { StringDecoder } from "node:string_decoder"
import { type Context, Effect, type Exit, Fiber } from "effect"
import type { StageFailed } from "./Failure.ts"
import type { Printed } from "./Printed.ts"

const owners = new AsyncLocalStorage<Owner | undefined>()

/** Who runs on this thread now, for code that lost its owner: native add-ons and modules imported late. */
let running: Owner | undefined

export type PrintedOn = "stdout" | "stderr"

export interface OwnerOptions {
  readonly node?: string | null
  readonly servesStages?: boolean
}

export class Owner {
  readonly name: string
  /** The node whose stage it is. */
  readonly node: string | null
  /** Whether stages live on what it does after its end. */
  readonly servesStages: boolean
  /** What it printed on each stream and has not ended by a newline yet: one line is of one stream. */
  readonly #unended = new Map<PrintedOn, string>()
  /** Made for who prints bytes: few do. */
  readonly #decoders = new Map<PrintedOn, StringDecoder>()
  #fail: ((fault: StageFailed) => void) | undefined

  #isFaulty = false
  #hasEnded = false

  constructor(name: string, { node = null, servesStages = false }: OwnerOptions = {}) {
    this.name = name
    this.node = node
    this.servesStages = servesStages
  }

  /** Whether it was ended by a fault: what it had begun goes on. */
  get isFaulty(): boolean {
    return this.#isFaulty
  }

  get isRunning(): boolean {
    return this.#fail !== undefined
  }

  begin(fail: (fault: StageFailed) => void): void {
    this.#fail = fail
    this.#hasEnded = false
    running = this
  }

  end(): void {
    this.#fail = undefined
    this.#hasEnded = true
    if (running === this) running = undefined
  }

  /** Fails what it does now. False: it has ended. */
  fault(fault: StageFailed): boolean {
    const fail = this.#fail
    this.#isFaulty = true
    this.end()
    fail?.(fault)
    return fail !== undefined
  }

  /** The lines that are whole with this; undefined where none is. */
  lines(chunk: string | Uint8Array, on: PrintedOn): Printed | undefined {
    const text = (this.#unended.get(on) ?? "") + (typeof chunk === "string" ? chunk : this.#decoded(chunk, on))
    // What comes after its end is nobody's to end later.
    const end = this.#hasEnded && !this.servesStages ? text.length : text.lastIndexOf("\n") + 1
    this.#unended.set(on, text.slice(end))
    return end === 0 ? undefined : this.#printed(text.slice(0, end).replace(/\r?\n$/, ""))
  }

  /** What it printed without a newline at its end. */
  rest(): ReadonlyArray<Printed> {
    const rest = (["stdout", "stderr"] as const).map(
      (on) => (this.#unended.get(on) ?? "") + (this.#decoders.get(on)?.end() ?? "")
    )
    this.#unended.clear()
    return rest.flatMap((text) => (text === "" ? [] : [this.#printed(text)]))
  }

  #decoded(chunk: Uint8Array, on: PrintedOn): string {
    const decoder = this.#decoders.get(on) ?? new StringDecoder("utf8")
    this.#decoders.set(on, decoder)
    return decoder.write(Buffer.from(chunk))
  }

  #printed(text: string): Printed {
    return { name: this.name, node: this.node, text }
  }
}

export const current = (): Owner | undefined => owners.getStore()

/** Who runs on this thread, whoever's code this is. */
export const onThread = (): Owner | undefined => running

/** Calls `use` as nobody's: the framework's own work in the midst of an owner's. */
export const asNobody = <A>(use: () => A): A => owners.run(undefined, use)

/** Calls `use` as the owner: all that it begins is the owner's. */
export const as = <A>(owner: Owner, use: () => A): A => owners.run(owner, use)

/**
 * Runs the effect as the owner. It fails at once with a fault of the owner, also one that the effect itself never sees,
 * and is then interrupted without waiting for it.
 */
export const contained = <A, E, R>(
  owner: Owner,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | StageFailed, R> =>
  Effect.contextWith((context: Context.Context<R>) =>
    Effect.callback<A, E | StageFailed>((resume) => {
      const outer = current()
      let fiber: Fiber.Fiber<A, E> | undefined
      owner.begin((fault) => {
        owners.run(outer, resume, Effect.fail(fault))
        fiber?.interruptUnsafe()
      })
      const started = owners.run(owner, Effect.runForkWith(context), effect)
      const finish = (exit: Exit.Exit<A, E>) => {
        if (!owner.isRunning) return
        owner.end()
        owners.run(outer, resume, exit)
      }
      const exit = started.pollUnsafe()
      if (exit !== undefined) return finish(exit)
      fiber = started
      // The fault was before the first pause.
      if (!owner.isRunning) started.interruptUnsafe()
      started.addObserver(finish)
      return Fiber.interrupt(started)
    })
  )
