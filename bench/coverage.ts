/** How often 95 % intervals hold the true mean: what decides which interval a table gives to which figure. */
import { spawnSync } from "node:child_process"
import { quantileSorted } from "../src/report/statistics/Bootstrap.ts"
import { type Interval, intervalOfMean, meanInterval, wilsonInterval } from "../src/report/statistics/index.ts"
import { randomStream } from "../src/report/statistics/RandomStream.ts"
import { drawGroups, replicates, rowVariance } from "../src/report/statistics/RowBootstrap.ts"
import { type Bench, type Figures, say } from "./rig/Bench.ts"
import {
  accuracies,
  accuracyMean,
  type Draw,
  drawOf,
  GROUPS,
  type Population,
  populations,
  SHARE_ROWS
} from "./rig/Coverage.ts"
import * as Peer from "./rig/Peer.ts"

const SEEDS = [3, 5, 10, 30] as const
const TRIALS = 10_000
/** Of intervals that resample. */
const FEW_TRIALS = 1000
const RESAMPLES = 1000
/** Of test sets, which cost a bootstrap of all their groups each. */
const TEST_SETS = 500
const GROUP_DRAWS = 200

type Method = (values: ReadonlyArray<number>, trial: number) => Interval | null

/** t on transformed values and back: the other way to make a transformed interval, kept for comparison. */
const onTransformed =
  (to: (value: number) => number, back: (value: number) => number): Method =>
  (values) => {
    const interval = meanInterval(values.map(to))
    return interval === null ? null : [back(interval[0]), back(interval[1])]
  }

const percentile: Method = (values, trial) => {
  const below = randomStream(`coverage/resample/${trial}/${values.length}`)
  const means = new Float64Array(RESAMPLES)
  for (let draw = 0; draw < RESAMPLES; draw++) {
    let total = 0
    for (let pick = 0; pick < values.length; pick++) total += values[below(values.length)] ?? 0
    means[draw] = total / values.length
  }
  means.sort()
  const low = quantileSorted(means, 0.025)
  const high = quantileSorted(means, 0.975)
  return low === null || high === null || low === high ? null : [low, high]
}

const ofKind =
  (kind: "share" | "count" | "duration"): Method =>
  (values) =>
    intervalOfMean(kind, values)?.interval ?? null

const smoothed = (value: number) => (value * SHARE_ROWS + 0.5) / (SHARE_ROWS + 1)

const methods: { readonly [P in keyof typeof populations]: { readonly [method: string]: Method } } = {
  normal: { t: (values) => meanInterval(values), bootstrap: percentile },
  skewed: {
    t: (values) => meanInterval(values),
    "log-t": ofKind("duration"),
    "log-values": onTransformed(Math.log, Math.exp),
    bootstrap: percentile
  },
  share: {
    t: (values) => meanInterval(values),
    "logit-t": ofKind("share"),
    "logit-values": onTransformed(
      (value) => Math.log(smoothed(value) / (1 - smoothed(value))),
      (x) => 1 / (1 + Math.exp(-x))
    ),
    wilson: (values) =>
      wilsonInterval(
        Math.round(values.reduce((total, value) => total + value, 0) * SHARE_ROWS),
        values.length * SHARE_ROWS
      ),
    bootstrap: percentile
  },
  count: { t: (values) => meanInterval(values), "count-t": ofKind("count"), bootstrap: percentile }
}

interface Measured {
  readonly coverage: number
  /** Of trials in which an interval could be given. */
  readonly given: number
}

const coverage = (population: Population, method: Method, n: number, trials: number, draw: Draw): Measured => {
  let held = 0
  let given = 0
  for (let trial = 0; trial < trials; trial++) {
    const interval = method(
      Array.from({ length: n }, () => population.value(draw)),
      trial
    )
    if (interval === null) continue
    given += 1
    if (interval[0] <= population.mean && population.mean <= interval[1]) held += 1
  }
  return { coverage: held / given, given: given / trials }
}

