/** How metrics stages publish what groups of test rows add to their figures. */
import { createHash } from "node:crypto"
import type { Contribution, Contributions, Measure } from "ablate"

/** A share's numerator and denominator, which its measure has as value and `n`; of an undefined one both are 0. */
const sums = ({ n = 0, value }: Measure): readonly [of: number, whole: number] =>
  value === null ? [0, 0] : [Math.round(value * n), n]

/**
 * The contributions to shares whose measures have their denominators as `n`: each group's are its measures, taken of its
 * rows alone. `forms` are figures that are made from a share.
 */
export const contributionsOf = <const Figure extends string>(
  groups: ReadonlyMap<string, { readonly [F in Figure]: Measure }>,
  shares: ReadonlyArray<Figure>,
  products: { readonly [figure: string]: Figure } = {}
): Pick<Contributions, "groups" | "figures"> => {
  const ofShare = (figure: Figure): Contribution => {
    const parts = [...groups.values()].map((measures) => sums(measures[figure]))
    return { of: parts.map(([of]) => of), in: parts.map(([, whole]) => whole) }
  }
  return {
    groups: [...groups.keys()],
    figures: {
      ...Object.fromEntries(shares.map((figure) => [figure, ofShare(figure)])),
      ...Object.fromEntries(
        Object.entries(products).map(([name, figure]) => [name, { ...ofShare(figure), form: "product" as const }])
      )
    }
  }
}

/** Which rows are right, under a name of those rows. */
export const rightRows = (
  metric: string,
  ids: ReadonlyArray<string>,
  isRight: (row: number) => boolean
): NonNullable<Contributions["rows"]> => ({
  metric,
  rows: createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, 16),
  right: ids.map((_, row) => (isRight(row) ? "1" : "0")).join("")
})
