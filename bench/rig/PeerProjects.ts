/**
 * The grid of `GridProject` for other tools: data → V × (feat → train → eval) → report. The root drops comments from
 * its source, every other node copies a line.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { temporary, write } from "./Folder.ts"

/** The three stages of a variant, and what each is made from. */
const chain = [
  ["feat", () => "data"],
  ["train", (variant: number) => `feat${variant}`],
  ["eval", (variant: number) => `train${variant}`]
] as const

const upTo = (variants: number) => Array.from({ length: variants }, (_, variant) => variant)

/** What the root reads. */
export const source = "# numbers\n1 2 3 4\n"

const project = (tool: string, variants: number, file: string, text: string): string => {
  const folder = write(temporary(`${tool}-${variants}`), { [file]: text, "source.txt": source })
  mkdirSync(join(folder, "out"))
  return folder
}

const rules = (variants: number, rule: (target: string, from: string) => string): ReadonlyArray<string> => [
  rule("data", "source.txt"),
  ...upTo(variants).flatMap((variant) =>
    chain.map(([stage, from]) => rule(`${stage}${variant}`, `out/${from(variant)}`))
  )
]

const evals = (variants: number) =>
  upTo(variants)
    .map((variant) => `out/eval${variant}`)
    .join(" ")

/** doit: Python functions in one process; files are compared by MD5. */
export const doitProject = (variants: number): string => {
  const folder = project(
    "doit",
    variants,
    "dodo.py",
    `import shutil
from helper import passed

DOIT_CONFIG = {"default_tasks": ["report"], "verbosity": 0}

def copy(source, target):
    shutil.copyfile(source, target)

def strip(source, target):
    with open(source) as lines, open(target, "w") as out:
        out.write("".join(line for line in lines if not line.startswith("#")))

def train(source, target):
    with open(source) as text, open(target, "w") as out:
        out.write(passed(text.read()))

def node(name, source, action=copy):
    return {"basename": name, "actions": [(action, [source, "out/" + name])], "file_dep": [source], "targets": ["out/" + name]}

def task_grid():
    yield node("data", "source.txt", strip)
    for v in range(${variants}):
        yield node(f"feat{v}", "out/data")
        yield node(f"train{v}", f"out/feat{v}", train)
        yield node(f"eval{v}", f"out/train{v}")

def finish(target):
    with open(target, "w") as out:
        out.write("done")

def task_report():
    deps = [f"out/eval{v}" for v in range(${variants})]
    return {"actions": [(finish, ["out/report"])], "file_dep": deps, "targets": ["out/report"]}
`
  )
  return write(folder, { "helper.py": "def passed(text):\n    return text\n" })
}

/** DVC: a shell for each node; files are compared by MD5 and kept in its cache. */
export const dvcProject = (variants: number): string => {
  const stage = (name: string, from: ReadonlyArray<string>, command: string) =>
    `  ${name}:\n    cmd: ${command} > out/${name}\n    deps: [${from.join(", ")}]\n    outs: [out/${name}]\n`
  const nodes = rules(variants, (name, from) => stage(name, [from], `cat ${from}`))
  const report = stage("report", evals(variants).split(" "), "echo done")
  const folder = project("dvc", variants, "dvc.yaml", ["stages:\n", ...nodes, report].join(""))
  return write(folder, { ".dvc/config": "[core]\n    no_scm = True\n    analytics = false\n" })
}

/** Snakemake: a shell for each node. */
export const snakemakeProject = (variants: number): string => {
  const rule = (name: string, from: string, to: string, command = "cat") =>
    `rule ${name}:\n    input: "${from}"\n    output: "${to}"\n    shell: "${command} {input} > {output}"\n`
  return project(
    "snakemake",
    variants,
    "Snakefile",
    [
      'rule all:\n    input: "out/report"\n',
      rule("data", "source.txt", "out/data", "grep -v ^#"),
      rule("feat", "out/data", "out/feat{v}"),
      rule("train", "out/feat{v}", "out/train{v}"),
      rule("evaluate", "out/train{v}", "out/eval{v}"),
      `rule report:\n    input: expand("out/eval{v}", v=range(${variants}))\n    output: "out/report"\n    shell: "echo done > {output}"\n`
    ].join("\n")
  )
}

/** Ninja: file times, and `restat`, its early cutoff. */
export const ninjaProject = (variants: number): string =>
  project(
    "ninja",
    variants,
    "build.ninja",
    [
      "rule copy\n  command = cmp -s $in $out || cp $in $out\n  restat = 1",
      "rule strip\n  command = grep -v ^# $in > $out.new; cmp -s $out.new $out || cp $out.new $out\n  restat = 1",
      "rule finish\n  command = echo done > $out",
      ...rules(variants, (target, from) => `build out/${target}: ${target === "data" ? "strip" : "copy"} ${from}`),
      `build out/report: finish ${evals(variants)}`,
      ""
    ].join("\n")
  )

/** Make: file times. */
export const makeProject = (variants: number): string =>
  project(
    "make",
    variants,
    "Makefile",
    [
      "all: out/report",
      ...rules(
        variants,
        (target, from) =>
          `out/${target}: ${from}\n\t${target === "data" ? "grep -v '^\\#'" : "cat"} ${from} > out/${target}`
      ),
      `out/report: ${evals(variants)}\n\techo done > out/report`,
      ""
    ].join("\n")
  )

/** joblib.Memory: memoised calls in one process, no DAG. Gives a script that prints the seconds of its calls. */
export const joblibProject = (variants: number): string =>
  project(
    "joblib",
    variants,
    "run.py",
    `import time
from joblib import Memory

memory = Memory("cache", verbose=0)

@memory.cache
def data():
    return [1.0, 2.0, 3.0, 4.0]

@memory.cache
def feat(data, v):
    return [x + v for x in data]

@memory.cache
def train(feat, v):
    return [x * 2 + 1 for x in feat]

@memory.cache
def evaluate(train, v):
    return sum(train)

started = time.perf_counter()
root = data()
total = [evaluate(train(feat(root, v), v), v) for v in range(${variants})]
print(time.perf_counter() - started)
`
  )
