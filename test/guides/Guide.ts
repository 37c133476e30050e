/**
 * A guide of docs/ as what it tells its reader to do, in order. What a fence is for stands behind its language:
 * `file=PATH` is a file to write, or of a `diff` one to change; `from=PATH` shows a part of a file of this project; `sh` and
 * `yaml` are commands, `console` is commands with what they print.
 */

export type Step =
  | { readonly _tag: "File"; readonly line: number; readonly path: string; readonly text: string }
  | {
      readonly _tag: "Change"
      readonly line: number
      readonly path: string
      readonly from: string
      readonly to: string
    }
  | { readonly _tag: "Part"; readonly line: number; readonly path: string; readonly text: string }
  | {
      readonly _tag: "Command"
      readonly line: number
      readonly command: string
      /** The lines that it prints; undefined where the guide does not say. */
      readonly printed: ReadonlyArray<string> | undefined
    }

/** `$ command`, continued where the line ends with a backslash, and the lines below it. */
const session = (text: string, line: number): ReadonlyArray<Step> =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...printed] = part.replaceAll("\\\n", " ").trimEnd().split("\n")
      return { _tag: "Command", line, command, printed }
    })

const commands = (lines: ReadonlyArray<string>, line: number): ReadonlyArray<Step> =>
  lines.flatMap((each) => {
    const command = each.replace(/(^|\s)#.*$/, "").trim()
    return command === "" ? [] : [{ _tag: "Command", line, command, printed: undefined }]
  })

const sideOf = (diff: string, sign: "-" | "+"): string =>
  diff
    .split("\n")
    .filter((each) => each.startsWith(sign) || each.startsWith(" "))
    .map((each) => `${each.slice(1)}\n`)
    .join("")

const stepsOf = (language: string, attribute: string, text: string, line: number): ReadonlyArray<Step> | undefined => {
  const [name, path = ""] = attribute.split("=")
  if (language === "diff" && name === "file")
    return text
      .split(/^@@.*\n/m)
      .map((hunk) => ({ _tag: "Change", line, path, from: sideOf(hunk, "-"), to: sideOf(hunk, "+") }))
  if (language === "diff") return undefined
  if (name === "file") return [{ _tag: "File", line, path, text }]
  if (name === "from") return [{ _tag: "Part", line, path, text }]
  if (attribute !== "") return undefined
  if (language === "console") return session(text, line)
  if (language === "sh") return commands(text.split("\n"), line)
  if (language === "yaml")
    return commands(
      [...text.matchAll(/^- run: (.*)$/gm)].map(([, run = ""]) => run),
      line
    )
  return undefined
}

/** What a guide's fences say to do. Throws for one that says nothing: it would be shown and never run. */
export const steps = (markdown: string): ReadonlyArray<Step> =>
  [...markdown.matchAll(/^```(\w*) *(.*)\n([\s\S]*?)^```$/gm)].flatMap(
    ({ 1: language = "", 2: attribute = "", 3: text = "", index }) => {
      const line = markdown.slice(0, index).split("\n").length
      const found = stepsOf(language, attribute, text, line)
      if (found === undefined) throw new Error(`line ${line}: \`\`\`${language} ${attribute} is run by nobody`)
      return found
    }
  )
