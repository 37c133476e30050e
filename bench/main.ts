/** `npm run -s bench` lists the benches, `npm run -s bench -- <name>` runs one; each is a file beside this one. */
import { toolsIn } from "../scripts/Tools.ts"
import { isBench, report, say } from "./rig/Bench.ts"

const { load, names } = toolsIn(import.meta.dirname, isBench)

const list = async () => {
  say("Benches, each beside its peer in one run: npm run -s bench -- <name>")
  say("Peers in Python are looked for in ABLATE_BENCH_PYTHON (default: python3); bench/requirements.txt lists them.")
  const width = Math.max(...names.map((name) => name.length))
  for (const name of names) {
    const summary = await load(name).then(
      (bench) => bench.summary ?? "",
      (error) => `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`
    )
    process.stdout.write(`${`${name.padEnd(width)}  ${summary}`.trimEnd()}\n`)
  }
}

const [wanted] = process.argv.slice(2)
if (wanted === undefined) await list()
else if (!names.includes(wanted)) {
  say(`there is no bench "${wanted}"; there are ${names.join(", ")}`)
  process.exitCode = 2
} else {
  const bench = await load(wanted)
  process.stdout.write(`${report(bench.name, await bench.run())}\n`)
}
