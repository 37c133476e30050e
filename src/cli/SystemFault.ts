/** What the operating system refused, told to a person: a folder without permission is theirs to mend, not a bug. */

const reasons: { readonly [code: string]: readonly [what: string, advice: string] } = {
  EACCES: ["permission denied", "give yourself access to it and to the folders that it lies in"],
  EPERM: ["not permitted", "give yourself access to it"],
  ENOENT: ["there is no such file or folder", "it may have been removed meanwhile: check the path, then try again"],
  ENOTDIR: ["a part of this path is a file, not a folder", "check the path"],
  EISDIR: ["it is a folder, not a file", "check the path"],
  EEXIST: ["there is something of this name already", "move it out of the way"],
  ELOOP: ["its links lead in a circle", "mend the links"],
  ENAMETOOLONG: ["the name is too long", "use a shorter one"],
  EROFS: ["the file system is read-only", "use a folder that can be written"],
  ENOSPC: ["no space is left", "make room, then try again"],
  EDQUOT: ["your quota is used up", "make room, then try again"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n), or use fewer --jobs"],
  ENFILE: ["too many files are open on this machine", "close other programs, or use fewer --jobs"],
  EBUSY: ["it is in use", "wait until it is free"],
  EIO: ["the device does not answer", "check the disk"]
}

const writing =
  /^(mkdir|mkdtemp|write|rename|unlink|rmdir|rm|ftruncate|truncate|chmod|utime|symlink|link|copyfile|fsync)/

const textOf = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name)
  return typeof value === "string" ? value : undefined
}

/** The message for a defect that is an error of the system, or of which one is the cause; undefined for any other. */
export const systemFault = (defect: unknown): string | undefined => {
  if (typeof defect !== "object" || defect === null) return undefined
  const syscall = textOf(defect, "syscall")
  const reason = reasons[textOf(defect, "code") ?? ""]
  if (syscall === undefined || reason === undefined) return systemFault(Reflect.get(defect, "cause"))
  if (syscall === "uv_cwd") return "the working directory is not there any more: change to another folder"
  const [what, advice] = reason
  const path = textOf(defect, "dest") ?? textOf(defect, "path") ?? "a file"
  return `${path} cannot be ${writing.test(syscall) ? "written" : "read"}: ${what} (${textOf(defect, "code")}, ${syscall}); ${advice}`
}

/** The same for a message that is nothing but the system's own: `EACCES: permission denied, open '/a'`. */
export const systemMessage = (message: string): string => {
  const [, code, syscall, path] = /^(E[A-Z]+): [^,']+, (\w+)(?: '([^']*)')?$/.exec(message) ?? []
  return systemFault({ code, syscall, path }) ?? message
}
