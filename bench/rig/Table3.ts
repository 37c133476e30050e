/** The Table-3 run of this project, and the same trainings as a plain Python script. */
import { join } from "node:path"
import { say } from "./Bench.ts"
import { type Command, time } from "./Command.ts"
import { temporary, write } from "./Folder.ts"
import { ablate, root } from "./GridProject.ts"
import * as Peer from "./Peer.ts"

/** Two workers, as the peer has two processes. */
export const jobs = 2

/** `ablate run table3` in a store of its own. */
export const table3 = (store: string, ...options: ReadonlyArray<string>): Command =>
  ablate(root, "run", "table3", "--store", store, "--ui", "json", ...options)

interface NodeInfo {
  readonly id: string
  readonly stage: string
  readonly cells: ReadonlyArray<number>
}

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)
const isNode = (value: unknown): value is NodeInfo =>
  typeof value === "object" && value !== null && "id" in value && "stage" in value && "cells" in value

/** One training: the files that its inputs were saved to. */
interface Job {
  readonly kind: "logistic" | "dense"
  readonly features: string
  readonly split: string
}

const events = (stdout: string): ReadonlyArray<object> =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line))
    .filter((event) => typeof event === "object" && event !== null)

/** The trainings of a run, by its events, with their inputs saved from the store as safetensors. */
const jobsOf = (stdout: string, store: string, folder: string): ReadonlyArray<Job> => {
  const all = events(stdout)
  const started = all.find((event) => Reflect.get(event, "_tag") === "RunStarted")
  const listed: unknown = started === undefined ? [] : Reflect.get(started, "nodes")
  const nodes = isList(listed) ? listed.filter(isNode) : []
  const artifactOf = new Map<unknown, unknown>(
    all.flatMap((event) => ("artifact" in event ? [[Reflect.get(event, "node"), event.artifact] as const] : []))
  )
  const saved = new Map<string, string>()
  const inputOf = (stage: string, cell: number): string => {
    const node = nodes.find((each) => each.stage === stage && each.cells.includes(cell))
    const hash = String(artifactOf.get(node?.id))
    const known = saved.get(hash)
    if (known !== undefined) return known
    const file = join(folder, `${saved.size}.safetensors`)
    time(ablate(root, "show", hash, "-o", file, "--store", store))
    saved.set(hash, file)
    return file
  }
  return nodes
    .filter(({ stage }) => stage === "train/emotion" || stage === "train/logistic")
    .map(({ cells, stage }) => ({
      kind: stage === "train/logistic" ? "logistic" : "dense",
      features: inputOf("eec/features", cells[0] ?? 0),
      split: inputOf("eec/split", cells[0] ?? 0)
    }))
}

/** The network of the default preset, 30 epochs of batches of 64; the bias heads are left out, to its advantage. */
const script = `import json, struct, sys
import numpy as np, torch
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

def load(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        body = file.read()
    kinds = {"F32": np.float32, "I32": np.int32}
    return {
        name: np.frombuffer(body[info["data_offsets"][0]:info["data_offsets"][1]], kinds[info["dtype"]]).reshape(info["shape"])
        for name, info in header.items() if name != "__metadata__"
    }

def dense(x, y, test):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, target = torch.tensor(x), torch.nn.functional.one_hot(torch.tensor(y, dtype=torch.int64), 5).float()
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 50), torch.nn.ReLU(), torch.nn.Linear(50, 5))
    adam, loss = torch.optim.Adam(net.parameters(), lr=0.001), torch.nn.BCEWithLogitsLoss()
    for epoch in range(30):
        order = torch.randperm(len(x))
        for at in range(0, len(x), 64):
            rows = order[at:at + 64]
            adam.zero_grad()
            loss(net(x[rows]), target[rows]).backward()
            adam.step()
    with torch.no_grad():
        return net(torch.tensor(test)).argmax(1).numpy()

def logistic(x, y, test):
    return LogisticRegression(C=1, tol=0.0001, max_iter=1000).fit(x, y).predict(test)

def run(job):
    features, split = load(job["features"]), load(job["split"])
    x, y, train, test = features["x"], features["y"], split["train"], split["test"]
    fit = dense if job["kind"] == "dense" else logistic
    return float((fit(x[train], y[train], x[test]) == y[test]).mean())

jobs = json.load(open("jobs.json"))
kind = sys.argv[2] if len(sys.argv) > 2 else None
print(Parallel(n_jobs=int(sys.argv[1]))(delayed(run)(job) for job in jobs if kind in (None, job["kind"])))
`

/** The trainings of a run in Python. */
interface PythonGrid {
  /** What trains there, with versions. */
  readonly name: string
  readonly command: (processes: number, kind?: Job["kind"]) => Command
}

/** The trainings of a finished run as a Python project; undefined where Python lacks what they need. */
export const pythonGrid = (stdout: string, store: string): PythonGrid | undefined => {
  const python = Peer.python("torch", "sklearn", "joblib", "numpy")
  if (python === undefined) return undefined
  const folder = temporary("python-table3")
  const grid = jobsOf(stdout, store, folder)
  if (grid.length === 0) throw new Error("the run trained nothing")
  say(`  the peer: ${grid.length} trainings in Python, on the same features and splits`)
  write(folder, { "grid.py": script, "jobs.json": JSON.stringify(grid) })
  return {
    name: python.name,
    command: (processes, kind) =>
      Peer.command(python, ["grid.py", String(processes), ...(kind === undefined ? [] : [kind])], {
        cwd: folder,
        env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" }
      })
  }
}
