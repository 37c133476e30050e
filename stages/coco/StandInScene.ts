/**
 * What the pictures of the stand-in show: made-up scenes, with the objects and the genders of the paper's Table 1.
 *
 * How many scenes there are of each kind follows from their number alone; the seed decides their order, their ids and what
 * else is in them.
 */
import { Rng } from "ablate/numerics"
import { Schema } from "effect"
import { COCO_LABELS, type CocoLabel } from "./CocoSet.ts"

export const StandInImages = Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 1_000_000 }))

/** Of these, 9,885 are left by the filter: the paper's number. */
export const STAND_IN_IMAGES = 13_500

/** What a scene is to the filter: kept as man or woman, or dropped because of its captions or of what is in it. */
export type SceneKind = "man" | "woman" | "both" | "neither" | "no-person" | "no-object"

export interface Scene {
  readonly id: number
  readonly kind: SceneKind
  readonly labels: ReadonlyArray<CocoLabel>
  readonly persons: number
}

/** Of the kept images, how many have the label and which share of those a man: the frequencies are ours, the shares Table 1's. */
export const LABEL_RATES: { readonly [L in CocoLabel]: { readonly frequency: number; readonly man: number } } = {
  "sports ball": { frequency: 0.285, man: 0.7282 },
  backpack: { frequency: 0.188, man: 0.763 },
  tie: { frequency: 0.147, man: 0.8874 },
  handbag: { frequency: 0.124, man: 0.4864 },
  "cell phone": { frequency: 0.109, man: 0.5859 },
  motorcycle: { frequency: 0.097, man: 0.8588 },
  truck: { frequency: 0.089, man: 0.8 },
  fork: { frequency: 0.082, man: 0.4908 },
  knife: { frequency: 0.076, man: 0.5312 },
  spoon: { frequency: 0.072, man: 0.5277 },
  "teddy bear": { frequency: 0.027, man: 0.4243 }
}

/** The share of men among the kept images. */
export const MAN_SHARE = 0.687

/** What may be in one picture together, and how readily, before the rates are imposed. */
const COMPANY: ReadonlyArray<readonly [labels: ReadonlyArray<CocoLabel>, weight: number]> = [
  ...COCO_LABELS.map((label) => [[label], 10] as const),
  [["knife", "fork"], 8],
  [["fork", "knife", "spoon"], 6],
  [["knife", "spoon"], 3],
  [["fork", "spoon"], 3],
  [["tie", "knife"], 0.5],
  [["cell phone", "spoon"], 0.5],
  [["cell phone", "fork", "knife"], 0.5],
  [["handbag", "cell phone"], 3],
  [["backpack", "handbag"], 4],
  [["backpack", "handbag", "cell phone"], 1],
  [["backpack", "cell phone"], 2],
  [["tie", "cell phone"], 1.5],
  [["tie", "handbag"], 1],
  [["tie", "backpack"], 0.5],
  [["backpack", "sports ball"], 2],
  [["sports ball", "handbag"], 0.5],
  [["truck", "motorcycle"], 2],
  [["truck", "backpack"], 1],
  [["truck", "handbag"], 1],
  [["truck", "tie"], 0.3],
  [["motorcycle", "backpack"], 2],
  [["motorcycle", "handbag"], 0.7],
  [["motorcycle", "cell phone"], 0.4],
  [["handbag", "teddy bear"], 0.4],
  [["backpack", "teddy bear"], 0.4],
  [["cell phone", "teddy bear"], 0.3]
]

/** Rounds of proportional fitting; the rates are then met to nine digits. */
const ROUNDS = 200

/**
 * Shares of the combinations among all kept images, for one gender: iterative proportional fitting of the weights to the
 * labels' frequencies. They sum to `total`.
 */
