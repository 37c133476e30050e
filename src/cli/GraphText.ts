/** A graph of stages as Mermaid's text and as SVG. */
import type { StageGraph } from "../plan/StageGraph.ts"
import { layOut, titleOf } from "../session/GraphLayout.ts"

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

const rounded = (value: number) => Math.round(value * 10) / 10

/** An SVG drawing, laid out from left to right. Equal graphs give equal bytes. */
export const toSvg = async (graph: StageGraph, title: string): Promise<string> => {
  const { boxes, edges, height, width } = await layOut(graph)
  const lines = edges.map(({ inputs, points }) => {
    const path = points.map(([x, y], at) => `${at === 0 ? "M" : "L"}${x} ${y}`).join(" ")
    return `  <path d="${path}" fill="none" stroke="#666" marker-end="url(#tip)"><title>${escaped(inputs.join(", "))}</title></path>`
  })
  const shapes = boxes.map(({ height: h, kind, title: text, width: w, x, y }) => {
    const dash = kind === "file" ? ' stroke-dasharray="4 3"' : ""
    return `  <rect x="${rounded(x - w / 2)}" y="${rounded(y - h / 2)}" width="${w}" height="${h}" rx="5" fill="#fff" stroke="#222"${dash}/>
  <text x="${x}" y="${rounded(y + 4)}" text-anchor="middle">${escaped(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
  <title>${escaped(title)}</title>
  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>
  <rect width="100%" height="100%" fill="#fff"/>
${[...lines, ...shapes].join("\n")}
</svg>
`
}
