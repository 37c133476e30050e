/** `npm run fuzz` lists the fuzzers, `npm run fuzz -- <name> …` runs one; each is a file beside this one. */
import { readdirSync } from "node:fs"

interface Fuzzer {
  readonly name: string
  readonly summary: string
  /** Gives the exit code: 1 where something is wrong. */
  readonly run: (args: ReadonlyArray<string>) => Promise<number>
}

const isFuzzer = (value: unknown): value is Fuzzer =>
  typeof value === "object" && value !== null && "name" in value && "summary" in value && "run" in value

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -3))
  .sort()

const load = async (name: string): Promise<Fuzzer> => {
  const module: unknown = await import(`./${name}.ts`)
  const fuzzer = typeof module === "object" && module !== null && "default" in module ? module.default : undefined
  if (!isFuzzer(fuzzer)) throw new Error(`fuzz/${name}.ts has no default export { name, summary, run }`)
  return fuzzer
}

const [wanted, ...args] = process.argv.slice(2)
if (wanted === undefined) {
  for (const name of names) process.stdout.write(`${name.padEnd(12)}${(await load(name)).summary}\n`)
} else if (!names.includes(wanted)) {
  process.stderr.write(`there is no fuzzer "${wanted}"; there are ${names.join(", ")}\n`)
  process.exitCode = 2
} else process.exitCode = await (await load(wanted)).run(args)
