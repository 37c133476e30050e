/**
 * Reading and filtering COCO annotations of train2014's size: ours, beside JSON.parse and Python's json with the same filter
 * as a loop, each in a process of its own on the same files.
 */
import { type Bench, say } from "./rig/Bench.ts"
import { cocoFiles } from "./rig/CocoFiles.ts"
import { jsonParse, ours, pythonJson, type Reader, type Reading } from "./rig/CocoReaders.ts"
import { temporary } from "./rig/Folder.ts"

const TURNS = 3
const SEED = 2014

/** The fastest of some turns; null, and said, where the reader cannot. */
const best = (label: string, turns: ReadonlyArray<Reading | string>): Reading | null => {
  const readings = turns.filter((turn): turn is Reading => typeof turn !== "string")
  const [first] = readings.toSorted((a, b) => a.seconds - b.seconds)
  if (first !== undefined) return { ...first, peakMB: Math.max(...readings.map(({ peakMB }) => peakMB)) }
  say(`  ${label} cannot read these files: ${turns[0] ?? "it is not installed"}`)
  return null
}

const bench: Bench = {
  name: "coco-parse",
  summary: "COCO annotations of train2014's size read and filtered, MB/s and peak memory; beside JSON.parse and Python",
  run: async () => {
    const files = cocoFiles(temporary("coco-parse"), SEED)
    const megabytes = files.instancesMB + files.captionsMB
    say(`coco-parse: instances ${files.instancesMB.toFixed(0)} MB, captions ${files.captionsMB.toFixed(0)} MB`)
    const readers: Array<readonly [label: string, read: Reader, turns: Array<Reading | string>]> = [
      ["ours", ours, []],
      ["JSON.parse and a loop", jsonParse, []]
    ]
    const python = pythonJson()
    const pythonName = `${python?.name ?? "Python's json"} and a loop`
    if (python !== undefined) readers.push([pythonName, python.read, []])
    for (let turn = 0; turn < TURNS; turn++)
      for (const [, read, turns] of readers) {
        try {
          turns.push(read(files))
        } catch (error) {
          turns.push(error instanceof Error ? error.message.slice(-300) : String(error))
        }
      }
    const results = readers.map(([label, , turns]) => [label, best(label, turns)] as const)
    for (const [label, result] of results) {
      if (result === null) continue
      const parsing =
        result.parsed === null ? "" : `, ${(megabytes / result.parsed).toFixed(0)} MB/s of it parsing alone`
      say(
        `  ${label.padEnd(32)} ${(megabytes / result.seconds).toFixed(0).padStart(4)} MB/s (${result.seconds.toFixed(2)} s, ${result.cpuSeconds.toFixed(2)} s of CPU${parsing}), ${result.peakMB.toFixed(0)} MB above start; ${result.man} man, ${result.woman} woman`
      )
    }
    const counts = new Set(results.flatMap(([, result]) => (result === null ? [] : [`${result.man}/${result.woman}`])))
    if (counts.size !== 1) throw new Error(`the readers disagree: ${[...counts].join(", ")}`)
    const [mine, parse, py] = results.map(([, result]) => result)
    const speed = (result: Reading | null | undefined) => (result == null ? null : megabytes / result.seconds)
    const own = speed(mine)
    if (mine == null || own === null) throw new Error("our reader failed")
    const note = `${megabytes.toFixed(0)} MB of JSON, best of ${TURNS}; reading, parsing and filtering; by CPU time ours is ${(megabytes / mine.cpuSeconds).toFixed(0)} MB/s`
    return {
      speed: { ours: own, peer: speed(parse), unit: "MB/s", peerName: "JSON.parse and a loop", note },
      speed_python: { ours: own, peer: speed(py), unit: "MB/s", peerName: pythonName, note },
      memory: { ours: mine.peakMB, peer: parse?.peakMB ?? null, unit: "MB", peerName: "JSON.parse and a loop" },
      memory_python: { ours: mine.peakMB, peer: py?.peakMB ?? null, unit: "MB", peerName: pythonName }
    }
  }
}
export default bench
