/** Where the boxes of a graph of stages stand, from left to right. Equal graphs give equal places. */
import { basename } from "node:path"
import type { Box, StageGraph } from "../plan/StageGraph.ts"

/** A box around its centre, in pixels. */
export interface PlacedBox extends Box {
  readonly title: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface GraphLayout {
  readonly width: number
  readonly height: number
  readonly boxes: ReadonlyArray<PlacedBox>
  readonly edges: ReadonlyArray<{
    readonly inputs: ReadonlyArray<string>
    readonly points: ReadonlyArray<readonly [x: number, y: number]>
  }>
}

export const titleOf = ({ kind, label, nodes }: Box): string =>
  kind === "file" ? basename(label) : nodes === 1 ? label : `${label} ×${nodes}`

/** Pixels of a box's text: monospaced, so that its width is known without a font. */
const characterWidth = 7.8
const boxHeight = 30
const margin = 16

const rounded = (value: number) => Math.round(value * 10) / 10

/** `height`: of every box. */
export const layOut = async (
  { boxes, edges }: StageGraph,
  { height: boxed = boxHeight }: { readonly height?: number } = {}
): Promise<GraphLayout> => {
  const { Graph, layout } = await import("@dagrejs/dagre")
  const graph = new Graph()
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 60, marginx: margin, marginy: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const box of boxes) graph.setNode(box.id, { width: titleOf(box).length * characterWidth + 24, height: boxed })
  for (const { from, to } of edges) graph.setEdge(from, to)
  layout(graph)
  const { height = 0, width = 0 } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: boxes.map((box) => {
      const { height, width, x, y } = graph.node(box.id)
      return { ...box, title: titleOf(box), x: rounded(x), y: rounded(y), width: rounded(width), height }
    }),
    edges: edges.map(({ from, inputs, to }) => {
      const points: ReadonlyArray<{ readonly x: number; readonly y: number }> = graph.edge(from, to).points ?? []
      return { inputs, points: points.map(({ x, y }) => [rounded(x), rounded(y)] as const) }
    })
  }
}
