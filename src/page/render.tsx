/**
 * A page's data as a complete HTML document: what a browser shows before, and without, any script.
 * @jsxImportSource preact
 */
import { renderToString } from "preact-render-to-string"
import { Document, type DocumentProps } from "./Document.tsx"

export const renderPage = (props: DocumentProps): string =>
  `<!doctype html>\n${renderToString(<Document {...props} />)}\n`
