/**
 * What the page is about, in one look: the experiment, its run, and how far it is.
 * @jsxImportSource preact
 */

import type { RunRecord } from "../domain/RunRecord.ts"
import { duration } from "../observe/Duration.ts"
import { allSeeds } from "../report/format/Figures.ts"
import { rangesOf } from "../report/Ranges.ts"
import { count, differenceCounts, type View } from "./View.ts"

/** `2026-11-27 06:46 UTC`: the same for every reader, as in the run's id. */
const when = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`

const words: { readonly [Status in RunRecord["status"]]: string } = {
  running: "running",
  succeeded: "complete",
  failed: "complete, with failures",
  interrupted: "interrupted"
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

const Progress = ({ view }: { readonly view: View }) => {
  const { progress, run } = view.data
  const isWhole = progress.done === progress.all
  if (isWhole && run.status === "succeeded") return null
  return (
    <div class="progress">
      <progress max={Math.max(1, progress.all)} value={progress.done} aria-label="Cells that have figures" />
      <span>
        {count(progress.done)} of {count(progress.all)} cells have figures
      </span>
    </div>
  )
}

export const Masthead = ({ view }: { readonly view: View }) => {
  const { description, isLive, run, table } = view.data
  const seeds = allSeeds(table)
  const { all, differing } = differenceCounts(view)
  return (
    <header class="masthead">
      <p class="eyebrow">
        <span>{run.experiment}</span>
        <span class={`status ${run.status}`} role="status">
          {isLive && run.status === "running" ? "live · " : ""}
          {words[run.status]}
        </span>
      </p>
      <h1>{table.title}</h1>
      {description !== "" && <p class="lead">{description}</p>}
      <Progress view={view} />
      <dl class="facts">
        <Fact name="Variants" value={count(table.rows.length)} />
        <Fact name="Cells" value={count(view.data.progress.all)} />
        {seeds.length > 0 && <Fact name="Seeds" value={rangesOf(seeds)} />}
        {all > 0 && <Fact name="Differ from the baseline" value={`${count(differing)} of ${count(all)} figures`} />}
        <Fact name="Started" value={when(run.startedAt)} />
        {run.durationMs !== null && <Fact name="Took" value={duration(run.durationMs)} />}
        <Fact name="Run" value={run.id} />
      </dl>
    </header>
  )
}
