/** `npm run fuzz -- damage`: harms stores at random. Nothing may be wrong without a word, hang or crash. */
import { fork } from "node:child_process"
import { rmSync } from "node:fs"
import { type Outcome, prepare, trial } from "./damage/Trial.ts"
import { type Fuzz, numberOf, type Options } from "./rig/Fuzz.ts"

/** A trial takes tens of milliseconds; one that takes so long hangs. */
const patienceMs = 60_000

interface Told {
  readonly number: number
  readonly outcome?: Outcome
  readonly wrong?: string
}

const isTold = (value: unknown): value is Told => typeof value === "object" && value !== null && "number" in value

/** The trials from `first` on, in a process of their own: one that hangs or aborts is told by the other. */
const serve = async (seed: number, first: number, count: number): Promise<void> => {
  const ground = await prepare()
  let wrong = 0
  for (let number = first; number < count; number++) {
    process.send?.({ number } satisfies Told)
    const told: Told = await trial(ground, seed, number).then(
      (outcome) => ({ number, outcome }),
      (error: unknown) => ({ number, wrong: error instanceof Error ? error.message : String(error) })
    )
    if (told.wrong !== undefined) wrong++
    process.send?.(told)
  }
  if (wrong === 0) rmSync(ground.folder, { recursive: true, force: true })
  process.disconnect?.()
}

const run = async (options: Options): Promise<number> => {
  const [count, seed] = [numberOf(options, "flips", 500), numberOf(options, "seed", 1)]
  const counts: Record<string, number> = { same: 0, told: 0, refused: 0, healed: 0, wrong: 0, hung: 0, crashed: 0 }
  const add = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  let next = 0
  while (next < count) {
    const child = fork(import.meta.filename, [String(seed), String(next), String(count)])
    const ended = await new Promise<string>((resolve) => {
      const hung = () => {
        child.kill("SIGKILL")
        resolve("hung")
      }
      let timer = setTimeout(hung, patienceMs)
      child.on("message", (message) => {
        clearTimeout(timer)
        timer = setTimeout(hung, patienceMs)
        if (!isTold(message)) return
        next = message.number + 1
        if (message.wrong !== undefined) {
          add("wrong")
          process.stdout.write(`${message.wrong}\n`)
        }
        if (message.outcome === undefined) return
        add(message.outcome.seen)
        if (message.outcome.healed) add("healed")
      })
      child.on("exit", (code, signal) => {
        clearTimeout(timer)
        resolve(code === 0 ? "done" : `crashed: ${code ?? signal}`)
      })
    })
    if (ended === "done") break
    add(ended === "hung" ? "hung" : "crashed")
    process.stdout.write(`seed ${seed}, trial ${next - 1}: ${ended}\n`)
  }
  process.stdout.write(`${JSON.stringify({ fuzz: "damage", seed, trials: count, ...counts })}\n`)
  return (counts.wrong ?? 0) + (counts.hung ?? 0) + (counts.crashed ?? 0) === 0 ? 0 : 1
}

if (process.argv[1] === import.meta.filename) {
  const [seed = 1, first = 0, count = 0] = process.argv.slice(2).map(Number)
  await serve(seed, first, count)
}

const fuzz: Fuzz = {
  name: "damage",
  summary: "flipped bits, lost pages, mixed-up files in a store (--flips N, --seed N)",
  run
}
export default fuzz
