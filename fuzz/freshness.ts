/**
 * Is the table of a store that knows earlier states the table of an empty one? Random projects, random edits, both
 * computed and compared; the other way too: what cannot matter should run nothing, and `why` should name what did.
 */
import { availableParallelism } from "node:os"
import { External } from "ablate"
import { Schema } from "effect"
import { drive } from "./freshness/Drive.ts"
import { featureNames, features } from "./freshness/Features.ts"
import { Fault } from "./freshness/Report.ts"
import { broken, findingText, keep, summaryText } from "./freshness/Summary.ts"
import { totalOf } from "./freshness/Tally.ts"
import { type Fuzz, numberOf, type Options, say } from "./rig/Fuzz.ts"

const list = (text: string | undefined): ReadonlyArray<string> => (text ?? "").split(",").filter((name) => name !== "")

/** Not in every project that is tried: `blind` makes faults, the others are what a build may not have. */
const chosen: ReadonlyArray<string> = ["blind", ...("env" in External ? [] : ["env"])]

/** All that this build has, with what `--with` names and without what `--without` does. */
export const featuresOf = (options: Options): ReadonlyArray<string> => {
  const [given, without] = [list(options.with), list(options.without)]
  const unknown = [...given, ...without].filter((name) => !(name in features))
  if (unknown.length > 0) throw new Error(`no feature ${unknown.join(", ")}: there are ${featureNames.join(", ")}`)
  return featureNames.filter((name) => given.includes(name) || !(without.includes(name) || chosen.includes(name)))
}

const isFault = Schema.is(Fault)

/** Faults to make small: stale tables, and what `--look` names. */
const lookOf = ({ look }: Options): ReadonlyArray<Fault> => {
  const unknown = list(look).filter((name) => !isFault(name))
  if (unknown.length > 0) throw new Error(`--look ${unknown.join(",")}: there are ${Fault.literals.join(", ")}`)
  return ["stale", ...list(look).filter(isFault)]
}

const fuzz: Fuzz = {
  name: "freshness",
  summary:
    "random projects and edits: is a warm table ever not the cold one? (--edits, --seed, --jobs, --look, --with, --without, --attempts, --keep DIR)",
  run: async (options) => {
    const edits = numberOf(options, "edits", 1000)
    const seed = numberOf(options, "seed", 1)
    let [done, stale] = [0, 0]
    const report = await drive(
      {
        seed,
        edits,
        features: featuresOf(options),
        look: lookOf(options),
        attempts: numberOf(options, "attempts", 150),
        jobs: numberOf(options, "jobs", availableParallelism())
      },
      (message) => {
        if (message._tag === "Edited") {
          done++
          if (message.counts.includes("stale")) stale++
          if (done % 100 === 0) say(`${done} of ${edits} edits, ${stale} stale`)
        }
        if (message._tag === "Found") {
          say(findingText(message.finding))
          if (options.keep !== undefined) keep(options.keep, message.finding)
        }
      }
    )
    process.stdout.write(`\n${summaryText(report)}\n`)
    const tooMuch = broken(report)
    if (tooMuch.length > 0) process.stdout.write(`ran although nothing may: ${tooMuch.join(", ")}\n`)
    return totalOf(report.tally).stale > 0 || tooMuch.length > 0 ? 1 : 0
  }
}

export default fuzz
