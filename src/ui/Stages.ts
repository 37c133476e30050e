/** How far each stage is: its nodes done of all, as a bar and as figures, and what one takes. */

import { displayWidth, padEnd, padStart, truncate } from "../domain/DisplayWidth.ts"
import { duration } from "../observe/Duration.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Stage from "../observe/StageProgress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { type Line, type Span, span, width } from "./Line.ts"
import { oneLine } from "./TextLines.ts"

const BAR = 6
/** `12.3 s`, `2 min 05 s` */
const TIME = 7
const GAP = 3

/** What of a stage is shown, beside its name and its nodes. */
interface Form {
  readonly name: number
  readonly bar: number
  readonly time: boolean
}

const itemWidth = ({ bar, name, time }: Form, digits: number): number =>
  name + 1 + (bar > 0 ? bar + 1 : 0) + 2 * digits + 1 + (time ? 1 + TIME : 0)

const item = (progress: Progress, index: number, form: Form, digits: number, { glyphs }: Canvas): Line => {
  const stage = Vector.get(progress.stages, index) ?? Stage.idle
  const done = Stage.done(stage)
  const part = (count: number) => (stage.total === 0 ? 0 : Math.floor((count * form.bar) / stage.total))
  const filled = Math.min(form.bar, Math.max(part(done), done > 0 ? 1 : 0))
  const failed = Math.min(form.bar - filled, stage.failed > 0 ? Math.max(1, part(stage.failed)) : 0)
  const bar: ReadonlyArray<Span> = [
    span(glyphs.bar.computed.repeat(filled), "computed"),
    span(glyphs.bar.failed.repeat(failed), "failed"),
    span(glyphs.bar.rest.repeat(form.bar - filled - failed), "waiting")
  ]
  const count = `${padStart(String(done), digits)}/${padEnd(String(stage.total), digits)}`
  const tone = stage.running > 0 ? "strong" : done === stage.total ? "plain" : "faint"
  const time = stage.measured === 0 ? "" : duration(stage.measuredMs / stage.measured)
  return [
    span(
      `${padEnd(truncate(oneLine(progress.plan?.stages[index] ?? ""), form.name, glyphs.ellipsis), form.name)} `,
      tone
    ),
    ...(form.bar > 0 ? [...bar.filter(({ text }) => text !== ""), span(" ")] : []),
    span(count, tone),
    ...(form.time ? [span(` ${padEnd(truncate(time, TIME, ""), TIME)}`, "faint")] : [])
  ]
}

/** At most `room` lines; none where they cannot hold all stages. Every stage keeps its place. */
export const stageLines = (progress: Progress, room: number, canvas: Canvas): ReadonlyArray<Line> => {
  const { plan } = progress
  if (plan === null || plan.stages.length === 0) return []
  const names = Math.max(...plan.stages.map((stage) => displayWidth(oneLine(stage))))
  const digits = Math.max(...Vector.toArray(progress.stages).map(({ total }) => String(total).length))
  const forms: ReadonlyArray<Form> = [
    { name: Math.min(names, 20), bar: BAR, time: true },
    { name: Math.min(names, 14), bar: BAR, time: true },
    { name: Math.min(names, 14), bar: BAR, time: false },
    { name: Math.min(names, 10), bar: 0, time: false }
  ]
  for (const form of forms) {
    const each = itemWidth(form, digits)
    const across = Math.floor((canvas.columns - 1 + GAP) / (each + GAP))
    if (across < 1 || Math.ceil(plan.stages.length / across) > room) continue
    const items = plan.stages.map((_, index) => item(progress, index, form, digits, canvas))
    return Array.from({ length: Math.ceil(items.length / across) }, (_, line) =>
      items
        .slice(line * across, (line + 1) * across)
        .flatMap((spans, at) => [
          span(at === 0 ? " " : " ".repeat(GAP)),
          ...spans,
          span(" ".repeat(Math.max(0, each - width(spans))))
        ])
    )
  }
  return []
}
