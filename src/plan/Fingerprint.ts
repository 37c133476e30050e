/**
 * All that a plan's answer depends on, but for the store, as one hash: the cells with their outputs, and for every node what
 * enters its key and what it is wired to. Plans of one fingerprint ask the store the same questions.
 */
import { createHash } from "node:crypto"
import * as Canonical from "./Canonical.ts"
import type { Dag } from "./Dag.ts"
import { FORMAT, ownPart } from "./Keys.ts"
import { codeOf, type Sources } from "./Plan.ts"

/** Raise it when the text below comes to mean something else. */
const scheme = "ablate-plan-1"

/** Characters that are hashed at a time: whole texts of a large plan would take its memory twice. */
const portion = 1 << 16

/** The fingerprint of a plan whose stages may all come from the cache. */
export const fingerprint = (dag: Dag, sources: Sources): string => {
  const hash = createHash("sha256")
  let text = `${scheme};${FORMAT};${sources.externals.join()};${dag.cells.length};${dag.nodes.length};`
  const flush = (): void => {
    hash.update(text)
    text = ""
  }
  // Nodes that are wired by the same names share one array of them.
  const numberOf = new Map<ReadonlyArray<string>, number>()
  for (const node of dag.nodes) {
    const { after, before } = ownPart(node, codeOf(node, sources.code))
    text += before + after
    const number = numberOf.get(node.inputNames)
    if (number === undefined) {
      numberOf.set(node.inputNames, numberOf.size)
      text += Canonical.encode(node.inputNames)
    } else text += `${number};`
    for (const input of node.inputs) text += `${input},`
    if (text.length > portion) flush()
  }
  for (const [at, cell] of dag.cells.entries()) {
    const outputs = dag.outputs[at] ?? {}
    text += Canonical.ofString(cell.id)
    for (const name in outputs) text += `${Canonical.ofString(name)}${outputs[name]},`
    text += ";"
    if (text.length > portion) flush()
  }
  flush()
  return hash.digest("hex")
}
