/** Figures of a table and of what its cells published, as SVG: a pure function of specification and data. */
import type { FigureInput } from "../../domain/FigureSpec.ts"
import { curves } from "./Curves.ts"
import { toSvg } from "./drawing/Svg.ts"
import { effects } from "./Effects.ts"
import type { Attempt, DrawnFigure, FigureTable, LeftOutFigure } from "./Figure.ts"
import { forest } from "./Forest.ts"
import { scatter } from "./Scatter.ts"
import { sweep } from "./Sweep.ts"
import { tradeoff } from "./Tradeoff.ts"

export type { DrawnFigure, FigureTable, LeftOutFigure } from "./Figure.ts"
export { isMeant } from "./Rows.ts"

/** Of an experiment without a table. */
export const NO_TABLE: FigureTable = { axes: [], columns: [], rows: [], sources: [] }

const attempt = (figure: FigureInput, table: FigureTable): Attempt => {
  switch (figure._tag) {
    case "forest":
      return forest(figure, table)
    case "effects":
      return effects(figure, table)
    case "tradeoff":
      return tradeoff(figure, table)
    case "sweep":
      return sweep(figure, table)
    case "curves":
      return curves(figure, table)
    case "scatter":
      return scatter(figure, table)
  }
}

/** Draws the figures, in their order. Equal figures and tables give equal bytes. */
export const drawFigures = (
  figures: ReadonlyArray<FigureInput>,
  table: FigureTable
): { readonly drawn: ReadonlyArray<DrawnFigure>; readonly leftOut: ReadonlyArray<LeftOutFigure> } => {
  const drawn: Array<DrawnFigure> = []
  const leftOut: Array<LeftOutFigure> = []
  for (const figure of figures) {
    const { file, title } = figure
    const made = attempt(figure, table)
    if ("leftOut" in made) leftOut.push({ file, title, reason: made.leftOut })
    else drawn.push({ file, title, svg: toSvg(made), description: made.description })
  }
  return { drawn, leftOut }
}
