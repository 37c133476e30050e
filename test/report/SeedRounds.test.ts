/** How many seeds variants get, and why no more. */
import { assert, describe, it } from "@effect/vitest"
import { roundsOf, type SeedPlan } from "../../src/domain/SeedRule.ts"
import { Rng } from "../../src/numerics/Rng.ts"
import { type SeedReach, seedReach, type ValueOf } from "../../src/report/SeedRounds.ts"
import { seedTexts } from "../../src/report/SeedSentences.ts"

const rule = { metric: "accuracy", versus: { method: "plain" }, resolve: 0.02, max: 40 }
const planOf = (...methods: ReadonlyArray<string>): SeedPlan => ({
  rule,
  variants: methods.map((method) => ({ variant: `method=${method}`, labels: { method } }))
})

const noise = (seed: number, what: string) => Rng.stream(seed, what).normal()

/** What each method has above the plain one. */
const above: Readonly<Record<string, (seed: number) => number | null>> = {
  plain: () => 0,
  better: (seed) => 0.5 + 0.1 * noise(seed, "better"),
  alike: (seed) => 0.01 * noise(seed, "alike"),
  noisy: (seed) => noise(seed, "noisy"),
  same: () => 0.25,
  never: () => null,
  seldom: (seed) => (seed === 1 ? null : 0.5 + 0.1 * noise(seed, "seldom"))
}

const valueBelow =
  (known: number): ValueOf =>
  (variant, seed) => {
    if (seed >= known) return undefined
    const found = above[variant.slice("method=".length)]?.(seed)
    return found === null ? null : Math.round(8 * noise(seed, "plain")) / 8 + (found ?? 0)
  }

const countsOf = ({ counts }: SeedReach) => counts.map(({ labels, seeds, why }) => `${labels.method} ${seeds} ${why}`)

describe("seeds in rounds", () => {
  it("grow by half, to the most", () => {
    assert.deepStrictEqual(roundsOf(rule), [6, 9, 14, 21, 32, 40])
    assert.deepStrictEqual(roundsOf({ ...rule, max: 2 }), [2])
    assert.deepStrictEqual(roundsOf({ ...rule, max: 6 }), [6])
  })

  it("end for each variant by itself, and for the baseline with the last of them", () => {
    const reach = seedReach(planOf("plain", "better", "alike", "noisy", "same", "never", "seldom"), valueBelow(40))
    assert.deepStrictEqual(
      reach.counts.map(({ labels, why }) => `${labels.method} ${why}`),
      ["better decided", "alike narrow", "noisy max", "same constant", "never undefined", "seldom decided"]
    )
    assert.strictEqual(reach.seeds.get("method=same"), 6)
    assert.strictEqual(reach.seeds.get("method=never"), 6)
    assert.strictEqual(reach.seeds.get("method=noisy"), 40)
    assert.strictEqual(reach.seeds.get("method=plain"), 40)
    const seldom = reach.counts.at(-1)
    assert.strictEqual(seldom?.pairs, (seldom?.seeds ?? 0) - 1)
  })

  it("come to the same whatever was known in between", () => {
    const plan = planOf("plain", "better", "noisy")
    const whole = seedReach(plan, valueBelow(40))
    let reach = seedReach(plan, () => undefined)
    assert.deepStrictEqual([...reach.seeds.values()], [6, 6, 6])
    for (let round = 0; round < 10; round++) {
      const { seeds } = reach
      reach = seedReach(plan, (variant, seed) =>
        seed < (seeds.get(variant) ?? 0) ? valueBelow(40)(variant, seed) : undefined
      )
    }
    assert.deepStrictEqual(reach, whole)
  })

  it("wait where figures are not known", () => {
    assert.deepStrictEqual(countsOf(seedReach(planOf("plain", "noisy"), valueBelow(10))), ["noisy 14 open"])
  })

  it("look the harder the more variants there are", () => {
    const [alone] = seedReach(planOf("plain", "better"), valueBelow(40)).counts
    const [among] = seedReach(planOf("plain", "better", "same", "never"), valueBelow(40)).counts
    assert.isAtLeast(among?.seeds ?? 0, alone?.seeds ?? 0)
    const width = (interval: readonly [number, number] | null | undefined) =>
      (interval?.[1] ?? 0) - (interval?.[0] ?? 0)
    if (among?.seeds === alone?.seeds) assert.isAbove(width(among?.interval), width(alone?.interval))
  })

  it("are told with why they ended", () => {
    const columns = [{ metric: "accuracy", label: "right answers", digits: 2 }]
    const few = seedTexts(rule, seedReach(planOf("plain", "noisy", "same", "never"), valueBelow(40)).counts, columns)
    const [caption = ""] = few.caption
    assert.include(caption, "the difference in right answers from plain was decided or known to ±0.02")
    assert.match(caption, /noisy 40 seeds, not settled by the most seeds there may be, [+−]\d\.\d\d \[/)
    assert.include(caption, "same 6 seeds, the same difference in every seed, which has no interval, +0.25")
    assert.include(caption, "never 6 seeds, undefined in every seed")
    const many = seedTexts(
      rule,
      seedReach(planOf("plain", "better", "alike", "noisy", "same", "never"), valueBelow(40)).counts,
      columns
    )
    assert.include(many.caption[0], "1 decided (")
    assert.strictEqual(many.notes.length, 5)
  })
})
