/** The git revision that a project is at, for the record of a run: read from git's own files, since a process would cost more. */
import { execFile } from "node:child_process"
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, isAbsolute, join } from "node:path"
import { Effect, Option } from "effect"

const read = Option.liftThrowable((path: string) => readFileSync(path, "utf8").trim())

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Where a path that a file of git's names is, by what stands before it. */
const behind = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path))

/** The folder with `HEAD`: of a linked work tree, `.git` is a file that names it. */
const gitFolder = (root: string): Option.Option<string> => {
  const path = join(root, ".git")
  if (isFolder(path)) return Option.some(path)
  if (existsSync(path)) return Option.map(read(path), (text) => behind(root, text.replace(/^gitdir:\s*/, "")))
  const above = dirname(root)
  return above === root ? Option.none() : gitFolder(above)
}

const isHash = (text: string): boolean => /^[0-9a-f]{40,64}$/.test(text)

const packed = (folder: string, name: string): Option.Option<string> =>
  Option.flatMap(read(join(folder, "packed-refs")), (text) => {
    const line = text.split("\n").find((each) => each.endsWith(` ${name}`))
    return Option.fromUndefinedOr(line?.split(" ")[0])
  })

/** The commit that is checked out around a folder; undefined where there is none. */
export const revisionOf = (root: string): string | undefined => {
  const found = Option.gen(function* () {
    const folder = yield* gitFolder(root)
    const head = yield* read(join(folder, "HEAD"))
    if (!head.startsWith("ref: ")) return head
    const name = head.slice("ref: ".length)
    // A linked work tree shares its branches with the first one.
    const common = Option.match(read(join(folder, "commondir")), {
      onNone: () => folder,
      onSome: (path) => behind(folder, path)
    })
    return yield* Option.orElse(read(join(common, name)), () => packed(common, name))
  })
  return Option.getOrUndefined(Option.filter(found, isHash))
}

/** Whether tracked files differ from the commit; undefined where git does not tell. */
export const isDirty = (root: string): Effect.Effect<boolean | undefined> =>
  Effect.callback<boolean | undefined>((resume) => {
    const child = execFile(
      "git",
      ["--no-optional-locks", "status", "--porcelain", "--untracked-files=no"],
      { cwd: root, timeout: 10_000, windowsHide: true },
      (error, stdout) => resume(Effect.succeed(error === null ? stdout !== "" : undefined))
    )
    child.unref()
    return Effect.sync(() => void child.kill())
  })
