/** Other tools on this machine. They are never installed by a bench, only looked for. */
import { spawnSync } from "node:child_process"
import { say } from "./Bench.ts"

/** Not a package of Debian's: for a `python3` on the path that has it. */
const fromPyPI: ReadonlyArray<string> = ["redun"]

/** How to install what a bench compares with (Debian's packages). */
const packages: { readonly [tool: string]: string } = {
  doit: "python3-doit",
  snakemake: "snakemake",
  ninja: "ninja-build",
  make: "make",
  joblib: "python3-joblib",
  "dask.distributed": "python3-distributed",
  sklearn: "python3-sklearn",
  torch: "python3-torch",
  numpy: "python3-numpy",
  scipy: "python3-scipy"
}

const missing = (tool: string): undefined => {
  const install = fromPyPI.includes(tool) ? `pip install ${tool}` : `apt-get install ${packages[tool] ?? tool}`
  say(`  ${tool} is not installed, so its figures are null; install it with: ${install}`)
  return undefined
}

/** The command's path-free name if it can be run; otherwise says how to install it. */
export const command = (name: string): string | undefined =>
  spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0 ? name : missing(name)

const interpreters = ["python3", "/usr/bin/python3"]

/** A Python that has all of the modules; otherwise says how to install the first that is missing. */
export const python = (...modules: ReadonlyArray<string>): string | undefined => {
  const has = (file: string, wanted: ReadonlyArray<string>) =>
    spawnSync(file, ["-c", wanted.map((each) => `import ${each}`).join("\n")], { stdio: "ignore" }).status === 0
  return (
    interpreters.find((file) => has(file, modules)) ??
    missing(modules.find((each) => !interpreters.some((file) => has(file, [each]))) ?? modules.join(", "))
  )
}
