/** What was found, as text and as folders. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Report } from "./Drive.ts"
import { mustNotRerun } from "./edits/index.ts"
import type { Finding, StoredFile } from "./Report.ts"
import { type Count, countNames, totalOf } from "./Tally.ts"

export const summaryText = ({ invalid, projects, tally }: Report): string => {
  const rows: ReadonlyArray<readonly [string, Count]> = [
    ...[...tally].sort(([a], [b]) => (a < b ? -1 : 1)),
    ["all", totalOf(tally)]
  ]
  const width = Math.max(...rows.map(([kind]) => kind.length))
  const lines = rows.map(
    ([kind, count]) =>
      `${kind.padEnd(width)}${countNames.map((column) => String(count[column] || "·").padStart(12)).join("")}`
  )
  return [
    `${projects} projects, of which ${invalid} did not run as they were made`,
    `${"".padEnd(width)}${countNames.map((column) => column.padStart(12)).join("")}`,
    ...lines
  ].join("\n")
}

/** Kinds of edits after which more ran than may. */
export const broken = ({ tally }: Report): ReadonlyArray<string> =>
  [...tally].flatMap(([kind, { needless }]) => (needless > 0 && mustNotRerun.has(kind) ? [kind] : []))

const write = (folder: string, files: ReadonlyArray<StoredFile>): void => {
  for (const { base64, link, path } of files) {
    const place = join(folder, path)
    mkdirSync(dirname(place), { recursive: true })
    rmSync(place, { force: true })
    if (link !== null) symlinkSync(link, place)
    else writeFileSync(place, Buffer.from(base64 ?? "", "base64"))
  }
}

const readme = ({ expected, fault, got, kind, seed, signature, what }: Finding): string => `# ${fault}: ${kind}

Edit: ${what}. Run \`study.ts\` in \`before/study\` (with \`ablate\` and \`effect\` in node_modules), make the files those of
\`after/\`, run again with the same store, and compare with an empty one. (Batch seed ${seed}; ${signature}.)

Expected:

\`\`\`
${expected}
\`\`\`

Got:

\`\`\`
${got}
\`\`\`
`

/** For the one who waits: a stale table whole, of the rest that there is one. */
export const findingText = ({ expected, fault, got, signature, what }: Finding): string =>
  fault === "stale"
    ? `${signature}\n  edit: ${what}\n  expected ${expected}\n  got      ${got}`
    : `${signature} (${what})`

/** Keeps a finding as a folder: README.md, before/, after/. */
export const keep = (folder: string, found: Finding): void => {
  const name = `${found.fault} ${found.kind} ${found.seed}`.replaceAll(/\W+/g, "-")
  write(join(folder, name, "before"), found.before)
  write(join(folder, name, "after"), found.after)
  writeFileSync(join(folder, name, "README.md"), readme(found))
}
