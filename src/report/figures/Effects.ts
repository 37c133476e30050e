/** Main effects and interactions of a table on one column, the largest first, with their 95 % intervals: as lines and in numbers. */
import type { EffectsSpec } from "../../domain/FigureSpec.ts"
import { type EffectGroup, effectGroups } from "../EffectTexts.ts"
import type { ReportColumn } from "../ReportTable.ts"
import { type DifferenceGroup, type DifferenceLine, differencePlot, differencesIn } from "./DifferencePlot.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { columnTitle, countsOf, digitsOf, isMeant, noneMeant, varying } from "./Rows.ts"

type NamedEffect = EffectGroup["effects"][number]

/** Better and worse is what changing one factor does; an interaction is neither by itself. */
const linesOf = (effects: ReadonlyArray<NamedEffect>, better: ReportColumn["better"]): ReadonlyArray<DifferenceLine> =>
  effects
    .toSorted((left, right) => Math.abs(right.effect.difference.mean) - Math.abs(left.effect.difference.mean))
    .map(({ effect: { difference }, name }) => ({ name, difference, note: "", better }))

/** Main effects, then interactions; of each block of rows by itself. */
const groupsOf = (
  { column, effects, labels }: EffectGroup,
  axes: ReadonlyArray<string>
): ReadonlyArray<DifferenceGroup> => {
  const isMain = ({ effect }: NamedEffect) => effect.terms.length === 1
  const place = axes.map((axis) => labels[axis] ?? "").join(" · ")
  const kinds = [
    { name: "main effects", lines: linesOf(effects.filter(isMain), column.better) },
    {
      name: "interactions",
      lines: linesOf(
        effects.filter((each) => !isMain(each)),
        undefined
      )
    }
  ]
  return kinds
    .filter(({ lines }) => lines.length > 0)
    .map(({ lines, name }) => ({ name: place === "" ? name : `${place}: ${name}`, lines }))
}

/** The drawing, or why there is none. */
export const effects = (spec: EffectsSpec, table: FigureTable): Attempt => {
  const all = effectGroups(
    table.effects ?? [],
    table.columns.filter(({ id }) => id === spec.metric)
  )
  if (all.length === 0) return leftOut(`the table has no effects on ${spec.metric}`)
  const meant = all.filter(({ labels }) => isMeant(labels, spec.where))
  if (meant.length === 0) return leftOut(noneMeant("effects", all, spec.where))
  const axes = varying(all, table.axes)
  const groups = meant.flatMap((group) => groupsOf(group, axes))
  const title = columnTitle(table, spec.metric)
  const better = meant[0]?.column.better
  const hint = better === undefined ? "" : `; main effects: ${better} is better`
  const seeds = countsOf(differencesIn(groups))
  const hasInteractions = meant.some((group) => group.effects.some(({ effect }) => effect.terms.length > 1))
  return differencePlot({
    ...{ title: spec.title, subtitle: spec.subtitle, width: spec.width, groups, sources: table.sources },
    digits: digitsOf(table, spec.metric),
    noun: "effect",
    xTitle: `${title}, effect${hint}`,
    summary: `Main effects${hasInteractions ? " and interactions" : ""}, ${title}${hint}, with 95 % intervals.`,
    remark: [
      `Effects over ${seeds} ${seeds === "1" ? "seed" : "seeds"}; bars: 95 % interval.`,
      ...(hasInteractions
        ? ["Interaction: the effect of one factor at the other level of the second, less that at the first."]
        : [])
    ].join(" ")
  })
}
