/**
 * The parts of a page below the table: pictures, the pipeline's graph, and where everything is from.
 * @jsxImportSource preact
 */
import type { PageBox } from "../report/page/PageData.ts"
import { count, type View } from "./View.ts"

/** `figure-1-baseline.svg` → `figure 1 baseline` */
const spoken = (file: string): string => file.replace(/\.\w+$/, "").replaceAll(/[-_]+/g, " ")

export const Pictures = ({ view }: { readonly view: View }) => {
  const { figures } = view.data
  if (figures.length === 0) return null
  return (
    <section id="figures" aria-labelledby="figures-title">
      <h2 id="figures-title">Figures</h2>
      <div class="pictures">
        {figures.map(({ file, url }) => (
          <figure key={file}>
            <img src={url} alt={spoken(file)} loading="lazy" />
            <figcaption>
              <a href={`figures/${encodeURIComponent(file)}`}>{file}</a>
            </figcaption>
          </figure>
        ))}
      </div>
    </section>
  )
}

const stateOf = ({ cached, computed, kind, missing }: PageBox): string => {
  if (kind === "file") return "file"
  const parts = [
    ...(computed > 0 ? [`${count(computed)} computed`] : []),
    ...(cached > 0 ? [`${count(cached)} cached`] : []),
    ...(missing > 0 ? [`${count(missing)} not there`] : [])
  ]
  return parts.join(", ")
}

const classOf = ({ cached, computed, kind, missing }: PageBox): string =>
  kind === "file" ? "file" : missing > 0 ? "missing" : computed > 0 ? "computed" : cached > 0 ? "cached" : "missing"

const Graph = ({ view }: { readonly view: View }) => {
  const { boxes, edges, height, width } = view.data.graph
  return (
    <svg
      class="graph"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-labelledby="graph-title"
    >
      <title id="graph-title">
        Which stage feeds which: {boxes.filter(({ kind }) => kind === "stage").length} stages
      </title>
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M0 0L8 4L0 8z" />
        </marker>
      </defs>
      {edges.map(({ label, points }) => (
        <path
          key={String(points)}
          class="edge"
          d={points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("")}
          marker-end="url(#tip)"
        >
          <title>{label}</title>
        </path>
      ))}
      {boxes.map((box) => (
        <g key={`${box.x} ${box.y}`} class={`box ${classOf(box)}`}>
          <rect x={box.x - box.width / 2} y={box.y - box.height / 2} width={box.width} height={box.height} rx="6" />
          <text x={box.x} y={box.y - 3} text-anchor="middle">
            {box.label}
          </text>
          <text class="state" x={box.x} y={box.y + 13} text-anchor="middle">
            {stateOf(box)}
          </text>
        </g>
      ))}
    </svg>
  )
}

export const Pipeline = ({ view }: { readonly view: View }) => {
  const { graph } = view.data
  return (
    <section id="pipeline" aria-labelledby="pipeline-title">
      <h2 id="pipeline-title">Pipeline</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by keys */}
      <section class="scroller drawing" tabIndex={0} aria-label="Graph of the pipeline">
        <Graph view={view} />
      </section>
      <details>
        <summary>As a list</summary>
        <ul class="list">
          {graph.boxes.map((box) => (
            <li key={`${box.x} ${box.y}`}>
              <code>{box.label}</code> <span class="quiet">{stateOf(box)}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

const isHash = (value: string) => /^[0-9a-f]{64}$/.test(value)

export const Provenance = ({ view }: { readonly view: View }) => (
  <section id="provenance" aria-labelledby="provenance-title">
    <h2 id="provenance-title">Provenance</h2>
    {view.data.provenance.map(({ facts, heading }) => (
      <details key={heading} open={facts.length <= 8}>
        <summary>{heading}</summary>
        <dl class="provenance">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{isHash(value) ? <code>{value}</code> : value}</dd>
            </div>
          ))}
        </dl>
      </details>
    ))}
  </section>
)
