/** How often a difference that is not there is found by looking again and again: what `Grid.seeds.until` stops by. */
import { roundsOf } from "../src/domain/SeedRule.ts"
import { type Interval, mean, meanInterval, meanSequence, sampleSd } from "../src/report/statistics/index.ts"
import { type Bench, type Figures, say } from "./rig/Bench.ts"
import { type Draw, drawOf } from "./rig/Coverage.ts"

/** The most seeds. */
const MAX = 200
const TRIALS = 2000
/** In units of the differences' standard deviation, of how far the truth is from 0. */
const EFFECTS = [0.3, 0.5, 1] as const

/** Differences whose mean is 0. */
const populations = {
  normal: ({ normal }) => normal(),
  duration: ({ normal }) => Math.exp(0.8 * normal()) - Math.exp(0.8 * normal()),
  skewed: ({ normal }) => Math.exp(0.8 * normal()) - Math.exp(0.32),
  count: ({ poisson }) => poisson(2) - poisson(2),
  share: ({ binomial }) => (binomial(200, 0.05) - binomial(200, 0.05)) / 200
} as const satisfies { readonly [name: string]: (draw: Draw) => number }

const looks = {
  rounds: roundsOf({ metric: "", versus: {}, resolve: 1, max: MAX }),
  everySeed: Array.from({ length: MAX - 1 }, (_, at) => at + 2)
} as const

type Method = (values: ReadonlyArray<number>) => Interval | null

const ALPHA = 0.05
/** The number of values at which the asymptotic sequence is to be narrowest. */
const NARROWEST = 50
const RHO2 = (-2 * Math.log(ALPHA) + Math.log(-2 * Math.log(ALPHA) + 1)) / NARROWEST

/**
 * The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas ("Time-uniform central limit theory and
 * asymptotic confidence sequences", arXiv:2103.06476): of any distribution with a variance, where there are many values.
 */
const asymptoticSequence: Method = (values) => {
  const n = values.length
  const [centre, sd] = [mean(values), sampleSd(values)]
  if (centre === null || sd === null || sd === 0) return null
  const spread = n * RHO2 + 1
  const half = sd * Math.sqrt(((2 * spread) / (n * n * RHO2)) * Math.log(Math.sqrt(spread) / ALPHA))
  return [centre - half, centre + half]
}

const excludes = (interval: Interval | null): boolean => interval !== null && (interval[0] > 0 || interval[1] < 0)

/** The first look at which the interval excludes 0; undefined where none does. */
const decidedAt = (values: ReadonlyArray<number>, at: ReadonlyArray<number>, method: Method): number | undefined =>
  at.find((n) => excludes(method(values.slice(0, n))))

const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(8)

const bench: Bench = {
  name: "until",
  summary:
    "how often looking after each round finds a difference that is not there: confidence sequence, and t interval",
  run: async () => {
    const figures: Record<string, Figures[string]> = {}
    say(`share of ${TRIALS} trials without a difference in which one is found by ${MAX} seeds; nominal: at most 5 %`)
    say(`  ${"".padEnd(24)}${["sequence", "t", "asymptotic"].map((name) => name.padStart(10)).join("")}`)
    for (const [name, value] of Object.entries(populations))
      for (const [when, at] of Object.entries(looks)) {
        const draw = drawOf(`until/${name}`)
        let [sequence, naive, asymptotic] = [0, 0, 0]
        for (let trial = 0; trial < TRIALS; trial++) {
          const values = Array.from({ length: MAX }, () => value(draw))
          if (decidedAt(values, at, meanSequence) !== undefined) sequence += 1
          if (decidedAt(values, at, (those) => meanInterval(those)) !== undefined) naive += 1
          if (decidedAt(values, at, asymptoticSequence) !== undefined) asymptotic += 1
        }
        figures[`${name}_${when}`] = {
          ours: (100 * sequence) / TRIALS,
          peer: (100 * naive) / TRIALS,
          unit: "%",
          peerName: "t interval at every look"
        }
        const shares = [sequence, naive, asymptotic].map((count) => percent(count / TRIALS))
        say(`  ${`${name} · ${when}`.padEnd(24)}  ${shares.join("  ")}`)
      }
    say("the sequence on skewed differences, first looked at after so many")
    for (const first of looks.rounds.filter((n) => n > 9 && n < 60)) {
      const draw = drawOf("until/skewed")
      let found = 0
      for (let trial = 0; trial < TRIALS; trial++) {
        const values = Array.from({ length: MAX }, () => populations.skewed(draw))
        if (
          decidedAt(
            values,
            looks.rounds.filter((n) => n >= first),
            meanSequence
          ) !== undefined
        )
          found += 1
      }
      figures[`skewed_from${first}`] = { ours: (100 * found) / TRIALS, peer: null, unit: "%" }
      say(`  ${`from ${first}`.padEnd(24)}  ${percent(found / TRIALS)}`)
    }
    say(`seeds until a true difference is decided (median; ${MAX} where it is not)`)
    for (const effect of EFFECTS) {
      const draw = drawOf(`until/effect/${effect}`)
      const seeds: Array<number> = []
      for (let trial = 0; trial < TRIALS; trial++) {
        const values = Array.from({ length: MAX }, () => effect + draw.normal())
        seeds.push(decidedAt(values, looks.rounds, meanSequence) ?? MAX)
      }
      const median = seeds.sort((a, b) => a - b)[TRIALS / 2] ?? MAX
      figures[`seeds_d${effect}`] = { ours: median, peer: null, unit: "seeds" }
      say(`  ${`d = ${effect}`.padEnd(24)}  ${`${median}`.padStart(8)}`)
    }
    return figures
  }
}
export default bench
