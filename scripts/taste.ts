/**
 * Runs the README's taste as printed: its command, on the file that its code is, into an empty cache; fails where the
 * output is not what the README shows. Run: node scripts/taste.ts
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/** The text of the first fence of a language, without its fence lines. */
const fence = (markdown: string, language: string): string => {
  const found = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(markdown)?.[1]
  if (found === undefined) throw new Error(`README.md has no \`\`\`${language} fence`)
  return found
}

/** The code, the command and the output that the README prints first. */
export const printedTaste = (markdown: string) => ({
  code: fence(markdown, "ts"),
  command: fence(markdown, "sh").trim(),
  output: fence(markdown, "text").trimEnd().split("\n")
})

/** What differs from run to run: its id, the machine's cores, durations. And spaces that do not break look like others. */
const masked = (line: string): string =>
  line
    .replaceAll("\u00a0", " ")
    .trimEnd()
    .replace(/\b\d{8}-\d{6}-[a-z0-9]{4}\b/, "<run>")
    .replace(/\b\d+ jobs?\b/, "<jobs>")
    .replace(/\b\d+(\.\d+)? (ms|s)$/, "<time>")

/**
 * The first printed line that is not in the output in its place, as a mask shows both; undefined if all are. A line `…`
 * stands for any lines, and at the end of one for the rest of it.
 */
export const firstDifference = (
  printed: ReadonlyArray<string>,
  output: ReadonlyArray<string>,
  mask: (line: string) => string = masked
): { readonly expected: string; readonly found: string } | undefined => {
  const agrees = (line: string, found: string | undefined): boolean =>
    line.endsWith("…") ? mask(found ?? "").startsWith(mask(line.slice(0, -1))) : mask(found ?? "") === mask(line)
  let at = 0
  let skips = false
  for (const line of printed) {
    if (line === "…") {
      skips = true
      continue
    }
    const found = skips ? output.findIndex((each, index) => index >= at && agrees(line, each)) : at
    if (found < 0 || !agrees(line, output[found]))
      return { expected: line, found: skips ? "no such line" : (output[at] ?? "the end") }
    at = found + 1
    skips = false
  }
  return undefined
}

const run = (): void => {
  const { code, command, output } = printedTaste(readFileSync(join(root, "README.md"), "utf8"))
  const file = command.split(" ").at(-1) ?? ""
  if (readFileSync(join(root, file), "utf8") !== code) throw new Error(`README.md prints other code than ${file} holds`)
  const store = mkdtempSync(join(tmpdir(), "ablate-taste-"))
  try {
    const [program = "", ...args] = command.split(" ")
    const stdout = execFileSync(program, args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ABLATE_STORE: store }
    })
    const difference = firstDifference(output, stdout.trimEnd().split("\n"))
    if (difference !== undefined)
      throw new Error(`${command}: README.md prints\n  ${difference.expected}\nbut found\n  ${difference.found}`)
    console.log(`${command}: as README.md prints it`)
  } finally {
    rmSync(store, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run()
