/** How many nodes an edit reruns, of 61: what Ablate spares, and what others do not see. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Bench, type Figures, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { ablate, counts, gridProject } from "./rig/GridProject.ts"
import * as Peer from "./rig/Peer.ts"
import { doitProject, makeProject, ninjaProject, snakemakeProject } from "./rig/PeerProjects.ts"

const variants = 20
const nodes = 3 * variants + 1

/** An exchange of text in a file of the project. */
type Edit = readonly [file: string, from: string, to: string]

/** Throws where there is nothing to edit. */
const apply = (folder: string, [file, from, to]: Edit): void => {
  const path = join(folder, file)
  const before = readFileSync(path, "utf8")
  if (!before.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`)
  writeFileSync(path, before.replace(from, to))
}

const edits: { readonly [id: string]: { readonly what: string; readonly edit: Edit } } = {
  sameOutputEdit: {
    what: "the root is computed in another way and comes out the same",
    edit: ["stages/grid.ts", "[1, 2, 3, 4]", "[4, 3, 2, 1].toReversed()"]
  },
  commentEdit: {
    what: "a comment in the middle of a stage",
    edit: ["stages/grid.ts", "run: ({ feat }) =>", "// by the helper, element by element\n  run: ({ feat }) =>"]
  },
  formatEdit: {
    what: "a stage in another layout",
    edit: [
      "stages/grid.ts",
      "run: ({ feat }) => Effect.succeed(feat.map(step))",
      "run: ({ feat }) => {\n    return (\n      Effect.succeed(\n        feat.map( step ),\n      )\n    );\n  }"
    ]
  },
  typeEdit: {
    what: "other types in a helper",
    edit: ["lib/scale.ts", "(x: number): number", "<Real extends number>(x: Real): number"]
  },
  stageEdit: {
    what: "another stage of the same file (20 nodes)",
    edit: ["stages/grid.ts", "train.reduce((a, b) => a + b, 0)", "train.reduceRight((a, b) => a + b, 0)"]
  },
  helperEdit: {
    what: "a helper three modules away, with the same results: only the 20 nodes of the stage that reaches it",
    edit: ["lib/factor.ts", "factor = 2", 'factor = Number.parseInt("2", 10)']
  },
  helperOutputEdit: {
    what: "the same helper, with other results: the stage that reaches it and the next (20 + 20 nodes)",
    edit: ["lib/factor.ts", "factor = 2", "factor = 3"]
  }
}

const oursAfter = (id: string, edit: Edit): number => {
  // A store of its own for each: what one edit has computed, another would find.
  const folder = gridProject(variants, false)
  const command = ablate(folder, "run", "grid", "--ui", "json")
  const cold = counts(time(command).stdout)
  if (cold.executed !== nodes)
    throw new Error(`${id}: the cold run executed ${cold.executed} nodes instead of ${nodes}`)
  apply(folder, edit)
  return counts(time(command).stdout).executed
}

interface Rival {
  readonly tool: string
  readonly project: (variants: number) => string
  readonly args: ReadonlyArray<string>
  /** One match a node in what the tool writes; its report does not count. */
  readonly ran: RegExp
}

/** A rival that is installed. */
interface Present {
  readonly rival: Rival
  readonly peer: Peer.Peer
}

const rivals: ReadonlyArray<Rival> = [
  {
    tool: "snakemake",
    project: snakemakeProject,
    args: ["-j2"],
    ran: /^(?:local)?rule (data|feat|train|evaluate):$/gm
  },
  { tool: "doit", project: doitProject, args: [], ran: /^\. +(data|feat|train|eval)\d*$/gm },
  { tool: "ninja", project: ninjaProject, args: ["-v"], ran: /^\[\d+\/\d+\] (grep|cmp) /gm },
  { tool: "make", project: makeProject, args: [], ran: /^(cat|grep) /gm }
]

const rerun = ({ peer, rival }: Present, folder: string): number => {
  const { stderr, stdout } = time(Peer.command(peer, rival.args, { cwd: folder }))
  return [...`${stdout}\n${stderr}`.matchAll(rival.ran)].length
}

const theirsAfter = (present: Present, edit: Edit): number => {
  const { peer, rival } = present
  const folder = rival.project(variants)
  const cold = rerun(present, folder)
  if (cold !== nodes) throw new Error(`${peer.name}: the cold run executed ${cold} nodes instead of ${nodes}`)
  const settled = rerun(present, folder)
  if (settled > 0) throw new Error(`${peer.name} reran ${settled} nodes with nothing to do`)
  apply(folder, edit)
  return rerun(present, folder)
}

const bench: Bench = {
  name: "cutoff",
  summary:
    "how many of 61 nodes an edit reruns: the same output, a comment, a layout, a type, a helper; beside four tools",
  run: async () => {
    const present = new Map(
      rivals.flatMap((rival) => {
        const peer = Peer.tool(rival.tool)
        return peer === undefined ? [] : [[rival.tool, { rival, peer }] as const]
      })
    )
    const source: Edit = ["source.txt", "# numbers", "# four numbers"]
    const peers: {
      readonly [id: string]: ReadonlyArray<readonly [suffix: string, tool: string, edit: Edit, note?: string]>
    } = {
      sameOutputEdit: [
        ["", "snakemake", source],
        ["_doit", "doit", source],
        ["_ninja", "ninja", source],
        ["_make", "make", source]
      ],
      commentEdit: [["", "doit", ["dodo.py", "def train(", "# by the helper\ndef train("]]],
      helperEdit: [
        [
          "",
          "doit",
          ["helper.py", "return text", "return str(text)"],
          "the peer does not hash code: 0 is a stale result"
        ]
      ],
      helperOutputEdit: [
        [
          "",
          "doit",
          ["helper.py", "return text", "return text + text"],
          "the peer does not hash code: 0 is a stale result"
        ]
      ]
    }
    const figures: Record<string, Figures[string]> = {}
    say(`cutoff: nodes that run again, of ${nodes}`)
    for (const [id, { edit, what }] of Object.entries(edits)) {
      const ours = oursAfter(id, edit)
      say(`  ${id.padEnd(17)} ablate ${String(ours).padStart(3)}   ${what}`)
      const measured = peers[id]
      if (measured === undefined) figures[id] = { ours, peer: null, unit: "nodes", note: what }
      for (const [suffix, tool, theirEdit, note] of measured ?? []) {
        const rival = present.get(tool)
        const peer = rival === undefined ? null : theirsAfter(rival, theirEdit)
        const peerName = rival?.peer.name ?? tool
        say(`  ${"".padEnd(17)} ${peerName}: ${peer ?? "not installed"}`)
        figures[`${id}${suffix}`] = { ours, peer, unit: "nodes", peerName, note: note ?? what }
      }
    }
    return figures
  }
}
export default bench
