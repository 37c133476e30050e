/**
 * `npm run fuzz -- kill`: SIGKILL at random moments while a store is filled. What is found after it is right and whole:
 * the cells that the run had told as durable are there, and the next run gives the table of an undisturbed one.
 */
import { fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import * as Subject from "./damage/Subject.ts"
import { chanceOf } from "./damage/Trial.ts"
import { type Fuzz, numberOf, type Options } from "./rig/Fuzz.ts"

/** Runs in a process of its own until it is killed or done; gives the number of cells told as durable. */
const killed = (dir: string, name: string, generation: number, afterMs: number): Promise<number> =>
  new Promise((resolve) => {
    const child = fork(import.meta.filename, [dir, name, String(generation)])
    let told = 0
    child.on("message", () => {
      // Counted from the first cell on: starting takes longer than the whole run.
      if (told++ === 0) setTimeout(() => child.kill("SIGKILL"), afterMs)
    })
    child.on("exit", () => resolve(told))
  })

const wrongAfter = async (dir: string, generation: number, told: number): Promise<string | undefined> => {
  const read = await Effect.runPromise(Subject.table(dir))
  const right = Subject.expected(generation)
  const odd = read.find((line) => line !== "interrupted" && !right.includes(line))
  if (odd !== undefined) return `wrong after a kill: ${odd}`
  const cells = new Set(read.filter((line) => line !== "interrupted").map((line) => line.split(" ")[0]))
  return cells.size >= told ? undefined : `${cells.size} of ${told} cells that were told are there`
}

const run = async (options: Options): Promise<number> => {
  const [kills, seed] = [numberOf(options, "kills", 300), numberOf(options, "seed", 1)]
  const chance = chanceOf(seed)
  const dir = mkdtempSync(join(tmpdir(), "ablate-kill-"))
  let wrong = 0
  for (let number = 0; number < kills; number++) {
    const generation = 1 + Math.floor(number / 8)
    const told = await killed(dir, `killed ${number}`, generation, chance() * 60)
    const what = await wrongAfter(dir, generation, told)
    if (number % 8 === 7) await Effect.runPromise(Subject.run(dir, `whole ${number}`, generation))
    const whole =
      number % 8 !== 7 || (await Effect.runPromise(Subject.table(dir))).join() === Subject.expected(generation).join()
    if (what === undefined && whole) continue
    wrong++
    process.stdout.write(
      `seed ${seed}, kill ${number}: ${what ?? "the whole table is not that of an undisturbed run"}\n`
    )
  }
  const faults = await Effect.runPromise(Subject.faults(dir))
  process.stdout.write(`${JSON.stringify({ fuzz: "kill", seed, kills, wrong, faults })}\n`)
  if (wrong === 0) rmSync(dir, { recursive: true, force: true })
  return wrong === 0 && faults === 0 ? 0 : 1
}

if (process.argv[1] === import.meta.filename) {
  const [dir = "", name = "", generation = "0"] = process.argv.slice(2)
  const told = (cell: string) => process.send?.(cell)
  await Effect.runPromise(Subject.run(dir, name, Number(generation), told))
  process.disconnect?.()
}

const fuzz: Fuzz = { name: "kill", summary: "SIGKILL at random moments of a run (--kills N, --seed N)", run }
export default fuzz
