/** Nothing to do: how long a whole process takes to find that out, beside build tools on the same grid. */
import type { Bench, Figures } from "./rig/Bench.ts"
import { say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { ablate, gridProject } from "./rig/GridProject.ts"
import { type Contender, interleave, median } from "./rig/Interleave.ts"
import { peakOf } from "./rig/Memory.ts"
import * as Peer from "./rig/Peer.ts"
import { doitProject, dvcProject, makeProject, ninjaProject, snakemakeProject } from "./rig/PeerProjects.ts"

const turns = 9
const largeTurns = 5

interface Rival {
  readonly id: string
  readonly tool: string
  readonly project: (variants: number) => string
  /** Fills the cache. */
  readonly fill: ReadonlyArray<string>
  /** Its own cold run takes minutes: a shell makes the same files, and it adopts them when it fills its cache. */
  readonly adopts?: boolean
  /** The most variants that it can do in seconds. */
  readonly most?: number
  readonly noop: ReadonlyArray<string>
  /** What it does, beside its name. */
  readonly how?: string
  /** As in a contender. */
  readonly every?: number
}

const rivals: ReadonlyArray<Rival> = [
  { id: "", tool: "doit", project: doitProject, fill: [], noop: [] },
  {
    id: "_snakemake",
    tool: "snakemake",
    project: snakemakeProject,
    fill: ["-j1", "--touch", "--quiet"],
    adopts: true,
    noop: ["-n", "--quiet"],
    how: "dry run",
    every: 3
  },
  {
    id: "_dvc",
    tool: "dvc",
    project: dvcProject,
    fill: ["commit", "--force", "--quiet"],
    adopts: true,
    noop: ["repro", "--quiet"],
    most: 500,
    every: 3
  },
  { id: "_ninja", tool: "ninja", project: ninjaProject, fill: ["--quiet"], noop: ["--quiet"] },
  { id: "_make", tool: "make", project: makeProject, fill: ["-j2", "-s"], noop: ["-s"] }
]

const called = ({ how, tool }: Rival, peer: Peer.Peer | undefined): string =>
  [peer?.name ?? tool, ...(how === undefined ? [] : [how])].join(", ")

const expectNoop = (nodes: number) => (text: string) => {
  if (!text.includes(`${nodes} nodes, 0 executed, ${nodes} cached`)) throw new Error(`not a no-op run:\n${text}`)
}

const fill = (rival: Rival, peer: Peer.Peer, folder: string, variants: number): void => {
  if (rival.adopts === true)
    time({
      file: "sh",
      args: [
        "-c",
        `cp source.txt out/data; for s in feat train eval; do i=0; while [ $i -lt ${variants} ]; do echo "1 2 3 4" > out/$s$i; i=$((i+1)); done; done; echo done > out/report`
      ],
      cwd: folder
    })
  time(Peer.command(peer, rival.fill, { cwd: folder }))
}

const measure = (id: string, variants: number): Figures => {
  const nodes = 3 * variants + 2
  say(`${id}: a run with nothing to do, ${nodes} nodes; filling the caches first`)
  const ours = gridProject(variants)
  const noop = ablate(ours, "run", "grid", "--ui", "stream")
  time(noop)
  // The file stamps of a project younger than two seconds are checked by content: a few runs settle them.
  const check = expectNoop(nodes)
  const contenders: Array<Contender> = [
    { label: `ablate run (${nodes} nodes)`, command: noop, check: ({ stdout }) => check(stdout) }
  ]
  const able = rivals.filter(({ most = Number.POSITIVE_INFINITY }) => variants <= most)
  const present = able.flatMap((rival) => {
    const peer = Peer.tool(rival.tool)
    return peer === undefined ? [] : [{ rival, peer }]
  })
  for (const { peer, rival } of present) {
    const folder = rival.project(variants)
    fill(rival, peer, folder, variants)
    contenders.push({
      label: `${called(rival, peer)} (${nodes} nodes)`,
      command: Peer.command(peer, rival.noop, { cwd: folder }),
      every: rival.every ?? 1
    })
  }
  for (let settling = 0; settling < 2; settling++) time(noop)
  const [own, ...theirs] = interleave(contenders, turns)
  const oursMs = own?.wallMs ?? Number.NaN
  const figures: Record<string, Figures[string]> = {}
  for (const rival of able) {
    const at = present.findIndex((each) => each.rival === rival)
    figures[`${id}${rival.id}`] = {
      ours: oursMs,
      peer: at < 0 ? null : (theirs[at]?.wallMs ?? null),
      unit: "ms",
      peerName: called(rival, present[at]?.peer)
    }
  }
  figures[`${id}_cpu`] = {
    ours: own?.cpuMs ?? Number.NaN,
    peer: present[0]?.rival.tool === "doit" ? (theirs[0]?.cpuMs ?? null) : null,
    unit: "ms",
    peerName: present[0]?.peer.name ?? "doit",
    note: "user and system time"
  }
  return figures
}

/** Ten times as many nodes beside the tenth of them: what a node more costs, in time and memory. No tool is the peer. */
const large = async (): Promise<Figures> => {
  const [variants, tenth] = [33_333, 3333]
  const nodes = 3 * variants + 2
  say(`n100000: a run with nothing to do, ${nodes} nodes; filling the caches first`)
  const [contender, smaller] = [variants, tenth].map((each): Contender => {
    const count = 3 * each + 2
    const command = ablate(gridProject(each), "run", "grid", "--ui", "stream")
    for (let settling = 0; settling < 3; settling++) time(command)
    return {
      label: `ablate run (${count} nodes)`,
      command,
      check: ({ stdout }) => expectNoop(count)(stdout)
    }
  })
  if (contender === undefined || smaller === undefined) throw new Error("there are two grids")
  const [many, few] = interleave([contender, smaller], largeTurns)
  const peer = few?.wallMs ?? Number.NaN
  const figures: Figures = {
    n100000: { ours: many?.wallMs ?? Number.NaN, peer, unit: "ms", peerName: "ablate, 10,001 nodes" }
  }
  if (process.platform !== "linux") return figures
  const peaks: Array<number> = []
  for (let turn = 0; turn < 3; turn++) peaks.push((await peakOf(contender.command)).processMB)
  return {
    ...figures,
    n100000_memory: { ours: median(peaks), peer: null, unit: "MB", note: "the largest resident memory of the process" }
  }
}

const help = (): Figures => {
  say("help: the whole process of --help")
  const folder = gridProject(1)
  const peers = ["snakemake", "doit"].flatMap((name) => {
    const peer = Peer.tool(name)
    return peer === undefined ? [] : [{ peer, args: [name === "doit" ? "help" : "--help"] }]
  })
  const [own, ...theirs] = interleave(
    [
      { label: "ablate --help", command: ablate(folder, "--help") },
      ...peers.map(({ args, peer }) => ({
        label: `${peer.name}, help`,
        command: Peer.command(peer, args, { cwd: folder })
      })),
      { label: "node -e 0", command: { file: process.execPath, args: ["-e", "0"] } }
    ],
    turns
  )
  return {
    help: {
      ours: own?.wallMs ?? Number.NaN,
      peer: peers.length === 0 ? null : (theirs[0]?.wallMs ?? null),
      unit: "ms",
      peerName: `${peers[0]?.peer.name ?? "snakemake"}, help`
    }
  }
}

const bench: Bench = {
  name: "noop",
  summary:
    "a cached run with nothing to do, 1,001, 10,001 and 100,001 nodes, and --help; beside doit, snakemake, dvc, ninja, make",
  run: async () => ({ ...help(), ...measure("n1000", 333), ...measure("n10000", 3333), ...(await large()) })
}
export default bench
