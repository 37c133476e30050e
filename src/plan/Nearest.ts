/**
 * The nearest of many earlier computations of a stage: the one whose record differs in the fewest fields. Those that
 * differ in one thing only are found by what they share, so that a long chain does not compare everything with everything.
 */
import * as Json from "../declare/Json.ts"
import type { KeyRecord } from "../domain/KeyRecord.ts"
import { numberOf } from "./Dag.ts"
import { type Difference, differences } from "./Difference.ts"

/** Where nothing differs in one thing only, so many candidates are compared, those of the same config first. */
const compared = 500

export interface Nearest<T> {
  readonly candidate: T
  readonly differences: ReadonlyArray<Difference>
}

/** What candidates are found by: numbers that stand for the parts of a record. */
interface Parts {
  readonly code: number
  readonly config: number
  readonly inputs: ReadonlyArray<number>
}

const none: ReadonlySet<string> = new Set()

/** The texts by which a record is found that is the same, or differs in its code or its config only. */
const placesOf = ({ code, config, inputs }: Parts): ReadonlyArray<string> => {
  const all = inputs.join()
  return [`all ${code} ${config} ${all}`, `but code ${config} ${all}`, `but config ${code} ${all}`]
}

/** Those by which one is found that differs in one input, which may be one more or one less. */
const inputPlacesOf = ({ code, config, inputs }: Parts): ReadonlyArray<string> =>
  [inputs, ...inputs.map((_, at) => inputs.toSpliced(at, 1))].map((some) => `but one input ${code} ${config} ${some}`)

const configPlaceOf = ({ config }: Parts) => `config ${config}`

/** More inputs than this are told apart by comparing: a text for each of them would cost more. */
const mostInputs = 8

const isWithin = (nearest: Nearest<unknown> | undefined, most: number) =>
  nearest !== undefined && nearest.differences.length <= most

/** Of candidates that are as near as others, those are preferred that `expected` describes but for code or config. */
export type Search<T> = (to: KeyRecord, expected?: KeyRecord) => Nearest<T> | undefined

/** Searches candidates, of which those listed first are preferred among equals. Inputs by an `ignored` name do not count. */
export const searchIn = <T extends { readonly record: KeyRecord }>(
  candidates: ReadonlyArray<T>,
  ignored: ReadonlySet<string> = none
): Search<T> => {
  const numbers = new Map<string, number>()
  const numbered = (text: string): number => numberOf(numbers, text)
  const partsOf = ({ code, config, inputs, numerics }: KeyRecord): Parts => ({
    code: numbered(`code ${numerics ?? ""} ${code}`),
    config: numbered(`config ${Json.stringify(config)}`),
    inputs: Object.keys(inputs)
      .filter((name) => !ignored.has(name))
      .sort()
      .map((name) => numbered(`input ${name} ${inputs[name]}`))
  })
  let places: Map<string, Array<T>> | undefined
  const index = () => {
    const map = new Map<string, Array<T>>()
    for (const candidate of candidates) {
      const parts = partsOf(candidate.record)
      const few = parts.inputs.length <= mostInputs ? inputPlacesOf(parts) : []
      for (const place of [configPlaceOf(parts), ...placesOf(parts), ...few]) {
        const there = map.get(place)
        if (there === undefined) map.set(place, [candidate])
        else if (there.length < compared) there.push(candidate)
      }
    }
    return map
  }
  const compare = (candidate: T, to: KeyRecord): Nearest<T> => ({
    candidate,
    differences: differences(candidate.record, to).filter((each) => each.kind !== "input" || !ignored.has(each.name))
  })
  /** Stops at the first that differs in no more than `least`. */
  const among = (some: Iterable<T>, to: KeyRecord, least: number, best?: Nearest<T>): Nearest<T> | undefined => {
    let nearest = best
    for (const candidate of some) {
      if (isWithin(nearest, least)) break
      const next = compare(candidate, to)
      if (nearest === undefined || next.differences.length < nearest.differences.length) nearest = next
    }
    return nearest
  }
  return (to, expected) => {
    if (candidates.length <= 1) return among(candidates, to, 0)
    places ??= index()
    const at = places
    const there = (place: string) => at.get(place) ?? []
    let best: Nearest<T> | undefined
    const parts = partsOf(to)
    const near = [...(expected === undefined ? [] : placesOf(partsOf(expected))), ...placesOf(parts)]
    for (const place of near) best = among(there(place), to, 1, best)
    if (parts.inputs.length <= mostInputs && !isWithin(best, 1))
      for (const place of inputPlacesOf(parts)) best = among(there(place), to, 1, best)
    if (isWithin(best, 1)) return best
    // Whatever differs in one thing has been seen: two are the fewest that are left.
    best = among(there(configPlaceOf(parts)), to, 2, best)
    return isWithin(best, 2) ? best : among(candidates.slice(0, compared), to, 2, best)
  }
}
