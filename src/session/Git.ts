/** The git repository around a project: which commit is checked out, and whether files differ from it. Both may be unknown. */
import { execFile } from "node:child_process"
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { Effect, Option } from "effect"

const textOf = Option.liftThrowable((path: string) => readFileSync(path, "utf8").trim())

/** The nearest `.git` upward: a folder, or in a linked work tree a file that names one. */
const gitFolder = (root: string): string | undefined => {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = join(folder, ".git")
    if (statSync(found, { throwIfNoEntry: false })?.isDirectory() === true) return found
    const named = existsSync(found) ? /^gitdir: (.+)$/m.exec(Option.getOrElse(textOf(found), () => ""))?.[1] : undefined
    if (named !== undefined) return resolve(folder, named)
    if (dirname(folder) === folder) return undefined
  }
}

const isCommit = (text: string | undefined): text is string => text !== undefined && /^[0-9a-f]{40,64}$/.test(text)

/** What a branch's name stands for: in a file of its own, or in the list of packed ones; linked work trees share them. */
const commitOf = (git: string, ref: string): string | undefined => {
  const common = Option.getOrUndefined(textOf(join(git, "commondir")))
  const folders = common === undefined ? [git] : [git, resolve(git, common)]
  for (const folder of folders) {
    const loose = Option.getOrUndefined(textOf(join(folder, ref)))
    if (isCommit(loose)) return loose
    const packed = Option.getOrElse(textOf(join(folder, "packed-refs")), () => "")
    const line = packed.split("\n").find((each) => each.endsWith(` ${ref}`))
    if (isCommit(line?.split(" ")[0])) return line?.split(" ")[0]
  }
  return undefined
}

/** Read from its files, since starting git would cost more than a run that computes nothing. */
export const revision = (root: string): string | undefined => {
  const git = gitFolder(root)
  const head = git === undefined ? undefined : Option.getOrUndefined(textOf(join(git, "HEAD")))
  if (git === undefined || head === undefined) return undefined
  if (isCommit(head)) return head
  const ref = /^ref: (.+)$/.exec(head)?.[1]
  return ref === undefined ? undefined : commitOf(git, ref)
}

/** Git may be missing, or slow on a large repository: the run does not depend on it. */
const timeoutMs = 5000

/** Whether tracked files differ from the commit; undefined where git cannot say. */
export const isChanged = (root: string): Effect.Effect<boolean | undefined> =>
  Effect.callback((resume) => {
    const child = execFile(
      "git",
      ["status", "--porcelain", "--untracked-files=no"],
      { cwd: root, timeout: timeoutMs, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } },
      (error, stdout) => resume(Effect.succeed(error === null ? stdout !== "" : undefined))
    )
    return Effect.sync(() => void child.kill())
  })

/** As a run records it. */
export const state = (root: string) => {
  const found = revision(root)
  return found === undefined ? undefined : { revision: found, isChanged: isChanged(root) }
}
