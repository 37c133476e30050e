/**
 * The bias response variable of Sen & Ganguly (AAAI 2020), equation 3, and the gate that keeps its head silent on rows of
 * other classes.
 */

/** One bias task: the classes it is about, and the attribute values whose association with them is to be unlearnt. */
export interface BiasTask {
  /** Class codes Y_S. */
  readonly labels: ReadonlyArray<number>
  /** Attribute values U. */
  readonly values: ReadonlyArray<string>
  /** The task is active only if the share of U among the rows of Y_S is at least this. 0: always, as in the released code. */
  readonly tau: number
}

export interface BiasResponse {
  /** 1 where the row's class is in Y_S, its attribute in U, and the task is active. */
  readonly z: Uint8Array
  /** 1 where the row's class is in Y_S. */
  readonly gate: Uint8Array
  /** Share of U among the rows of Y_S that have the attribute; null where there are none. */
  readonly rate: number | null
  readonly active: boolean
}

/** `labels`: true class codes; `attribute`: the row's value, null where it has none (such rows have z = 0). */
export const biasResponse = (
  labels: ArrayLike<number>,
  attribute: ReadonlyArray<string | null>,
  task: BiasTask
): BiasResponse => {
  const z = new Uint8Array(labels.length)
  const gate = new Uint8Array(labels.length)
  let having = 0
  let matching = 0
  for (let row = 0; row < labels.length; row++) {
    if (!task.labels.includes(labels[row] ?? -1)) continue
    gate[row] = 1
    const value = attribute[row] ?? null
    if (value === null) continue
    having += 1
    if (!task.values.includes(value)) continue
    matching += 1
    z[row] = 1
  }
  const rate = having === 0 ? null : matching / having
  const active = task.tau <= 0 || (rate !== null && rate >= task.tau)
  if (!active) z.fill(0)
  return { z, gate, rate, active }
}
