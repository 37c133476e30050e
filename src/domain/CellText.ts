/** How cells are printed. A file of its own: pages in browsers load no schemas, which reading them takes. */

const isBare = (text: string) => !/[,"\\\p{Cc}]|^\s|\s$/u.test(text) && text.isWellFormed()

/** A label as it stands in a cell's text. */
export const formatLabel = (label: string): string => (isBare(label) ? label : JSON.stringify(label))

/** One `axis=label`. */
const formatPair = (axis: string, label: string): string =>
  `${axis === "" || axis.includes("=") ? JSON.stringify(axis) : formatLabel(axis)}=${formatLabel(label)}`

/** A cell, or a part of one. */
export const format = (labels: Iterable<readonly [axis: string, label: string]>): string => {
  let out = ""
  for (const [axis, label] of labels) out += `${out === "" ? "" : ","}${formatPair(axis, label)}`
  return out
}

/** A variant, or a part of one: its labels on these axes. */
export const ofLabels = (labels: Readonly<Record<string, string>>, axes: ReadonlyArray<string>): string =>
  format(axes.map((axis) => [axis, labels[axis] ?? ""]))

/** A cell of a variant; the variant itself where there is no seed. */
export const withSeed = (variant: string, axis: string, seed: number | null): string =>
  seed === null ? variant : `${variant === "" ? "" : `${variant},`}${formatPair(axis, String(seed))}`
