/** `npm run -s fuzz` lists the fuzzers, `npm run -s fuzz -- <name> [--option value]…` runs one; each is a file beside this one. */
import { readdirSync } from "node:fs"
import { parseArgs } from "node:util"
import { isFuzz, type Options, say } from "./rig/Fuzz.ts"

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -3))
  .sort()

const load = async (name: string) => {
  const module: unknown = await import(`./${name}.ts`)
  const fuzz = typeof module === "object" && module !== null && "default" in module ? module.default : undefined
  if (!isFuzz(fuzz)) throw new Error(`fuzz/${name}.ts has no default export { name, summary, run }`)
  return fuzz
}

/** Every option takes a value. */
const optionsOf = (args: ReadonlyArray<string>): Options => {
  const { tokens } = parseArgs({ args: [...args], strict: false, allowPositionals: true, tokens: true })
  const options: Record<string, string> = {}
  let name: string | undefined
  for (const token of tokens) {
    if (token.kind === "option") {
      name = token.name
      options[name] = token.value ?? ""
    } else if (token.kind === "positional" && name !== undefined) options[name] = token.value
  }
  return options
}

const [wanted, ...args] = process.argv.slice(2)
if (wanted === undefined) {
  say("Fuzzers, each from a seed: npm run -s fuzz -- <name> [--seed N]")
  const width = Math.max(...names.map((name) => name.length))
  for (const name of names) process.stdout.write(`${name.padEnd(width)}  ${(await load(name)).summary}\n`)
} else if (!names.includes(wanted)) {
  say(`there is no fuzzer "${wanted}"; there are ${names.join(", ")}`)
  process.exitCode = 2
} else process.exitCode = await (await load(wanted)).run(optionsOf(args))
