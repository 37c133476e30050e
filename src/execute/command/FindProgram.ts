/** Where a program is: on PATH, among the stage's own files, or in the project. */
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, dirname, isAbsolute, join } from "node:path"
import { Effect, Option } from "effect"
import { ProgramMissing } from "./CommandError.ts"

const isExecutable = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true &&
  Option.isSome(Option.liftThrowable(() => accessSync(path, constants.X_OK))())

/** Windows tells programs by their ending. */
const endings = process.platform === "win32" ? ["", ".exe", ".cmd", ".bat"] : [""]

const onPath = (name: string, folders: ReadonlyArray<string>): string | undefined =>
  folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isExecutable)

/** What is often there under another name. */
const otherNames: { readonly [name: string]: ReadonlyArray<string> } = {
  python: ["python3"],
  python3: ["python"],
  pip: ["pip3"],
  awk: ["gawk", "mawk"],
  R: ["Rscript"]
}

export interface Places {
  /** The folder that relative paths of the project begin in. */
  readonly project: string
  /** The stage's own files as they are laid out, by their declared paths. */
  readonly own?: (path: string) => string | undefined
  /** The value of PATH. */
  readonly path: string
}

/** The program's absolute path. */
export const findProgram = (name: string, { own, path, project }: Places): Effect.Effect<string, ProgramMissing> =>
  Effect.suspend(() => {
    const missing = (advice: string) => Effect.fail(new ProgramMissing({ program: name, advice }))
    if (/[\\/]/.test(name)) {
      const found = own?.(name.replace(/^(\.\/)+/, "")) ?? (isAbsolute(name) ? name : join(project, name))
      return isExecutable(found)
        ? Effect.succeed(found)
        : missing(
            statSync(found, { throwIfNoEntry: false }) === undefined
              ? `neither the stage's \`files\` nor the project (${dirname(found)}) has it`
              : `${found} is no file that can be executed (chmod +x)`
          )
    }
    const folders = path.split(delimiter).filter((folder) => folder !== "")
    const found = onPath(name, folders)
    if (found !== undefined) return Effect.succeed(found)
    const other = otherNames[name]?.find((each) => onPath(each, folders) !== undefined)
    if (own?.(name) !== undefined)
      return missing(`"${name}" is one of the stage's files: write "./${name}" to execute it`)
    return missing(
      other === undefined
        ? `it is in none of the folders on PATH (${folders.join(", ") || "PATH is empty"}): install it, or give its path`
        : `it is in none of the folders on PATH, but "${other}" is: write that in the stage's \`program\``
    )
  })
