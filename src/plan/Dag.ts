/**
 * The DAG of an experiment: every cell's nodes, with equal ones made one. Two nodes are equal when stage, config and
 * inputs are; so what variants share is computed once, by construction.
 */
import { DeclarationError } from "../declare/DeclarationError.ts"
import type { Cell } from "../declare/Experiment.ts"
import type { AnyNode, ExternalNode, StageNode } from "../declare/Node.ts"
import type { AnyStage } from "../declare/Stage.ts"
import { encode } from "./Canonical.ts"

/** What an input of a node, or an output of a cell, is wired to. */
export type Wire = DagNode | DagExternal

/** One node. */
export interface DagNode {
  readonly _tag: "Node"
  readonly index: number
  /** Unique in the DAG: stage name, `#`, a number. */
  readonly id: string
  readonly stage: AnyStage
  /** The encoded config, and its canonical encoding. */
  readonly config: unknown
  readonly canonicalConfig: string
  readonly numerics: string | undefined
  /** Input names in code-unit order, and what each is wired to. */
  readonly inputNames: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<Wire>
  /** Indices of the cells that need this node. */
  readonly cells: Array<number>
}

/** A file, a folder or a variable of the user. */
export interface DagExternal {
  readonly _tag: "External"
  /** Its place in `externals`. */
  readonly index: number
  readonly declared: ExternalNode<unknown, unknown>
}

/** A node as it is built. Its name is made when it is asked for: a run from the cache asks for none. */
class Interned implements DagNode {
  readonly index: number
  readonly stage: AnyStage
  readonly config: unknown
  readonly canonicalConfig: string
  readonly numerics: string | undefined
  readonly inputNames: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<Wire>
  readonly cells: Array<number> = []

  constructor(
    index: number,
    { config, numerics, stage }: StageNode<unknown, unknown>,
    canonicalConfig: string,
    inputNames: ReadonlyArray<string>,
    inputs: ReadonlyArray<Wire>
  ) {
    this.index = index
    this.stage = stage
    this.config = config
    this.canonicalConfig = canonicalConfig
    this.numerics = numerics
    this.inputNames = inputNames
    this.inputs = inputs
  }

  get _tag(): "Node" {
    return "Node"
  }

  get id(): string {
    return `${this.stage.name}#${this.index}`
  }
}

export interface Dag {
  /** In topological order: every node after its inputs. */
  readonly nodes: ReadonlyArray<DagNode>
  readonly externals: ReadonlyArray<DagExternal>
  readonly cells: ReadonlyArray<Cell>
  /** For every cell, its outputs by name. */
  readonly outputs: ReadonlyArray<{ readonly [name: string]: Wire }>
  readonly stages: ReadonlyArray<AnyStage>
}

const label = (node: AnyNode) => (node._tag === "StageNode" ? node.stage.name : node.path)

const cyclePath = (stack: ReadonlyArray<AnyNode>, again: AnyNode) =>
  [...stack.slice(stack.indexOf(again)), again].map(label).join(" → ")

/** A number for each text. */
export const numberOf = (numbers: Map<string, number>, text: string): number => {
  const known = numbers.get(text)
  if (known !== undefined) return known
  numbers.set(text, numbers.size)
  return numbers.size - 1
}

interface Wiring {
  /** Input names as they came, and in code-unit order. */
  readonly given: ReadonlyArray<string>
  readonly inputNames: ReadonlyArray<string>
  /** Stands for the stage and the names of its inputs. */
  readonly number: number
}

const isSame = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((each, at) => each === b[at])

/** A text for each wire of a DAG, of which no two share one. */
export const wireText = (wire: Wire): string => (wire._tag === "Node" ? `${wire.index}` : `f${wire.index}`)

/** The state of a node that is being visited: its inputs are not all known yet. */
const OPEN = "open"

const opened = (states: ReadonlyMap<AnyNode, Wire | typeof OPEN>): ReadonlyArray<AnyNode> =>
  [...states].flatMap(([node, state]) => (state === OPEN ? [node] : []))

