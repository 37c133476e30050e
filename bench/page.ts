/** The report page of ten thousand cells: its size, and how long a browser takes to open it, beside the same table as plain HTML. */
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser } from "playwright-core"
import { hasBrowser, launch } from "../scripts/Browser.ts"
import type { Bench } from "./rig/Bench.ts"
import { say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary, write } from "./rig/Folder.ts"
import { ablate, root } from "./rig/GridProject.ts"
import { median } from "./rig/Interleave.ts"

const [variants, seeds, metrics] = [2000, 5, 8]
const turns = 7

const experiment = `/** Ten thousand cells of eight figures. */
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"

const names = Array.from({ length: ${metrics} }, (_, at) => "metric" + at)
const Point = Schema.Struct({ variant: Schema.Int, seed: Schema.Int })
export const draw = Stage.make("draw", {
  config: Point,
  output: Artifact.json(Schema.Finite),
  pool: "inline",
  run: (_, { seed, variant }) => Effect.succeed(((variant * 7919 + seed * 104729) % 1009) / 1009)
})
export const measure = Stage.make("measure", {
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(names),
  pool: "inline",
  run: ({ x }) => Effect.succeed(Object.fromEntries(names.map((name, at) => [name, { value: (x + at / 7) / 3 }])))
})
export default Experiment.make("many", {
  pipeline: Pipeline.make("p", Point, (p) => ({ metrics: measure.node({ x: draw.node({}, p) }) })),
  grid: Grid.axes({ variant: Array.from({ length: ${variants} }, (_, at) => at), seed: Grid.seeds(${seeds}) }),
  table: Table.make({
    title: "Ten thousand cells",
    rows: ["variant"],
    columns: names.map((metric) => ({ metric, label: metric })),
    baseline: { variant: "0" }
  })
})
`

const project = (): string => {
  const folder = write(temporary("ablate-page"), {
    "package.json": '{ "name": "many", "private": true, "type": "module" }\n',
    "experiments/many.ts": experiment
  })
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(join(root, "src"), join(folder, "node_modules/ablate"))
  symlinkSync(join(root, "node_modules/effect"), join(folder, "node_modules/effect"))
  return folder
}

/** Tells when the first row of a table was painted: the frame after the one in which it is there. */
const watch = `{
  const look = () => document.querySelector("tbody td") === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => { window.painted = performance.now() })
  requestAnimationFrame(look)
}`

/** Milliseconds from the navigation to the first row painted, and to the page that answers. */
const openings = async (browser: Browser, file: string, isOurs: boolean) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.addInitScript(watch)
  await page.goto(pathToFileURL(file).href)
  const isReady = isOurs ? `performance.getEntriesByName("ready").length > 0 && window.painted` : "window.painted"
  await page.waitForFunction(isReady)
  const painted = await page.evaluate<number>("window.painted")
  const ready = isOurs ? await page.evaluate<number>(`performance.getEntriesByName("ready")[0].startTime`) : painted
  await page.close()
  return { painted, ready }
}

const bench: Bench = {
  name: "page",
  summary: "the report page of 10,000 cells: size, and time to open in a browser; beside the same table as plain HTML",
  run: async () => {
    if (!hasBrowser) throw new Error("the browser's package is for Linux on x64 alone")
    const folder = project()
    say(`running ${variants * seeds} cells first`)
    time(ablate(folder, "run", "many", "--ui", "stream"))
    const making = time(ablate(folder, "report", "many", "--out", "report"))
    const plain = join(folder, "plain.html")
    writeFileSync(plain, time(ablate(folder, "table", "many", "--format", "html")).stdout)
    const ours = join(folder, "report/index.html")
    const browser = await launch()
    const [own, peer]: ReadonlyArray<Array<{ readonly painted: number; readonly ready: number }>> = [[], []]
    for (let turn = 0; turn < turns; turn++) {
      own?.push(await openings(browser, ours, true))
      peer?.push(await openings(browser, plain, false))
    }
    await browser.close()
    const peerName = "ablate table --format html"
    const megabytes = (file: string) => statSync(file).size / 1e6
    const theirs = median((peer ?? []).map(({ painted }) => painted))
    return {
      open10000: { ours: median((own ?? []).map(({ painted }) => painted)), peer: theirs, unit: "ms", peerName },
      ready10000: {
        ours: median((own ?? []).map(({ ready }) => ready)),
        peer: theirs,
        unit: "ms",
        peerName,
        note: "until it sorts and filters, which the plain table never does"
      },
      size: { ours: megabytes(ours), peer: megabytes(plain), unit: "MB", peerName },
      make: { ours: making.wallMs, peer: null, unit: "ms", note: "the whole command, with all files" }
    }
  }
}
export default bench
