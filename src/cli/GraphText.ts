/** A graph of stages as Mermaid's text and as SVG. */
import { basename } from "node:path"
import type { Box, StageGraph } from "../plan/StageGraph.ts"

const titleOf = ({ kind, label, nodes }: Box) =>
  kind === "file" ? basename(label) : nodes === 1 ? label : `${label} ×${nodes}`

/** Mermaid reads `#quot;` as a quotation mark, and knows no other escape. */
const quoted = (text: string) => `"${text.replaceAll("#", "#35;").replaceAll('"', "#quot;")}"`

/** A Mermaid flowchart. */
export const toMermaid = ({ boxes, edges }: StageGraph): string =>
  [
    "flowchart LR",
    ...boxes.map((box) =>
      box.kind === "file" ? `  ${box.id}[/${quoted(titleOf(box))}/]` : `  ${box.id}[${quoted(titleOf(box))}]`
    ),
    ...edges.map(({ from, inputs, to }) => `  ${from} -->|${quoted(inputs.join(", "))}| ${to}`),
    ""
  ].join("\n")

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Pixels of a box's text: monospaced, so that its width is known without a font. */
const characterWidth = 7.8
const boxHeight = 30
const margin = 16

const rounded = (value: number) => Math.round(value * 10) / 10

/** An SVG drawing, laid out from left to right. Equal graphs give equal bytes. */
export const toSvg = async ({ boxes, edges }: StageGraph, title: string): Promise<string> => {
  const { Graph, layout } = await import("@dagrejs/dagre")
  const graph = new Graph()
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 60, marginx: margin, marginy: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const box of boxes)
    graph.setNode(box.id, { width: titleOf(box).length * characterWidth + 24, height: boxHeight })
  for (const { from, to } of edges) graph.setEdge(from, to)
  layout(graph)
  const { height = 0, width = 0 } = graph.graph()
  const lines = edges.map(({ from, inputs, to }) => {
    const points: ReadonlyArray<{ readonly x: number; readonly y: number }> = graph.edge(from, to).points ?? []
    const path = points.map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join(" ")
    return `  <path d="${path}" fill="none" stroke="#666" marker-end="url(#tip)"><title>${escaped(inputs.join(", "))}</title></path>`
  })
  const shapes = boxes.map((box) => {
    const { height: h, width: w, x, y } = graph.node(box.id)
    const dash = box.kind === "file" ? ' stroke-dasharray="4 3"' : ""
    return `  <rect x="${rounded(x - w / 2)}" y="${rounded(y - h / 2)}" width="${rounded(w)}" height="${h}" rx="5" fill="#fff" stroke="#222"${dash}/>
  <text x="${rounded(x)}" y="${rounded(y + 4)}" text-anchor="middle">${escaped(titleOf(box))}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
  <title>${escaped(title)}</title>
  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>
  <rect width="100%" height="100%" fill="#fff"/>
${[...lines, ...shapes].join("\n")}
</svg>
`
}
