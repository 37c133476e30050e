/** One harm to a store with a history: whatever is read after it is right, told or missing, and comes back. */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Cause, Effect, Exit } from "effect"
import { StoreError } from "../../src/store/index.ts"
import { below, type Chance, harms } from "./Harm.ts"
import * as Subject from "./Subject.ts"

export interface Outcome {
  readonly harm: string
  /** `same`: as before. `told`: cells are told as missing. `refused`: a message says what to do. */
  readonly seen: "same" | "told" | "refused"
  /** Whether the next run brought the table back without a repair. */
  readonly healed: boolean
}

export class Wrong extends Error {}

/** Mulberry32: the same trials for the same seed. */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Ground {
  readonly good: string
  readonly before: string
  /** As `good`, but left by a crash before its log was written back. */
  readonly crashed: string
  readonly folder: string
}

/** Two runs of two generations of code: a table that shows the older one is wrong. The clock goes backwards. */
export const prepare = async (): Promise<Ground> => {
  const folder = mkdtempSync(join(tmpdir(), "ablate-damage-"))
  const [good, before, crashed] = [join(folder, "good"), join(folder, "before"), join(folder, "crashed")]
  await Effect.runPromise(Subject.run(good, "first", 1))
  cpSync(good, before, { recursive: true, preserveTimestamps: true })
  const copyWhileOpen = () => cpSync(good, crashed, { recursive: true })
  await Effect.runPromise(Subject.run(good, "second", 2, () => undefined, copyWhileOpen))
  return { good, before, crashed, folder }
}

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean => a.join("\n") === b.join("\n")

/** A refusal is a store's own error with its message; anything else is a crash. */
const judged = <A>(exit: Exit.Exit<A, unknown>, when: string): A | undefined => {
  if (Exit.isSuccess(exit)) return exit.value
  const cause = Cause.squash(exit.cause)
  if (cause instanceof StoreError) return undefined
  throw new Wrong(`${when}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
}

/** What was read may lack what is told as missing, and may be nothing but told. */
const isStatus = (line: string): boolean => ["interrupted", "running"].includes(line)

const look = async (dir: string, isOlder: boolean, when: string): Promise<Outcome["seen"]> => {
  const read = judged(await Effect.runPromiseExit(Subject.table(dir)), when)
  if (read === undefined || same(read, ["no run"])) return "refused"
  if (same(read, Subject.expected(2))) return "same"
  // The history itself is older then: as a whole, and right for what it is.
  if (isOlder && same(read, Subject.expected(1))) return "told"
  const rest = read.filter((line) => !line.endsWith(" missing") && !isStatus(line))
  const isTold = rest.length < read.length
  const isOf = (generation: number) => rest.every((line) => Subject.expected(generation).includes(line))
  if (isTold && (isOf(2) || (isOlder && isOf(1)))) return "told"
  const odd = rest.find((line) => !Subject.expected(2).includes(line))
  throw new Wrong(`${when}: wrong without a word: ${odd ?? `${read.length} lines`}`)
}

const runs = async (dir: string, name: string, when: string): Promise<boolean> =>
  judged(await Effect.runPromiseExit(Effect.as(Subject.run(dir, name, 2), true)), when) === true

/** Trial `number` of a seed. Throws {@link Wrong}; leaves the harmed store in the ground's folder then. */
export const trial = async (
  { before, crashed, folder, good }: Ground,
  seed: number,
  number: number,
  named?: string
): Promise<Outcome> => {
  const chance = chanceOf(seed * 1_000_003 + number)
  const dir = join(folder, `trial-${number}`)
  // Most harm is done to the database, as most of what can go wrong is in it.
  const any = harms[chance() < 0.5 ? below(chance, 3) : below(chance, harms.length)]
  const harm = named === undefined ? any : harms.find(({ name }) => name === named)
  if (harm === undefined) throw new Wrong("there are no harms")
  cpSync(harm.name.includes(" log ") ? crashed : good, dir, { recursive: true, preserveTimestamps: true })
  harm.harm(dir, chance, before)
  // Without its log, a database is what it was before: older, and whole.
  const isOlder =
    harm.name.includes(" log ") || harm.name.startsWith("an older") || harm.name.includes("middle of a copy")
  const told = (step: string) => `${harm.name}, seed ${seed}, trial ${number}, ${step} (${dir})`
  const seen = await look(dir, isOlder, told("table"))
  const healed =
    (await runs(dir, "third", told("run"))) && (await look(dir, isOlder, told("table after run"))) === "same"
  const repaired = await Effect.runPromiseExit(Subject.repair(dir))
  if (Exit.isFailure(repaired)) throw new Wrong(`${told("repair")}: ${Cause.pretty(repaired.cause)}`)
  // What was lost with the newest rows is told by doctor; the older history may be the latest then.
  await look(dir, true, told("table after repair"))
  if (!(await runs(dir, "fourth", told("run after repair")))) throw new Wrong(told("run after repair: refused"))
  if ((await look(dir, false, told("last table"))) !== "same") throw new Wrong(told("last table: not as before"))
  if (existsSync(dir)) rmSync(dir, { recursive: true })
  return { harm: harm.name, seen, healed }
}
