/** What the screen costs: a run with it beside the same with plain lines, and a frame of a grid of 10,000 cells. */
import { spawnSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { rolldown } from "rolldown"
import { type Bench, say } from "./rig/Bench.ts"
import type { Command } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { ablate, root } from "./rig/GridProject.ts"
import { interleave, median } from "./rig/Interleave.ts"
import type { FrameTime } from "./rig/Scroll.tsx"
import { jobs } from "./rig/Table3.ts"

const turns = 5
const frames = 40

/** Node reads no JSX, so the screen is compiled as the build does it. */
const scrolled = async (): Promise<ReadonlyArray<FrameTime>> => {
  const bundle = await rolldown({
    input: join(root, "bench/rig/Scroll.tsx"),
    platform: "node",
    external: [/^react-devtools-core$/],
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    resolve: { conditionNames: ["ablate:src", "import", "node", "default"] }
  })
  const dir = temporary("screen")
  await bundle.write({ dir, format: "es", entryFileNames: "scroll.mjs" })
  await bundle.close()
  const module: { readonly scroll: (frames: number) => Promise<ReadonlyArray<FrameTime>> } = await import(
    pathToFileURL(join(dir, "scroll.mjs")).href
  )
  return module.scroll(frames)
}

/** The same command in a terminal of 200 × 50, which `script` (util-linux) makes. */
const inTerminal = ({ args, cwd, file }: Command): Command => {
  const words = [file, ...args].map((word) => `'${word}'`).join(" ")
  return {
    file: "script",
    args: ["-qec", `stty rows 50 cols 200; ${words}`, "/dev/null"],
    ...(cwd === undefined ? {} : { cwd }),
    env: { TERM: "xterm-256color", LANG: "C.UTF-8", CI: "" }
  }
}

const bench: Bench = {
  name: "ui",
  summary: "a run of 20 trainings with the screen, beside the same with plain lines; a frame of 10,000 cells",
  run: async () => {
    say("ui: a key scrolls a grid of 10,000 cells on a screen of 200 × 50")
    const times = await scrolled()
    const wallMs = times.map((each) => each.wallMs).toSorted((a, b) => a - b)
    const cpuMs = median(times.map((each) => each.cpuMs))
    const most = wallMs[Math.floor(0.95 * wallMs.length)] ?? Number.NaN
    say(
      `  ${median(wallMs).toFixed(1)} ms a frame (19 of 20 within ${most.toFixed(1)} ms), ${cpuMs.toFixed(1)} ms of the processor`
    )
    const frame10000 = {
      ours: median(wallMs),
      peer: null,
      unit: "ms",
      note: `median from the key to the last byte written, of which ${cpuMs.toFixed(1)} ms are the processor's`
    }
    const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0
    if (!hasScript) {
      say("  the overhead is measured in a terminal made by `script`: apt-get install bsdutils (util-linux)")
      return { frame10000 }
    }
    const store = join(temporary("ui"), "store")
    const only = ["--only", "method=agnostic,agnostic-dwe"]
    const run = (ui: string) =>
      inTerminal(ablate(root, "run", "table3", "--store", store, "--ui", ui, "--jobs", String(jobs), ...only))
    const before = () => rmSync(store, { recursive: true, force: true })
    const [screen, stream] = interleave(
      [
        { label: "with the screen", command: run("tui"), before },
        { label: "plain lines", command: run("stream"), before }
      ],
      turns
    )
    const seconds = (measured?: { readonly wallMs: number }) => (measured?.wallMs ?? Number.NaN) / 1000
    return {
      overhead: {
        ours: seconds(screen),
        peer: seconds(stream),
        unit: "s",
        peerName: "the same run with --ui stream",
        note: `wall time of whole cold runs in a terminal, ${jobs} jobs`
      },
      frame10000
    }
  }
}
export default bench
