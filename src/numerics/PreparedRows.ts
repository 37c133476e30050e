/** Rows checked and in float32, as both back ends read them. */
import type { Tensor } from "../domain/Tensor.ts"
import type { Network } from "./Network.ts"
import type { Rows, Training } from "./Training.ts"
import { refused, type TrainingRefused } from "./TrainingRefused.ts"

export interface Column {
  readonly width: number
  /** [count, width] */
  readonly data: Float32Array
}

/** Rows in float32. `gates` has an entry a head, undefined where absent. */
export interface PreparedRows {
  readonly count: number
  /** [count, inputs] */
  readonly x: Float32Array
  readonly targets: Readonly<Record<string, Column>>
  readonly gates: ReadonlyArray<Float32Array | undefined>
}

/** Class-index targets that cross-entropy reads, with the number of classes. */
export const classTargets = (
  training: Pick<Training<unknown, unknown>, "network" | "objectives">
): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const objective of training.objectives) {
    if (objective._tag === "L2") continue
    const head = training.network.heads.find((candidate) => candidate.name === objective.head)
    for (const { classes, name } of objective.reads ?? []) if (classes === true) found.set(name, head?.units ?? 0)
  }
  return found
}

export const shown = (tensor: Tensor) => `${tensor.dtype} of shape [${tensor.shape.join(", ")}]`

const toF32 = (tensor: Tensor): Float32Array =>
  tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data)

/** Rows in float32, class indices expanded to one-hot where `oneHot` names them. */
export const prepareRows = (
  network: Network,
  rows: Rows,
  field: string,
  oneHot: ReadonlyMap<string, number>
): PreparedRows | TrainingRefused => {
  const [count = 0] = rows.x.shape
  if (rows.x.shape.length !== 2 || count === 0 || rows.x.shape[1] !== network.inputs) {
    return refused(`${field}.x`, shown(rows.x), `[rows, ${network.inputs}] with at least one row`)
  }
  const targets: Record<string, Column> = {}
  for (const [name, tensor] of Object.entries(rows.targets ?? {})) {
    if (tensor.shape[0] !== count || tensor.shape.length > 2) {
      return refused(
        `${field}.targets.${name}`,
        shown(tensor),
        `[${count}] or [${count}, k], as ${field}.x has ${count} rows`
      )
    }
    const classes = oneHot.get(name)
    if (classes !== undefined && tensor.shape.length === 1 && (tensor.dtype === "I32" || tensor.dtype === "U8")) {
      const data = new Float32Array(count * classes)
      for (let r = 0; r < count; r++) {
        const index = tensor.data[r] ?? 0
        if (index < 0 || index >= classes) {
          return refused(`${field}.targets.${name}`, `class ${index} in row ${r}`, `classes 0 to ${classes - 1}`)
        }
        data[r * classes + index] = 1
      }
      targets[name] = { width: classes, data }
    } else {
      targets[name] = { width: tensor.shape[1] ?? 1, data: toF32(tensor) }
    }
  }
  for (const [name, tensor] of Object.entries(rows.gates ?? {})) {
    if (!network.heads.some((head) => head.name === name)) {
      return refused(
        `${field}.gates.${name}`,
        "not a head",
        `one of ${network.heads.map((head) => head.name).join(", ")}`
      )
    }
    if (tensor.data.length !== count) return refused(`${field}.gates.${name}`, shown(tensor), `[${count}]`)
  }
  const gates = network.heads.map((head) => {
    const gate = rows.gates?.[head.name]
    return gate === undefined ? undefined : toF32(gate)
  })
  return { count, x: toF32(rows.x), targets, gates }
}