/** Over test sets: seeds alone, the percentile bootstrap over seeds and groups, and what tables print. */
const overRows = (n: number, shared: boolean, draw: Draw) => {
  const held = { seeds: 0, hierarchical: 0, ours: 0 }
  const holds = (interval: Interval | null | undefined) =>
    interval !== null && interval !== undefined && interval[0] <= accuracyMean && accuracyMean <= interval[1] ? 1 : 0
  const trials = TEST_SETS
  for (let trial = 0; trial < trials; trial++) {
    const seeds = accuracies({ seeds: n, shared }, draw)
    const values = seeds.map(
      (seed) => seed.of.reduce((total, each) => total + each, 0) / seed.in.reduce((total, each) => total + each, 0)
    )
    const draws = drawGroups(
      seeds.flatMap(({ groups }) => groups),
      GROUP_DRAWS
    )
    const perSeed = seeds.map((seed) => replicates(seed, draws))
    held.seeds += holds(intervalOfMean("share", values)?.interval)
    const rows = rowVariance(perSeed, draws.index.size)
    held.ours += holds(
      intervalOfMean("share", values, rows === null ? {} : { rows: { ...rows, by: "template" } })?.interval
    )
    const below = randomStream(`coverage/seeds/${trial}`)
    const means = Float64Array.from(draws.weights, (_, at) => {
      let total = 0
      for (let pick = 0; pick < n; pick++) total += perSeed[below(n)]?.[at] ?? 0
      return total / n
    }).sort()
    held.hierarchical += holds([quantileSorted(means, 0.025) ?? 0, quantileSorted(means, 0.975) ?? 0])
  }
  return { seeds: held.seeds / trials, hierarchical: held.hierarchical / trials, ours: held.ours / trials }
}

/** scipy's t interval of the same populations, on random numbers of its own. */
const PYTHON = `
import json, numpy, scipy.stats as st
rng = numpy.random.default_rng(1)
draw = {
  "normal": (0.8, lambda s: 0.8 + 0.02 * rng.standard_normal(s)),
  "skewed": (numpy.exp(0.32), lambda s: numpy.exp(0.8 * rng.standard_normal(s))),
  "count": (2.0, lambda s: rng.poisson(2, s).astype(float)),
}
logit = numpy.log(0.05 / 0.95)
expit = lambda x: 1 / (1 + numpy.exp(-x))
z = numpy.linspace(-8, 8, 20001); w = numpy.exp(-z * z / 2)
draw["share"] = (float((w * expit(logit + 0.5 * z)).sum() / w.sum()), lambda s: rng.binomial(200, expit(logit + 0.5 * rng.standard_normal(s))) / 200)
out = {}
for name, (mean, make) in draw.items():
  for n in (3, 5, 10, 30):
    x = make((20000, n)); se = st.sem(x, axis=1); ok = se > 0
    low, high = st.t.interval(0.95, n - 1, loc=x[ok].mean(axis=1), scale=se[ok])
    out["t_%s_n%d" % (name, n)] = float(((low <= mean) & (mean <= high)).mean())
    few = make((400, n)); few = few[few.std(axis=1) > 0]
    ci = st.bootstrap((few,), numpy.mean, axis=1, n_resamples=1000, method="percentile", vectorized=True, batch=100, random_state=1).confidence_interval
    out["bootstrap_%s_n%d" % (name, n)] = float(((ci.low <= mean) & (mean <= ci.high)).mean())
mean = draw["share"][0]
for rows in (30, 100, 300):
  k = rng.binomial(rows, mean, 20000)
  ci = {int(each): st.binomtest(int(each), rows).proportion_ci(method="wilson") for each in set(k.tolist())}
  out["wilson_oneShare_rows%d" % rows] = float(numpy.mean([ci[each].low <= mean <= ci[each].high for each in k.tolist()]))
print(json.dumps(out))
`

