/** `npm run -s fuzz` lists the fuzzers, `npm run -s fuzz -- <name> [--option value]…` runs one; each is a file beside this one. */
import { parseArgs } from "node:util"
import { toolsIn } from "../scripts/Tools.ts"
import { isFuzz, type Options, say } from "./rig/Fuzz.ts"

const { load, names } = toolsIn(import.meta.dirname, isFuzz)

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
