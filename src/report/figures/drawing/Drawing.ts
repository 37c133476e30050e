/** A figure as plain data: axes, and marks at their pixels (96 to the inch). */
import type { Box, Point } from "./Geometry.ts"

export interface Axis {
  readonly kind: "linear" | "log"
  readonly domain: readonly [low: number, high: number]
  readonly ticks: ReadonlyArray<number>
  /** What stands at each of the ticks. */
  readonly labels: ReadonlyArray<string>
}

/** Axes around a box: x below, y on the left, with a light grid. Rows that are named have no y axis. */
export interface Frame {
  readonly box: Box
  /** How far below the box the x axis stands. */
  readonly gap: number
  readonly x: Axis
  readonly y: Axis | null
}

export interface Text extends Point {
  readonly text: string
  readonly align: "left" | "center" | "right"
  readonly size: number
  readonly weight?: "normal" | "bold"
  readonly style?: "normal" | "italic"
  /** Degrees, clockwise. */
  readonly angle?: number
  readonly fill?: string
  /** Whether it is kept readable above lines, by a white edge. */
  readonly halo?: boolean
}

export interface Rule extends Point {
  readonly x2: number
  readonly y2: number
  readonly stroke?: string
  readonly width?: number
  readonly dash?: ReadonlyArray<number>
}

export type Shape =
  | "circle"
  | "square"
  | "diamond"
  | "cross"
  | "triangle-up"
  | "triangle-down"
  | "triangle-left"
  | "triangle-right"

export interface Glyph extends Point {
  readonly shape: Shape
  /** Half its width. */
  readonly radius: number
  readonly fill: string
  readonly stroke?: string
  readonly width?: number
}

export type Layer =
  | { readonly mark: "text"; readonly items: ReadonlyArray<Text> }
  | { readonly mark: "rule"; readonly items: ReadonlyArray<Rule> }
  | { readonly mark: "glyph"; readonly items: ReadonlyArray<Glyph> }
  | {
      readonly mark: "line"
      readonly items: ReadonlyArray<Point>
      readonly dash: ReadonlyArray<number>
      readonly width: number
      readonly stroke: string
    }
  | {
      readonly mark: "band"
      readonly items: ReadonlyArray<Point & { readonly y2: number }>
      readonly fill: string
      readonly opacity: number
    }

export interface Drawing {
  readonly width: number
  readonly height: number
  /** What it is, for readers of the screen and as the file's title. */
  readonly title: string
  /** What it shows, in sentences and figures, for those who do not see it. */
  readonly description: string
  readonly frame: Frame
  /** Drawn in their order, the later over the earlier. */
  readonly layers: ReadonlyArray<Layer>
}
