/** What the bundler found wrong with a source file, told to the person who wrote it. */
import { readFileSync } from "node:fs"
import { isAbsolute, relative } from "node:path"

export interface SourceProblem {
  /** `file:line:column: what`, followed by the lines around it where the place is known. */
  readonly message: string
  /** Absolute path, where known. */
  readonly file: string | undefined
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

/** The first of the bundler's errors: the others mostly follow from it. */
const first = (cause: unknown): unknown => {
  const errors = field(cause, "errors")
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : cause
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bundler colours its messages
const colour = /\u001b\[[0-9;]*m/g

const plain = (error: unknown): string => {
  const text = String(field(error, "message") ?? error).replaceAll(colour, "")
  const line = text.split("\n").find((line) => line.trim() !== "") ?? "unknown problem"
  return line.replace(/^\[[A-Z_]+\]\s*/, "").trim()
}

/** The line of the problem with its neighbours, numbered, a caret below the column (1-based line, 0-based column). */
export const codeFrame = (source: string, line: number, column: number): string => {
  const from = Math.max(1, line - 1)
  const lines = source.split("\n").slice(from - 1, line + 1)
  const width = String(from + lines.length - 1).length
  return lines
    .flatMap((text, i) => {
      const number = from + i
      const shown = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`
      return number === line ? [shown, `  ${" ".repeat(width)} | ${" ".repeat(column)}^`] : [shown]
    })
    .join("\n")
}

/** Explains an error thrown by the bundler, or by a plugin of ours. */
export const explain = (cause: unknown, projectRoot: string): SourceProblem => {
  const error = first(cause)
  const loc = field(error, "loc")
  const file = field(loc, "file") ?? field(error, "id")
  const line = field(loc, "line")
  const column = field(loc, "column")
  if (typeof file !== "string" || !isAbsolute(file)) return { message: plain(error), file: undefined }
  const shown = relative(projectRoot, file)
  const what = field(error, "code") === "PARSE_ERROR" ? `syntax error: ${plain(error)}` : plain(error)
  if (typeof line !== "number" || typeof column !== "number") return { message: `${shown}: ${what}`, file }
  const frame = codeFrame(readFileSync(file, "utf8"), line, column)
  return { message: `${shown}:${line}:${column + 1}: ${what}\n${frame}`, file }
}
