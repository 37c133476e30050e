/**
 * What makes a record differ, followed through differing inputs to the causes. Long ways are told by their ends: the
 * inputs next to the node, the one next to the cause, and the cause itself.
 */
import type { ExternalNode } from "../declare/Node.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { DagNode } from "./Dag.ts"
import type { Difference } from "./Difference.ts"
import type { Plan } from "./Plan.ts"

/** A field of the key that differs, and what makes it differ. */
export interface Cause {
  readonly difference: Difference
  /** For an input computed by another node: what differs there. */
  readonly because: ReadonlyArray<Cause>
  /** The stage that makes the differing input, or the path of the file. */
  readonly source?: string
  /** What the source is, where it is not a stage. */
  readonly outside?: "file" | "variable" | "text"
  /** So many inputs, each of which differs because of the next, are left out before this one. */
  readonly skipped?: number
  /** There are further causes. */
  readonly isCut?: true
}

/** Of the causes behind one input so many are told. */
const mostCauses = 8

/** Of a longer way the first two inputs and the last one are told. */
const longestWay = 4

/** A differing input on the way to a cause, and how many are left out before it. */
interface Link {
  readonly cause: Cause
  readonly skipped: number
}

/** A cause and the differing inputs that lead to it, the nearest first. */
interface Way {
  readonly cause: Cause
  readonly links: ReadonlyArray<Link>
  readonly length: number
}

interface Ways {
  readonly ways: ReadonlyArray<Way>
  readonly isCut: boolean
}

/** A node whose output is another than it was. */
export interface Step {
  readonly node: DagNode
  readonly from: ArtifactHash
}

/** What a wire from outside is told as. */
const outsideOf = (external: ExternalNode<unknown, unknown> | undefined): Pick<Cause, "source" | "outside"> => {
  const source = external?.path ?? ""
  switch (external?.kind) {
    case "variable":
      return { source, outside: "variable" }
    case "output":
      return { source: `what \`${source}\` prints`, outside: "text" }
    case "text":
    case "project":
      return { source, outside: "text" }
    default:
      return { source, outside: "file" }
  }
}

/** One difference of a record: a cause by itself, or an input that another node makes. */
interface Part {
  readonly cause: Cause
  readonly upstream?: Step
}

const byLength = (a: Way, b: Way) => a.length - b.length

const extended = (input: Cause, { cause, length, links }: Way): Way => {
  const link: Link = { cause: input, skipped: 0 }
  const [first] = links
  const last = links.at(-1)
  const isLong = length >= longestWay && first !== undefined && last !== undefined
  return {
    cause,
    length: length + 1,
    links: isLong ? [link, first, { cause: last.cause, skipped: length - 2 }] : [link, ...links]
  }
}

/** The ways as a tree: those that begin alike are one branch. */
const treeOf = (ways: ReadonlyArray<Way>): ReadonlyArray<Cause> => {
  const branches = new Map<Cause, { readonly skipped: number; readonly rest: Array<Way> }>()
  for (const way of ways) {
    const [link, ...links] = way.links
    const cause = link?.cause ?? way.cause
    const branch = branches.get(cause) ?? { skipped: link?.skipped ?? 0, rest: [] }
    branches.set(cause, branch)
    if (link !== undefined) branch.rest.push({ ...way, links })
  }
  return [...branches].map(([cause, { rest, skipped }]) => ({
    ...cause,
    because: treeOf(rest),
    ...(skipped > 0 ? { skipped } : {})
  }))
}

/** What is known of earlier computations. */
export interface Past {
  /** What the node's nearest earlier computation gave, and the differences from that. */
  readonly nearest: (node: DagNode) => Gave | undefined
  /** The differences from the computation of the node's stage that gave this artifact. */
  readonly thatGave: (step: Step) => ReadonlyArray<Difference>
}

export interface Gave {
  readonly artifact: ArtifactHash
  readonly differences: ReadonlyArray<Difference>
}

/**
 * Follows differences upstream. Every node is followed once, however many explanations lead through it: from the artifact
 * that its own nearest earlier computation gave; where a node was compared with what another node had given before, that
 * one is followed for a step, and then the way goes on from node to node.
 */
