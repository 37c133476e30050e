/** A figure as plain data: axes, and marks at their pixels. */
import type { Box, Point } from "./Geometry.ts"

export interface Axis {
  readonly kind: "linear" | "log"
  readonly domain: readonly [low: number, high: number]
  readonly ticks: ReadonlyArray<number>
  /** d3's format of the ticks' numbers: `.0%`. */
  readonly format: string
}

/** Axes around a box: x below, y on the left, with a light grid. */
export interface Frame {
  readonly box: Box
  /** How far below the box the x axis stands. */
  readonly gap: number
  readonly x: Axis
  readonly y: Axis
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
}

export interface Rule extends Point {
  readonly x2: number
  readonly y2: number
  readonly stroke?: string
  readonly width?: number
  readonly dash?: ReadonlyArray<number>
}

export interface Glyph extends Point {
  /** A shape of vega, or a path in the square from −1 to 1. */
  readonly shape: string
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
    }
  | { readonly mark: "band"; readonly items: ReadonlyArray<Point & { readonly y2: number }>; readonly opacity: number }

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
