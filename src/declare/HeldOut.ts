/** The check that what a choice rests on does not depend on held-out nodes. */
import type { AnyNode } from "./Node.ts"

/** Numbers nodes so that equal ones (stage, config and inputs) have one number. */
class Numbers {
  readonly #byText = new Map<string, number>()
  readonly #byNode = new Map<AnyNode, number>()

  /** Of a node whose inputs have their numbers. */
  #made(node: AnyNode): number {
    const text =
      node._tag === "ExternalNode"
        ? JSON.stringify([node.kind, node.path])
        : JSON.stringify([
            node.stage.name,
            node.config,
            Object.entries(node.inputs).map(([name, input]) => [name, this.#byNode.get(input)])
          ])
    const number = this.#byText.get(text) ?? this.#byText.size
    this.#byText.set(text, number)
    this.#byNode.set(node, number)
    return number
  }

  of(root: AnyNode): number {
    // With a stack of its own: a chain of ten thousand nodes must not overflow the call stack.
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing =
        node._tag === "ExternalNode" ? [] : Object.values(node.inputs).filter((input) => !this.#byNode.has(input))
      if (missing.length > 0) {
        stack.push(...missing)
        continue
      }
      stack.pop()
      if (!this.#byNode.has(node)) this.#made(node)
    }
    return this.#byNode.get(root) ?? -1
  }
}

const nameOf = (node: AnyNode): string => (node._tag === "StageNode" ? node.stage.name : node.path)

/** Of a long way, its ends. */
const shortened = (path: ReadonlyArray<string>): ReadonlyArray<string> =>
  path.length <= 8 ? path : [...path.slice(0, 3), "…", ...path.slice(-3)]

/** Names of the nodes from a held-out one to one of `roots` that depends on it; undefined where none does. */
export const leakOf = (
  roots: ReadonlyArray<AnyNode>,
  heldOut: ReadonlyArray<AnyNode>
): ReadonlyArray<string> | undefined => {
  const numbers = new Numbers()
  const kept = new Set(heldOut.map((node) => numbers.of(node)))
  /** Of a node that is reached: the one that depends on it. */
  const above = new Map<AnyNode, AnyNode | undefined>(roots.map((root) => [root, undefined]))
  const stack = [...roots]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (kept.has(numbers.of(node))) {
      const path: Array<string> = []
      for (let at: AnyNode | undefined = node; at !== undefined; at = above.get(at)) path.push(nameOf(at))
      return shortened(path)
    }
    if (node._tag === "ExternalNode") continue
    for (const input of Object.values(node.inputs))
      if (!above.has(input)) {
        above.set(input, node)
        stack.push(input)
      }
  }
  return undefined
}
