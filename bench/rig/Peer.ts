/** Other tools on this machine, with their versions. They are never installed by a bench, only looked for. */
import { spawnSync } from "node:child_process"
import { say } from "./Bench.ts"
import type { Command } from "./Command.ts"

/** What runs a peer, before its own arguments. */
export interface Peer {
  readonly file: string
  readonly args: ReadonlyArray<string>
  /** Its name and version, as in "PyTorch 2.15.0"; of several, all of them. */
  readonly name: string
}

/** The Python that has the peers, for every bench. */
const interpreter = process.env.ABLATE_BENCH_PYTHON ?? "python3"

/** Modules that are known by another name, and their packages where those have another one. */
const modulesOf: { readonly [module: string]: { readonly name: string; readonly distribution?: string } } = {
  "dask.distributed": { name: "dask.distributed", distribution: "distributed" },
  // Versioned as Python is.
  json: { name: "Python's json", distribution: "" },
  numpy: { name: "NumPy" },
  PIL: { name: "Pillow", distribution: "pillow" },
  scipy: { name: "SciPy" },
  sklearn: { name: "scikit-learn", distribution: "scikit-learn" },
  torch: { name: "PyTorch" }
}

/** What is no module, and Debian's packages for it. */
const systemTools: { readonly [tool: string]: string } = { ninja: "ninja-build", make: "make" }

const missing = (tool: string, install: string): undefined => {
  say(`  ${tool} is not installed, so its figures are null; install it with: ${install}`)
  return undefined
}

const nameOf = (module: string): string => modulesOf[module]?.name ?? module

/** Prints the version of every module that can be imported. */
const versions = `import importlib, importlib.metadata as metadata, platform, sys
for module, distribution in zip(sys.argv[1::2], sys.argv[2::2]):
    try:
        importlib.import_module(module)
        print(module, metadata.version(distribution) if distribution else platform.python_version())
    except ImportError:
        pass
`

const versionsOf = (modules: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const asked = modules.flatMap((module) => [module, modulesOf[module]?.distribution ?? module])
  const { stdout } = spawnSync(interpreter, ["-c", versions, ...asked], { encoding: "utf8" })
  return new Map((stdout ?? "").split("\n").map((line) => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]))
}

/** The Python with all of the modules; otherwise says how to install the first that is missing. */
export const python = (...modules: ReadonlyArray<string>): Peer | undefined => {
  const found = versionsOf(modules)
  const absent = modules.find((module) => !found.has(module))
  if (absent !== undefined)
    return missing(
      `${nameOf(absent)} (for ${interpreter})`,
      "pip install -r bench/requirements.txt; ABLATE_BENCH_PYTHON names another Python"
    )
  const name = modules.map((module) => `${nameOf(module)} ${found.get(module)}`).join(", ")
  return { file: interpreter, args: [], name }
}

/** A tool of the command line: one of Python's as a module, another from the path; otherwise says how to install it. */
export const tool = (name: string): Peer | undefined => {
  const debian = systemTools[name]
  if (debian === undefined) {
    const found = python(name)
    return found === undefined ? undefined : { ...found, args: ["-m", name] }
  }
  const { status, stdout } = spawnSync(name, ["--version"], { encoding: "utf8" })
  if (status !== 0) return missing(name, `apt-get install ${debian}`)
  return { file: name, args: [], name: `${name} ${/\d+(\.\d+)+/.exec(stdout)?.[0] ?? ""}`.trim() }
}

/** The command that runs a peer with arguments of one's own. */
export const command = (
  { args, file }: Peer,
  own: ReadonlyArray<string>,
  rest: Omit<Command, "file" | "args"> = {}
): Command => ({ file, args: [...args, ...own], ...rest })
