/** What is wrong with a rule for adding seeds, given the grid that it stands in. */
import type { RuledVariant, SeedRule } from "../domain/SeedRule.ts"

/** Undefined where nothing is. */
export const seedProblem = (
  { versus }: SeedRule,
  axes: ReadonlyArray<string>,
  variants: ReadonlyArray<RuledVariant>
): string | undefined => {
  const fixed = Object.entries(versus)
  for (const [axis, label] of fixed) {
    if (!axes.includes(axis)) return `versus names the axis "${axis}"; the grid has ${axes.join(", ")}`
    const known = new Set(variants.map(({ labels }) => labels[axis]))
    if (!known.has(label)) return `no row has the baseline's ${axis} "${label}"; there are ${[...known].join(", ")}`
  }
  const free = axes.filter((axis) => !(axis in versus))
  const block = ({ labels }: RuledVariant) => JSON.stringify(free.map((axis) => labels[axis]))
  const isBaseline = ({ labels }: RuledVariant) => fixed.every(([axis, label]) => labels[axis] === label)
  const blocks = new Set(variants.filter(isBaseline).map(block))
  const alone = variants.find((each) => !blocks.has(block(each)))
  if (alone !== undefined)
    return `${alone.variant} has no baseline row (${fixed.map(([axis, label]) => `${axis}=${label}`).join(", ")}) to be compared with`
  return variants.every(isBaseline) ? "every row is the baseline: there is nothing to compare with it" : undefined
}
