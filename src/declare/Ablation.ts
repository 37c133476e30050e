/** Grids of ablations: the whole, then the whole without each part; and each part alone. */
import { DeclarationError } from "./DeclarationError.ts"
import { type Grid, type Point, rows } from "./Grid.ts"

/** The axis that names the variants of an ablation. */
const VARIANT = "variant"

/** A point of an ablation: every part as it is or as it is without, and the name of the variant. */
export type AblationPoint<B extends Point, D extends { readonly [K in keyof D]: D[keyof D] }> = {
  readonly variant: string
} & { readonly [K in keyof B]: K extends keyof D ? B[K] | D[K] : B[K] }

/** What {@link ablation} takes. */
export interface AblationOptions<B extends Point, D> {
  /** The whole: a value for each axis. */
  readonly base: B
  /** The parts, and the value that each has where it is dropped: `{ dropout: 0, augment: false }`. */
  readonly drop: D
  /** Also nothing of all parts (`none`), and each part alone (`only dropout`): add-one-in. Default: false. */
  readonly addOne?: boolean
}

const fail = (problem: string): never => {
  throw new DeclarationError({ subject: "grid", problem: `ablation: ${problem}` })
}

/**
 * Leave-one-out: `full`, then `without` each part, in the order of `drop`; an axis `variant` names them, so that the
 * table's baseline is `{ variant: "full" }`. With `addOne` also add-one-in: `none`, then `only` each part. A variant that
 * another one is already (with two parts, without one is the other alone) stands once. Throws {@link DeclarationError} for
 * no parts, a part that the base does not have, and one whose value is the base's own.
 */
export const ablation = <const B extends Point, const D extends { readonly [K in keyof B]?: Point[string] }>({
  addOne = false,
  base,
  drop
}: AblationOptions<B, D & { readonly [K in Exclude<keyof D, keyof B>]: never }>): Grid<AblationPoint<B, D>> => {
  const parts = Object.keys(drop)
  const dropped: Point = drop as Point
  if (VARIANT in base) fail(`an axis "${VARIANT}" is added, which names the variants; call the base's own otherwise`)
  if (parts.length === 0) fail("drop: name at least one part, with the value that it has without")
  for (const part of parts) {
    if (!(part in base)) fail(`drop: the base has no axis "${part}"; its axes are ${Object.keys(base).join(", ")}`)
    if (Object.is(base[part], dropped[part]))
      fail(`drop: "${part}" is ${JSON.stringify(base[part])} in the base too; give the value that it has without`)
  }
  const without = (names: ReadonlyArray<string>): Point => ({
    ...base,
    ...Object.fromEntries(names.map((name) => [name, dropped[name] ?? null]))
  })
  const others = (part: string) => parts.filter((each) => each !== part)
  const variants: ReadonlyArray<readonly [name: string, dropped: ReadonlyArray<string>]> = [
    ["full", []],
    ...parts.map((part) => [`without ${part}`, [part]] as const),
    ...(addOne ? [["none", parts] as const, ...parts.map((part) => [`only ${part}`, others(part)] as const)] : [])
  ]
  const seen = new Set<string>()
  const points = variants.flatMap(([variant, names]) => {
    const id = names.toSorted().join("\n")
    if (seen.has(id)) return []
    seen.add(id)
    return [{ [VARIANT]: variant, ...without(names) }]
  })
  // Every point has the axes of the base, with its values or those of `drop`.
  return rows(points) as unknown as Grid<AblationPoint<B, D>>
}