const fitted = (total: number, target: (label: CocoLabel) => number): ReadonlyArray<number> => {
  const shares = Float64Array.from(COMPANY, ([, weight]) => weight)
  const sumOf = (keep: (labels: ReadonlyArray<CocoLabel>) => boolean) =>
    COMPANY.reduce((sum, [labels], at) => (keep(labels) ? sum + (shares[at] ?? 0) : sum), 0)
  for (let round = 0; round < ROUNDS; round++) {
    for (const label of COCO_LABELS) {
      const present = target(label) / sumOf((labels) => labels.includes(label))
      const absent = (total - target(label)) / sumOf((labels) => !labels.includes(label))
      COMPANY.forEach(([labels], at) => {
        shares[at] = (shares[at] ?? 0) * (labels.includes(label) ? present : absent)
      })
    }
  }
  return [...shares]
}

/** Shares of all scenes; what remains has no object of the eleven. Of 13,500: 9,885, 900, 1,500 and 600. */
const KEPT = 9885 / STAND_IN_IMAGES
const BOTH = 900 / STAND_IN_IMAGES
const NEITHER = 1500 / STAND_IN_IMAGES
const NO_PERSON = 600 / STAND_IN_IMAGES

interface Cell {
  readonly kind: SceneKind
  readonly labels: ReadonlyArray<CocoLabel>
  readonly share: number
}

/** One kind of image that the filter keeps, and which share of them it is. */
export interface KeptScene {
  readonly gender: "man" | "woman"
  readonly labels: ReadonlyArray<CocoLabel>
  readonly share: number
}

/** What the kept images are drawn from; the shares sum to 1. */
export const keptScenes = (): ReadonlyArray<KeptScene> => {
  const men = fitted(MAN_SHARE, (label) => LABEL_RATES[label].frequency * LABEL_RATES[label].man)
  const women = fitted(1 - MAN_SHARE, (label) => LABEL_RATES[label].frequency * (1 - LABEL_RATES[label].man))
  return [
    ...COMPANY.map(([labels], at): KeptScene => ({ gender: "man", labels, share: men[at] ?? 0 })),
    ...COMPANY.map(([labels], at): KeptScene => ({ gender: "woman", labels, share: women[at] ?? 0 }))
  ]
}

const cells = (): ReadonlyArray<Cell> => {
  const men = fitted(MAN_SHARE, (label) => LABEL_RATES[label].frequency * LABEL_RATES[label].man)
  const women = fitted(1 - MAN_SHARE, (label) => LABEL_RATES[label].frequency * (1 - LABEL_RATES[label].man))
  const all = COMPANY.map((_, at) => (men[at] ?? 0) + (women[at] ?? 0))
  const of = (kind: SceneKind, shares: ReadonlyArray<number>, part: number): ReadonlyArray<Cell> =>
    COMPANY.map(([labels], at) => ({ kind, labels, share: (shares[at] ?? 0) * part }))
  return [
    ...of("man", men, KEPT),
    ...of("woman", women, KEPT),
    ...of("both", all, BOTH),
    ...of("neither", all, NEITHER),
    ...of("no-person", all, NO_PERSON),
    { kind: "no-object", labels: [], share: 1 - KEPT - BOTH - NEITHER - NO_PERSON }
  ]
}

/** The scenes in the order of their ids, which ascend with gaps as COCO's do. */
export const standInScenes = (seed: number, images: number): ReadonlyArray<Scene> => {
  const kinds: Array<Cell> = []
  let share = 0
  for (const cell of cells()) {
    share += cell.share
    // Rounding the running sum keeps every cell within one scene of its share, and all together exact.
    while (kinds.length < Math.round(share * images)) kinds.push(cell)
  }
  Rng.stream(seed, "coco/stand-in/order").shuffle(kinds)
  const rng = Rng.stream(seed, "coco/stand-in/scenes")
  let id = 0
  return kinds.map(({ kind, labels }) => {
    id += 1 + rng.below(80)
    const persons = kind === "no-person" ? 0 : kind === "both" ? 2 + rng.below(2) : 1 + (rng.below(4) === 0 ? 1 : 0)
    return { id, kind, labels, persons }
  })
}
