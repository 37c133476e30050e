/**
 * All that a plan's answer depends on, but for the store, as one hash: the cells with their outputs, and for every node what
 * enters its key and what it is wired to. Plans of one fingerprint ask the store the same questions.
 */
import { createHash } from "node:crypto"
import * as Canonical from "./Canonical.ts"
import { type Dag, type Wire, wireText } from "./Dag.ts"
import { FORMAT, stagePart } from "./Keys.ts"
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
  // What nodes share is written once: the parts of their stage, and the names of their inputs (one array of a stage).
  const numberOfStage = new Map<string, number>()
  const numberOfNames = new Map<ReadonlyArray<string>, number>()
  for (const node of dag.nodes) {
    const { canonicalConfig, inputNames, numerics, stage } = node
    const identity = numerics === undefined ? stage.name : `${stage.name} ${numerics}`
    let ofStage = numberOfStage.get(identity)
    if (ofStage === undefined) {
      ofStage = numberOfStage.size
      numberOfStage.set(identity, ofStage)
      const { afterInputs, beforeConfig } = stagePart(stage.name, codeOf(node, sources.code), numerics)
      text += beforeConfig + afterInputs
    }
    let ofNames = numberOfNames.get(inputNames)
    if (ofNames === undefined) {
      ofNames = numberOfNames.size
      numberOfNames.set(inputNames, ofNames)
      text += Canonical.encode(inputNames)
    }
    text += `${ofStage},${ofNames},${canonicalConfig}`
    for (const input of node.inputs) text += `${wireText(input)},`
    if (text.length > portion) flush()
  }
  for (const [at, cell] of dag.cells.entries()) {
    const outputs = dag.outputs[at] ?? {}
    text += Canonical.ofString(cell.id)
    for (const name in outputs) text += `${Canonical.ofString(name)}${wireText(outputs[name] as Wire)},`
    text += ";"
    if (text.length > portion) flush()
  }
  flush()
  return hash.digest("hex")
}
