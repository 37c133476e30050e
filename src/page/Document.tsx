/**
 * The page as a document without outside resources. Its policy lets it fetch nothing, and run no script but its own.
 * @jsxImportSource preact
 */

import { columnHeading } from "../report/format/Figures.ts"
import type { PageData } from "../report/page/PageData.ts"
import type { ReportTable } from "../report/ReportTable.ts"
import { plain } from "./FigureText.ts"
import { Page } from "./Page.tsx"
import { DRAWN_ALL } from "./RowWindow.ts"
import { make } from "./View.ts"

/** Where the data and the page are in the document. */
export const DATA = "data"
export const ROOT = "page"

export interface DocumentProps {
  readonly data: PageData
  /** The data as the text that stands in the document. */
  readonly text: string
  readonly script: string
  readonly style: string
  /** `sha256-…` of the script: what the policy lets run. */
  readonly scriptHash: string
}

/** Without scripts a long table is not drawn by parts: here it is as a whole, as text. */
const WholeTable = ({ data }: { readonly data: PageData }) => {
  const { columns } = make(data)
  const { table }: { readonly table: ReportTable } = data
  return (
    <table class="plain figures">
      <caption>{table.title}</caption>
      <thead>
        <tr>
          {table.axes.map((axis) => (
            <th key={axis} scope="col">
              {axis}
            </th>
          ))}
          {table.columns.map((column) => (
            <th key={column.id} scope="col">
              {column.group === undefined ? "" : `${column.group}: `}
              {columnHeading(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.id}>
            {table.axes.map((axis) => (
              <th key={axis} scope="row">
                {row.labels[axis]}
              </th>
            ))}
            {table.columns.map(({ id }) => {
              const cell = row.cells[id]
              const printer = columns.get(id)?.printer
              const mean = cell?.mean ?? null
              return (
                <td key={id}>
                  {mean === null || printer === undefined
                    ? "–"
                    : `${plain(mean, printer)}${cell?.sd === null || cell?.sd === undefined ? "" : ` ± ${plain(cell.sd, printer)}`}`}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export const Document = ({ data, script, scriptHash, style, text }: DocumentProps) => {
  const isLong = data.table.rows.length > DRAWN_ALL
  return (
    <html lang="en" data-theme="auto">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content={`default-src 'none'; script-src '${scriptHash}'; style-src 'unsafe-inline'; img-src data:; connect-src ${data.isLive ? "'self'" : "'none'"}; base-uri 'none'; form-action 'none'`}
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`Ablate ${data.run.environment.ablate}`} />
        <title>{data.table.title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
        <noscript>
          <style
            dangerouslySetInnerHTML={{
              __html: `.needs-script{display:none!important}.scroller{max-height:none!important}${isLong ? "#table>.scroller{display:none}" : ""}`
            }}
          />
        </noscript>
      </head>
      <body>
        <div id={ROOT}>
          <Page data={data} />
        </div>
        {isLong && (
          <noscript>
            <div class="whole">
              <WholeTable data={data} />
            </div>
          </noscript>
        )}
        <script id={DATA} type="application/json" dangerouslySetInnerHTML={{ __html: text }} />
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  )
}
