/**
 * The modules that a program's Python files import and that lie in the project beside them. Only the declared files are
 * there when it runs: what is forgotten is told before, by its line.
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { UndeclaredImport } from "./CommandError.ts"

interface Import {
  /** 0 for an absolute import, else the number of dots. */
  readonly level: number
  readonly module: string
  /** `from module import these`: they may be modules too. */
  readonly names: ReadonlyArray<string>
  readonly line: number
}

/** Texts and comments hold no imports; the lines stay where they are. */
const withoutTexts = (source: string): string =>
  source.replace(/("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g, (text) =>
    text.replace(/[^\n]/g, "")
  )

const named = (list: string): ReadonlyArray<string> =>
  list
    .replace(/[()\\\n]/g, " ")
    .split(",")
    .map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)[0]
          ?.trim() ?? ""
    )
    .filter((name) => /^[\w.]+$/.test(name))

/** The import statements of a source, wherever they stand in it. */
export const importsIn = (source: string): ReadonlyArray<Import> => {
  const text = withoutTexts(source)
  const statement =
    /(?:^|[;:])[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|(?:\\\n|[^\n;])*)|import[ \t]+((?:\\\n|[^\n;])*))/gm
  return [...text.matchAll(statement)].flatMap(
    ({ 0: whole, 1: dots = "", 2: module = "", 3: from, 4: plain, index }): ReadonlyArray<Import> => {
      const line = text.slice(0, index + whole.search(/from|import/)).split("\n").length
      if (plain !== undefined) return named(plain).map((each) => ({ level: 0, module: each, names: [], line }))
      return [{ level: dots.length, module, names: named(from ?? ""), line }]
    }
  )
}

export interface Sources {
  /** The project's folder. */
  readonly project: string
  /** The program's Python files, relative to the project with `/`. */
  readonly files: ReadonlyArray<string>
  /** Whether a path of the project is laid out for the program. */
  readonly isDeclared: (path: string) => boolean
  /** Where absolute imports are looked for: the folder of the script, or the project's for `-m`. Relative to the project. */
  readonly root: string
}

/** The first import of a module that the project has and the program does not. */
export const undeclaredImport = ({ files, isDeclared, project, root }: Sources): UndeclaredImport | undefined => {
  const isFile = (path: string) => statSync(join(project, path), { throwIfNoEntry: false })?.isFile() === true
  /** The files behind `a.b` in a folder: of every package on the way, and the module itself. */
  const behind = (folder: string, module: string): ReadonlyArray<string> => {
    const found: Array<string> = []
    let at = folder
    for (const name of module.split(".").filter((each) => each !== "")) {
      const [asPackage, asModule] = [join(at, name, "__init__.py"), join(at, `${name}.py`)]
      if (isFile(asPackage)) found.push(asPackage)
      else if (isFile(asModule)) return [...found, asModule]
      at = join(at, name)
    }
    return found
  }
  for (const file of files) {
    if (!existsSync(join(project, file))) continue
    for (const { level, line, module, names } of importsIn(readFileSync(join(project, file), "utf8"))) {
      const folder = level === 0 ? root : join(dirname(file), ...Array.from({ length: level - 1 }, () => ".."))
      const wanted = [module, ...names.map((name) => (module === "" ? name : `${module}.${name}`))]
      const found = wanted
        .flatMap((each) => behind(folder, each))
        .map((path) => path.replaceAll("\\", "/"))
        .find((path) => !isDeclared(path))
      if (found !== undefined)
        return new UndeclaredImport({ file, line, module: `${".".repeat(level)}${module}` || names.join(", "), found })
    }
  }
  return undefined
}
