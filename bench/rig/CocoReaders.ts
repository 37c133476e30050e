/** Programs that read and filter a pair of annotation files, each in a process of its own, ours and its peers. */
import { join } from "node:path"
import type { CocoFiles } from "./CocoFiles.ts"
import { type Command, time } from "./Command.ts"
import { command, python } from "./Peer.ts"

/** What each prints as its only line. */
export interface Reading {
  readonly seconds: number
  /** CPU time of all its threads, which does not count what else the machine does. */
  readonly cpuSeconds: number
  /** Of `seconds`, those until both files are parsed, where that is a step of its own. */
  readonly parsed: number | null
  /** Peak of resident memory above what it was before, in megabytes. */
  readonly peakMB: number
  readonly man: number
  readonly woman: number
}

const root = join(import.meta.dirname, "..", "..")

const JS_START = `
const before = process.memoryUsage().rss
const started = performance.now()
const cpu = process.cpuUsage()
const cpuSeconds = () => { const { user, system } = process.cpuUsage(cpu); return (user + system) / 1e6 }
const tell = (man, woman, parsed) => console.log(JSON.stringify({
  seconds: (performance.now() - started) / 1000, cpuSeconds: cpuSeconds(), parsed: parsed === null ? null : (parsed - started) / 1000,
  peakMB: (process.resourceUsage().maxRSS * 1024 - before) / 1e6, man, woman }))
`

const OURS = `
import { Effect } from "effect"
import { readCocoSet } from "./stages/coco/readCocoSet.ts"
const [instances, captions] = process.argv.slice(1)
${JS_START}
const { funnel } = await Effect.runPromise(readCocoSet({ path: instances }, { path: captions }, { words: "whole-word", source: "", standIn: true }))
tell(funnel.man, funnel.woman, null)
`

/** The same filter over parsed values. */
const JSON_PARSE = `
import { readFileSync } from "node:fs"
const [instances, captions] = process.argv.slice(1)
${JS_START}
const a = JSON.parse(readFileSync(instances, "utf8"))
const b = JSON.parse(readFileSync(captions, "utf8"))
const parsed = performance.now()
const wanted = new Set([8, 4, 32, 27, 37, 31, 48, 49, 50, 77, 88])
const persons = new Set(), objects = new Set()
for (const { category_id, image_id } of a.annotations) {
  if (category_id === 1) persons.add(image_id)
  else if (wanted.has(category_id)) objects.add(image_id)
}
const found = new Map()
for (const { caption, image_id } of b.annotations) {
  if (!persons.has(image_id) || !objects.has(image_id)) continue
  let bits = found.get(image_id) ?? 0
  for (const word of caption.toLowerCase().match(/[a-z0-9]+/g) ?? []) bits |= word === "man" ? 1 : word === "woman" ? 2 : 0
  found.set(image_id, bits)
}
const counts = [0, 0, 0, 0]
for (const bits of found.values()) counts[bits]++
tell(counts[1], counts[2], parsed)
`

const PYTHON = `
import json, re, resource, sys, time
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started, cpu = time.perf_counter(), time.process_time()
with open(sys.argv[1], encoding="utf8") as f: a = json.load(f)
with open(sys.argv[2], encoding="utf8") as f: b = json.load(f)
parsed = time.perf_counter()
wanted = {8, 4, 32, 27, 37, 31, 48, 49, 50, 77, 88}
persons, objects = set(), set()
for each in a["annotations"]:
    c = each["category_id"]
    if c == 1: persons.add(each["image_id"])
    elif c in wanted: objects.add(each["image_id"])
both = persons & objects
found = {}
word = re.compile("[a-z0-9]+")
for each in b["annotations"]:
    i = each["image_id"]
    if i not in both: continue
    words = set(word.findall(each["caption"].lower()))
    found[i] = found.get(i, 0) | ("man" in words) | 2 * ("woman" in words)
counts = [0] * 4
for bits in found.values(): counts[bits] += 1
ended = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": ended - started, "cpuSeconds": time.process_time() - cpu, "parsed": parsed - started, "peakMB": (peak - before) * 1024 / 1e6, "man": counts[1], "woman": counts[2]}))
`

const node = (program: string): Command => ({
  file: process.execPath,
  args: ["--conditions=ablate:src", "--input-type=module", "--no-warnings", "-e", program],
  cwd: root
})

const isReading = (value: unknown): value is Reading =>
  typeof value === "object" &&
  value !== null &&
  "seconds" in value &&
  "cpuSeconds" in value &&
  "peakMB" in value &&
  "man" in value

/** Runs one of them. Throws where it fails: out of memory, say. */
const run = (command: Command, { captions, instances }: CocoFiles): Reading => {
  const { stdout } = time({ ...command, args: [...command.args, instances, captions] })
  const reading: unknown = JSON.parse(stdout)
  if (!isReading(reading)) throw new Error(`unexpected output: ${stdout}`)
  return reading
}

export type Reader = (files: CocoFiles) => Reading

export const ours: Reader = (files) => run(node(OURS), files)

export const jsonParse: Reader = (files) => run(node(JSON_PARSE), files)

/** Undefined where there is no Python. */
export const pythonJson = (): { readonly name: string; readonly read: Reader } | undefined => {
  const peer = python("json")
  return peer && { name: peer.name, read: (files) => run(command(peer, ["-c", PYTHON]), files) }
}
