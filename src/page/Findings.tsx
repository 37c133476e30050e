/**
 * What the figures say: of each claim, and of the headline's columns at a glance.
 * @jsxImportSource preact
 */
import type { Finding, RowVerdict } from "../report/Finding.ts"
import { headlineOf } from "../report/Selection.ts"
import { differenceText, plain, toneOf } from "./FigureText.ts"
import { callOf, type View } from "./View.ts"
import { Whisker } from "./Whisker.tsx"

const sentence = (text: string) => text.replace(/\.?$/, ".")

/** Claims that fared alike stand together, in the order in which the first of each kind was made. */
const grouped = (findings: ReadonlyArray<Finding>) => [
  ...Map.groupBy(findings, ({ verdicts }) => [...new Set(verdicts.map(({ verdict }) => verdict))].join(", ")).entries()
]

const Evidence = ({ finding, verdict, view }: EvidenceProps) => {
  const column = view.columns.get(finding.claim.metric)
  const { difference, where } = verdict
  if (column === undefined) return null
  return (
    <li>
      {where !== "" && <span class="where">{where}</span>}
      {difference === null ? (
        <span class="quiet">no figures of both rows</span>
      ) : (
        <>
          <Whisker
            scale={column.differences}
            mean={difference.mean}
            interval={difference.ci95}
            tone={verdict.verdict === "supported" ? "better" : verdict.verdict === "contradicted" ? "worse" : "same"}
          />
          <span class="number">{differenceText(difference, column.printer)}</span>
        </>
      )}
    </li>
  )
}

interface EvidenceProps {
  readonly view: View
  readonly finding: Finding
  readonly verdict: RowVerdict
}

const Claims = ({ view }: { readonly view: View }) => (
  <div class="claims">
    {grouped(view.data.table.findings).map(([verdict, findings]) => (
      <section class={`claim ${verdict.replaceAll(/\W+/g, "-")}`} key={verdict}>
        <h3>
          <span class="verdict">{verdict}</span>
          {findings.length > 1 && <span class="quiet"> {findings.length} claims</span>}
        </h3>
        <ul>
          {findings.map((finding) => (
            <li key={finding.claim.text}>
              <p>
                {sentence(finding.claim.text)}
                {finding.claim.source !== undefined && <span class="quiet"> Claimed by {finding.claim.source}.</span>}
              </p>
              <ul class="evidence">
                {finding.verdicts.map((each) => (
                  <Evidence key={each.row} view={view} finding={finding} verdict={each} />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
    ))}
  </div>
)

/** More rows than these are for the table. */
const GLANCED = 16

/** The headline's columns, a row's difference from the baseline below another's; without a baseline the means. */
const Glance = ({ view }: { readonly view: View }) => {
  const { table } = view.data
  const part = headlineOf(table)
  const rows = part.rows.filter(
    ({ cells }) => !view.hasDifferences || part.columns.some(({ id }) => cells[id]?.difference !== undefined)
  )
  if (rows.length === 0) return null
  const where = Object.entries(table.headline?.where ?? {}).filter(([axis]) => !part.axes.includes(axis))
  return (
    <div class="glance">
      <h3>
        {view.hasDifferences ? `Differences from ${table.baseline}` : "Means"}
        <span class="quiet">
          {" "}
          with 95 % intervals
          {where.length === 0 ? "" : `, ${where.map(([axis, label]) => `${axis} ${label}`).join(", ")}`}
          {rows.length > GLANCED ? `, the first ${GLANCED} of ${rows.length} variants` : ""}
        </span>
      </h3>
      <div class="panels">
        {part.columns.map((column) => {
          const shown = view.columns.get(column.id)
          if (shown === undefined) return null
          return (
            <figure key={column.id}>
              <figcaption>{shown.name}</figcaption>
              <ul>
                {rows.slice(0, GLANCED).map(({ cells, id, labels }) => {
                  const cell = cells[column.id]
                  const figure = view.hasDifferences ? cell?.difference : cell
                  const mean = figure?.mean ?? null
                  const [main, rest] = callOf(
                    view,
                    Object.fromEntries(part.axes.map((axis) => [axis, labels[axis] ?? ""]))
                  )
                  return (
                    <li key={id}>
                      <span class="where" title={rest}>
                        {main}
                        {rest.replaceAll(" · ", "") !== "" && (
                          <span class="quiet"> {rest.replace(/^( · )+|( · )+$/g, "")}</span>
                        )}
                      </span>
                      {figure === undefined || mean === null ? (
                        <span class="quiet">no figure</span>
                      ) : (
                        <>
                          <Whisker
                            scale={view.hasDifferences ? shown.differences : shown.means}
                            mean={mean}
                            interval={figure.ci95}
                            tone={toneOf(cell, column)}
                          />
                          <span class="number">
                            {view.hasDifferences && cell?.difference !== undefined
                              ? differenceText(cell.difference, shown.printer)
                              : plain(mean, shown.printer)}
                          </span>
                        </>
                      )}
                    </li>
                  )
                })}
              </ul>
            </figure>
          )
        })}
      </div>
    </div>
  )
}

export const Findings = ({ view }: { readonly view: View }) => {
  const { caption, failures, findings, sources } = view.data.table
  return (
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      {failures.length > 0 && (
        <div class="warning">
          <ul>
            {failures.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {findings.length > 0 && <Claims view={view} />}
      <Glance view={view} />
      {sources.length > 0 && (
        <details class="sources" open={caption.length <= 4}>
          <summary>What the figures rest on</summary>
          {sources.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </details>
      )}
    </section>
  )
}
