/**
 * Reweighing and uniform resampling (Kamiran & Calders, "Data preprocessing techniques for classification without
 * discrimination", Knowledge and Information Systems 33, 2012): class and attribute are made independent in training.
 */
import { Rng } from "ablate/numerics"
import { expectedSizes, nameOf, type RowGroup } from "./Groups.ts"

/**
 * The weight of every row, P(side)·P(class) / P(side, class): above 1 where a group is smaller than independence would
 * have it. Their mean is 1 where every class has rows of every side.
 */
export const reweigh = (groups: ReadonlyArray<RowGroup>): Float32Array => {
  const sizes = expectedSizes(groups)
  return Float32Array.from(groups, (group) => {
    const size = sizes.get(nameOf(group))
    return size === undefined ? 1 : size.expected / size.found
  })
}

/**
 * Positions among `groups`, ascending, so that every group has the size that independence would give it, rounded. A group
 * that is too small is repeated whole as often as it fits; what is left, like a group that is too large, is a seeded draw
 * without replacement.
 */
export const resample = (groups: ReadonlyArray<RowGroup>, seed: number): Int32Array => {
  const sizes = expectedSizes(groups)
  const members = Map.groupBy(groups.keys(), (position) => nameOf(groups[position] ?? { label: -1, side: "none" }))
  const chosen = [...members].flatMap(([name, positions]) => {
    const size = Math.round(sizes.get(name)?.expected ?? positions.length)
    const order = Rng.stream(seed, `planted/resample/${name}`).shuffle([...positions])
    return Array.from({ length: size }, (_, at) => order[at % order.length] ?? 0)
  })
  return Int32Array.from(chosen).sort()
}