export const followerOf = (plan: Plan, past: Past) => {
  /** Where the way goes on from a node that was compared with another one's past. */
  const ownPast = (node: DagNode, from: ArtifactHash): ArtifactHash => {
    const gave = past.nearest(node)?.artifact
    return gave === undefined || gave === plan.artifacts[node.index] ? from : gave
  }
  /** One change of a stage's code or config is one cause, at however many of its nodes. */
  const causes = new Map<string, Cause>()
  const causeOf = (stage: string, cause: Cause): Cause => {
    const id = JSON.stringify([stage, cause.difference, cause.source])
    const known = causes.get(id) ?? cause
    causes.set(id, known)
    return known
  }

  const partsOf = (node: DagNode, found: ReadonlyArray<Difference>, isStray: boolean): ReadonlyArray<Part> =>
    found.map((difference): Part => {
      const alone: Cause = { difference, because: [] }
      if (difference.kind !== "input") return { cause: causeOf(node.stage.name, alone) }
      const wired = node.inputs[node.inputNames.indexOf(difference.name)]
      if (wired === undefined) return { cause: alone }
      if (wired._tag === "External") {
        return { cause: causeOf(node.stage.name, { ...alone, ...outsideOf(wired.declared) }) }
      }
      const cause = { ...alone, source: wired.stage.name }
      if (difference.from === undefined) return { cause }
      const from = isStray ? ownPast(wired, difference.from) : difference.from
      return { cause, upstream: { node: wired, from } }
    })

  const idOf = ({ from, node }: Step) => `${node.index} ${from}`
  const opened = new Map<string, ReadonlyArray<Part>>()
  const known = new Map<string, Ways>()

  const open = (step: Step): ReadonlyArray<Part> => {
    const id = idOf(step)
    const seen = opened.get(id)
    if (seen !== undefined) return seen
    const nearest = past.nearest(step.node)
    const parts =
      nearest?.artifact === step.from
        ? partsOf(step.node, nearest.differences, false)
        : partsOf(step.node, past.thatGave(step), true)
    opened.set(id, parts)
    return parts
  }

  const waysOf = (parts: ReadonlyArray<Part>): Ways => {
    const shortest = new Map<Cause, Way>()
    let isCut = false
    for (const { cause, upstream } of parts) {
      const beyond = upstream === undefined ? undefined : known.get(idOf(upstream))
      isCut ||= beyond?.isCut === true
      const ways =
        beyond === undefined || beyond.ways.length === 0
          ? [{ cause, links: [], length: 0 }]
          : beyond.ways.map((way) => extended(cause, way))
      for (const way of ways) {
        const other = shortest.get(way.cause)
        if (other === undefined || way.length < other.length) shortest.set(way.cause, way)
      }
    }
    const all = [...shortest.values()]
    return all.length <= mostCauses
      ? { ways: all, isCut }
      : { ways: all.sort(byLength).slice(0, mostCauses), isCut: true }
  }

  /** With a stack of its own: a chain of ten thousand nodes must not overflow the call stack. */
  const follow = (start: Step): void => {
    const stack = [start]
    for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
      const id = idOf(step)
      const parts = known.has(id) ? [] : open(step)
      const unknown = parts.flatMap(({ upstream }) =>
        upstream === undefined || known.has(idOf(upstream)) ? [] : [upstream]
      )
      if (unknown.length > 0) {
        stack.push(...unknown)
        continue
      }
      if (!known.has(id)) known.set(id, waysOf(parts))
      opened.delete(id)
      stack.pop()
    }
  }

  /** The causes of what differs in a node's record. */
  return (node: DagNode, found: ReadonlyArray<Difference>): ReadonlyArray<Cause> =>
    partsOf(node, found, false).map(({ cause, upstream }): Cause => {
      if (upstream === undefined) return cause
      follow(upstream)
      const { isCut = false, ways = [] } = known.get(idOf(upstream)) ?? {}
      const [told = cause] = treeOf(ways.map((way) => extended(cause, way)))
      return isCut ? { ...told, isCut } : told
    })
}