/** Builds the DAG. Throws {@link DeclarationError} for a cycle (with its path) and for two stages of one name. */
export const build = (cells: ReadonlyArray<Cell>): Dag => {
  const nodes: Array<DagNode> = []
  const externals: Array<DagExternal> = []
  const stages: Array<AnyStage> = []
  const stageNumber = new Map<AnyStage, number>()
  const stageByName = new Map<string, AnyStage>()
  const externalOf = new Map<string, DagExternal>()
  const wiringNumber = new Map<string, number>()
  const wirings = new Map<AnyStage, Wiring>()
  const nodeOf = new Map<string, DagNode>()
  // What each built node became, or OPEN; in the order in which they were opened.
  const wireOf = new Map<AnyNode, Wire | typeof OPEN>()

  const stageIndex = (stage: AnyStage): number => {
    const known = stageNumber.get(stage)
    if (known !== undefined) return known
    if (stageByName.has(stage.name))
      throw new DeclarationError({
        subject: `stage "${stage.name}"`,
        problem: "two different stages have this name; rename one of them"
      })
    stageByName.set(stage.name, stage)
    stageNumber.set(stage, stages.length)
    stages.push(stage)
    return stages.length - 1
  }

  // All nodes of a stage are wired by the same names: they share one array.
  const wiringOf = ({ inputs, stage }: StageNode<unknown, unknown>): Wiring => {
    const given = Object.keys(inputs)
    const known = wirings.get(stage)
    if (known !== undefined && isSame(known.given, given)) return known
    const inputNames = [...given].sort()
    const number = numberOf(wiringNumber, [stageIndex(stage), ...inputNames].join("\n"))
    const made = { given, inputNames, number }
    wirings.set(stage, made)
    return made
  }

  const intern = (node: AnyNode): Wire => {
    if (node._tag === "ExternalNode") {
      const identity = `external;${node.kind};${node.path}`
      const known = externalOf.get(identity)
      if (known !== undefined) return known
      const external: DagExternal = { _tag: "External", index: externals.length, declared: node }
      externals.push(external)
      externalOf.set(identity, external)
      return external
    }
    const { inputNames, number } = wiringOf(node)
    const inputs = inputNames.map((name) => wireOf.get(node.inputs[name] as AnyNode) as Wire)
    const canonicalConfig = encode(node.config)
    // The wiring tells how many inputs there are, so that no two nodes share a text.
    let identity = `${number} `
    for (const input of inputs) identity += `${wireText(input)} `
    identity += canonicalConfig
    const known = nodeOf.get(identity)
    if (known !== undefined) return known
    const made = new Interned(nodes.length, node, canonicalConfig, inputNames, inputs)
    nodes.push(made)
    nodeOf.set(identity, made)
    return made
  }

  // Apart from `visit`: V8 compiles a hot inner loop for itself and would leave that code at the end of every node.
  const pushInputs = (node: StageNode<unknown, unknown>, stack: Array<AnyNode>): void => {
    for (const name in node.inputs) {
      const input = node.inputs[name] as AnyNode
      const known = wireOf.get(input)
      if (known === OPEN)
        throw new DeclarationError({
          subject: `stage "${label(input)}"`,
          problem: `the nodes form a cycle: ${cyclePath(opened(wireOf), input)}`
        })
      if (known === undefined) stack.push(input)
    }
  }

  // Depth first with an explicit stack: a chain of ten thousand nodes must not overflow the call stack.
  const visit = (root: AnyNode): Wire => {
    const done = wireOf.get(root)
    if (done !== undefined && done !== OPEN) return done
    const stack: Array<AnyNode> = [root]
    while (stack.length > 0) {
      const node = stack.at(-1) as AnyNode
      const state = wireOf.get(node)
      if (state === OPEN || (state === undefined && node._tag === "ExternalNode")) wireOf.set(node, intern(node))
      if (state !== undefined || node._tag === "ExternalNode") {
        stack.pop()
        continue
      }
      wireOf.set(node, OPEN)
      pushInputs(node, stack)
    }
    return wireOf.get(root) as Wire
  }

  const outputs = cells.map((cell) => {
    const named: Record<string, Wire> = {}
    for (const name in cell.outputs) named[name] = visit(cell.outputs[name] as AnyNode)
    return named
  })

  const lastCell = new Int32Array(nodes.length).fill(-1)
  for (const [cell, named] of outputs.entries()) {
    const stack = Object.values(named)
    while (stack.length > 0) {
      const node = stack.pop() as Wire
      if (node._tag === "External" || lastCell[node.index] === cell) continue
      lastCell[node.index] = cell
      node.cells.push(cell)
      for (const input of node.inputs) if (input._tag === "Node") stack.push(input)
    }
  }
  return { nodes, externals, cells, outputs, stages }
}
