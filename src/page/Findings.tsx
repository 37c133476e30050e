/**
 * What the figures say: of each claim, and of the headline's columns at a glance.
 * @jsxImportSource preact
 */
import type { Claim } from "../domain/TableSpec.ts"
import type { Finding, RowVerdict } from "../report/Finding.ts"
import { headlineOf } from "../report/Selection.ts"
import { differenceText, plain, type Tone, toneOf } from "./FigureText.ts"
import { callOf, type View } from "./View.ts"
import { Whisker } from "./Whisker.tsx"

const sentence = (text: string) => text.replace(/\.?$/, ".")

interface Group {
  readonly verdict: string
  readonly source: string | undefined
  readonly findings: ReadonlyArray<Finding>
}

const verdictOf = ({ verdicts }: Finding): string => [...new Set(verdicts.map(({ verdict }) => verdict))].join(", ")

/** Claims of one source that fared alike stand together, in the order in which the first of each kind was made. */
const grouped = (findings: ReadonlyArray<Finding>): ReadonlyArray<Group> =>
  [...Map.groupBy(findings, (each) => JSON.stringify([verdictOf(each), each.claim.source])).values()].flatMap(
    (alike) => {
      const [first] = alike
      return first === undefined ? [] : [{ verdict: verdictOf(first), source: first.claim.source, findings: alike }]
    }
  )

/** `9 claims of the paper`; of one claim only whose it is. */
const claimants = ({ findings, source }: Group): string => {
  const of = source === undefined ? "" : ` of ${source}`
  return findings.length > 1 ? `${findings.length} claims${of}` : source === undefined ? "" : `claim${of}`
}

/** Why it cannot be said, or how many seeds it takes. */
const remark = ({ difference, seedsNeeded, verdict, why }: RowVerdict, { direction }: Claim): string => {
  if (verdict === "cannot be said") return why ?? ""
  if (verdict !== "not shown" || difference === null) return ""
  if (difference.mean === 0 || difference.mean > 0 !== (direction === "higher")) return "not on the claimed side"
  return typeof seedsNeeded === "number" ? `${seedsNeeded} seeds would show it` : "too small for 1000 seeds"
}

const tones: { readonly [Each in RowVerdict["verdict"]]: Tone } = {
  supported: "better",
  contradicted: "worse",
  "not shown": "same",
  "cannot be said": "same"
}

const Evidence = ({ finding, isMixed, verdict: row, view }: EvidenceProps) => {
  const column = view.columns.get(finding.claim.metric)
  const { difference, verdict, where } = row
  if (column === undefined) return null
  const words = [...(isMixed ? [verdict] : []), remark(row, finding.claim)].filter((text) => text !== "").join(": ")
  if (difference === null || difference.ci95 === null)
    return (
      <li class="told">
        {where !== "" && <span class="where">{where}</span>}
        <span class="quiet">{words === "" ? "no figures of both rows" : words}</span>
      </li>
    )
  return (
    <li>
      {where !== "" && <span class="where">{where}</span>}
      <Whisker scale={column.differences} mean={difference.mean} interval={difference.ci95} tone={tones[verdict]} />
      <span class="number">{differenceText(difference, column.printer)}</span>
      {words !== "" && <span class="remark">{words}</span>}
    </li>
  )
}

interface EvidenceProps {
  readonly view: View
  readonly finding: Finding
  readonly verdict: RowVerdict
  /** Whether the rows of the claim fared differently. */
  readonly isMixed: boolean
}

/** While a run goes on, claims of which nothing is known yet only wait. */
const judged = ({ data: { run, table } }: View): ReadonlyArray<Finding> =>
  run.status === "running"
    ? table.findings.filter(({ verdicts }) => verdicts.some(({ difference }) => difference !== null))
    : table.findings

const Claims = ({ view }: { readonly view: View }) => (
  <div class="claims">
    {grouped(judged(view)).map((group) => (
      <section class={`claim ${group.verdict.replaceAll(/\W+/g, "-")}`} key={`${group.verdict} ${group.source}`}>
        <h3>
          <span class="verdict">{group.verdict}</span>
          <span class="quiet"> {claimants(group)}</span>
        </h3>
        <ul>
          {group.findings.map((finding) => (
            <li key={finding.claim.text}>
              <p>{sentence(finding.claim.text)}</p>
              <ul class="evidence">
                {finding.verdicts.map((each) => (
                  <Evidence
                    key={each.row}
                    view={view}
                    finding={finding}
                    verdict={each}
                    isMixed={group.verdict.includes(", ")}
                  />
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
  const { caption, findings, sources, verdictRule } = view.data.table
  const isRunning = view.data.run.status === "running"
  // What is not there yet is told by the progress at the top.
  const failures = view.data.table.failures.filter((text) => !isRunning || !text.startsWith("Not computed"))
  const waiting = findings.length - judged(view).length
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
      {waiting > 0 && <p class="quiet">{waiting === 1 ? "One claim waits" : `${waiting} claims wait`} for figures.</p>}
      {verdictRule !== undefined && findings.length > 0 && <p class="rule quiet">{verdictRule}</p>}
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