const ofPeer = (): { readonly peerName: string; readonly shares: { readonly [id: string]: number | undefined } } => {
  const python = Peer.python("scipy")
  if (python === undefined) return { peerName: "SciPy", shares: {} }
  const { status, stdout, stderr } = spawnSync(python.file, ["-c", PYTHON], { encoding: "utf8" })
  if (status !== 0) throw new Error(stderr)
  const parsed: unknown = JSON.parse(stdout)
  const found = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : []
  const shares = Object.fromEntries(found.flatMap(([id, value]) => (typeof value === "number" ? [[id, value]] : [])))
  return { peerName: python.name, shares }
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(8)

const bench: Bench = {
  name: "coverage",
  summary: "how often nominal 95 % intervals hold the true mean: normal, skewed, share and count data, 3 to 30 seeds",
  run: async () => {
    const { peerName, shares: peers } = ofPeer()
    const figures: Record<string, Figures[string]> = {}
    say(
      `coverage of nominal 95 % intervals, ${TRIALS} trials (${FEW_TRIALS} where values are resampled, ${TEST_SETS} test sets)`
    )
    say(`  ${"".padEnd(22)}${SEEDS.map((n) => `n = ${n}`.padStart(10)).join("")}`)
    for (const [name, population] of Object.entries(populations) as ReadonlyArray<
      [keyof typeof populations, Population]
    >)
      for (const [label, method] of Object.entries(methods[name])) {
        const line = SEEDS.map((n) => {
          const id = `${label}_${name}_n${n}`
          const trials = method === percentile ? FEW_TRIALS : TRIALS
          const measured = coverage(population, method, n, trials, drawOf(`coverage/${name}/${n}`))
          const peer = peers[id]
          figures[id] = {
            ours: 100 * measured.coverage,
            peer: peer === undefined ? null : 100 * peer,
            unit: "%",
            ...(peer === undefined ? {} : { peerName }),
            ...(measured.given === 1 ? {} : { note: `given in ${percent(measured.given).trim()} of the trials` })
          }
          return `  ${percent(measured.coverage)}`
        })
        say(`  ${`${name} · ${label}`.padEnd(22)}${line.join("")}`)
      }
    const { mean: rare } = populations.share
    for (const rows of [30, 100, 300]) {
      const draw = drawOf(`coverage/one share/${rows}`)
      let held = 0
      for (let trial = 0; trial < TRIALS; trial++) {
        const interval = intervalOfMean("share", [draw.binomial(rows, rare) / rows], { sizes: [rows] })?.interval
        if (interval !== undefined && interval[0] <= rare && rare <= interval[1]) held += 1
      }
      const id = `wilson_oneShare_rows${rows}`
      const peer = peers[id]
      figures[id] = {
        ours: (100 * held) / TRIALS,
        peer: peer === undefined ? null : 100 * peer,
        unit: "%",
        ...(peer === undefined ? {} : { peerName })
      }
      say(`  ${`one share of ${rows} · wilson`.padEnd(22)}  ${percent(held / TRIALS)}`)
    }
    for (const shared of [true, false]) {
      const what = shared ? "sameRows" : "otherRows"
      const measured = SEEDS.map((n) => overRows(n, shared, drawOf(`coverage/rows/${shared}/${n}`)))
      for (const method of ["seeds", "hierarchical", "ours"] as const) {
        const label = method === "ours" ? "bootstrap-t" : method === "seeds" ? "logit-t" : "hierarchical"
        for (const [at, n] of SEEDS.entries())
          figures[`${label}_${what}_n${n}`] = { ours: 100 * (measured[at]?.[method] ?? 0), peer: null, unit: "%" }
        say(`  ${`${what} · ${label}`.padEnd(22)}${measured.map((each) => `  ${percent(each[method])}`).join("")}`)
      }
    }
    say(`  sameRows: all seeds test the same ${GROUPS} groups of rows; otherRows: each its own`)
    return figures
  }
}
export default bench
