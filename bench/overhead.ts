/** What a node costs that does next to nothing: a cold run of 1,001 inline nodes whose results are durable. */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type Bench, type Figure, say } from "./rig/Bench.ts"
import type { Command } from "./rig/Command.ts"
import { ablate, counts, gridProject } from "./rig/GridProject.ts"
import { type Contender, interleave } from "./rig/Interleave.ts"
import * as Peer from "./rig/Peer.ts"
import { doitProject, joblibProject } from "./rig/PeerProjects.ts"

const variants = 333
const nodes = 3 * variants + 2
/** The same with one variant: what is left is the process, the loading and the compiling. */
const fewNodes = 5
const turns = 7

interface Tool {
  readonly id: string
  /** With its version, where it has one. */
  readonly name: string
  readonly project: (variants: number) => string
  readonly command: (folder: string) => Command
  /** Names in the project's folder that begin like these are its cache. */
  readonly cache: ReadonlyArray<string>
  readonly check?: (stdout: string, nodes: number) => void
}

const own: Tool = {
  id: "ablate",
  name: "ablate",
  project: gridProject,
  command: (folder) => ablate(folder, "run", "grid", "--ui", "json"),
  cache: [".ablate"],
  check: (stdout, expected) => {
    const { executed } = counts(stdout)
    if (executed !== expected) throw new Error(`executed ${executed} nodes instead of ${expected}`)
  }
}

const clear = (folder: string, cache: ReadonlyArray<string>): void => {
  for (const name of readdirSync(folder))
    if (cache.some((each) => name.startsWith(each))) rmSync(join(folder, name), { recursive: true })
}

/** The tool cold on the whole grid, and on next to none of it. */
const contenders = (tool: Tool): ReadonlyArray<Contender> =>
  [variants, 1].map((each) => {
    const folder = tool.project(each)
    const count = 3 * each + 2
    return {
      label: `${tool.name}, cold (${count} nodes)`,
      command: tool.command(folder),
      before: () => clear(folder, tool.cache),
      check: ({ stdout }) => tool.check?.(stdout, count)
    }
  })

const bench: Bench = {
  name: "overhead",
  summary: "a cold run of 1,001 trivial inline nodes with durable results, by node; beside doit and joblib",
  run: async () => {
    const peers = [
      { id: "doit", peer: Peer.tool("doit"), args: [], project: doitProject, cache: [".doit.db"] },
      { id: "joblib", peer: Peer.python("joblib"), args: ["run.py"], project: joblibProject, cache: ["cache"] }
    ]
    const tools: ReadonlyArray<Tool> = [
      own,
      ...peers.flatMap(({ args, cache, id, peer, project }) =>
        peer === undefined
          ? []
          : [{ id, name: peer.name, project, command: (cwd: string) => Peer.command(peer, args, { cwd }), cache }]
      )
    ]
    say(`overhead: ${nodes} trivial nodes, cold`)
    const measured = interleave(tools.flatMap(contenders), turns)
    const perNode = (id: string) => {
      const at = 2 * tools.findIndex((each) => each.id === id)
      const many = measured[at]
      const few = measured[at + 1]
      if (many === undefined || few === undefined) return null
      return { process: many.wallMs / nodes, marginal: (many.wallMs - few.wallMs) / (nodes - fewNodes) }
    }
    const ours = perNode("ablate")
    const figure = (peer: string, which: "process" | "marginal", note: string): Figure => ({
      ours: ours?.[which] ?? Number.NaN,
      peer: perNode(peer)?.[which] ?? null,
      unit: "ms",
      peerName: tools.find(({ id }) => id === peer)?.name ?? peer,
      note
    })
    const process = "wall time of the whole cold process, its start and the compiling of the experiment too, by node"
    const marginal = "less the same with 5 nodes"
    return {
      perNode: figure("doit", "process", process),
      perNode_joblib: figure("joblib", "process", process),
      perNodeMarginal: figure("doit", "marginal", marginal),
      perNodeMarginal_joblib: figure("joblib", "marginal", marginal)
    }
  }
}
export default bench
