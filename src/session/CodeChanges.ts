/** What differs between two codes of a stage, as lines for a person: its code as a diff, packages, files, services, variables. */
import { codeChanges } from "../plan/CodeDiff.ts"
import type { CodeManifest } from "../plan/CodeHash.ts"

/** What a code identity stands for, where that is still known. */
export type ReadCode = (identity: string) => CodeManifest | undefined

const short = (hash: string) => `${hash.slice(0, 8)}…`

/** `version 2`, or the beginning of a code hash. */
const codeName = (code: string) =>
  code.startsWith("version:") ? code.replace(":", " ") : short(code.slice("code:".length))

const byName = <T>(items: ReadonlyArray<T>, nameOf: (item: T) => string): ReadonlyMap<string, ReadonlyArray<T>> =>
  Map.groupBy(items, nameOf)

/** The names in either of two groups, sorted. */
const namesIn = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): ReadonlyArray<string> =>
  [...new Set([...a.keys(), ...b.keys()])].sort()

const packageLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const before = byName(from.reached, ({ name }) => name)
  const after = byName(to.reached, ({ name }) => name)
  return namesIn(before, after).flatMap((name) => {
    const old = before.get(name) ?? []
    const now = after.get(name) ?? []
    const gone = old.filter((each) => !now.some(({ hash, version }) => hash === each.hash && version === each.version))
    const come = now.filter((each) => !old.some(({ hash, version }) => hash === each.hash && version === each.version))
    return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => {
      const a = gone[at]
      const b = come[at]
      const via = (b ?? a)?.via
      const way = via === undefined ? "" : ` (by way of ${via})`
      if (a === undefined) return `package ${name} ${b?.version} is reached now${way}`
      if (b === undefined) return `package ${name} ${a.version} is not reached any more${way}`
      return a.version === b.version
        ? `package ${name} ${a.version}: content differs${way}`
        : `package ${name} ${a.version} → ${b.version}${way}`
    })
  })
}

const assetLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const before = byName(from.assets, ({ path }) => path)
  const after = byName(to.assets, ({ path }) => path)
  return namesIn(before, after).flatMap((path) => {
    const a = before.get(path)?.[0]
    const b = after.get(path)?.[0]
    if (a?.hash === b?.hash) return []
    if (a === undefined) return [`file ${path} is read now`]
    return [b === undefined ? `file ${path} is not read any more` : `file ${path}: content differs`]
  })
}

const variableLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const before = byName(from.variables, ({ name }) => name)
  const after = byName(to.variables, ({ name }) => name)
  return namesIn(before, after).flatMap((name) => {
    const a = before.get(name)?.[0]?.hash
    const b = after.get(name)?.[0]?.hash
    if (a === b) return []
    const what = a === null ? "it was not set before" : b === null ? "it is not set any more" : "another value"
    return [`environment ${name}: ${what}`]
  })
}

const codeDiff = (from: string, to: string, prefix: string): ReadonlyArray<string> =>
  codeChanges(from, to).flatMap(({ file, lines }) => [`${prefix} ${file}`, ...lines.map((line) => `  ${line}`)])

const serviceLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const before = byName(from.services, ({ label }) => label)
  const after = byName(to.services, ({ label }) => label)
  const gone = from.services.filter(({ label }) => !after.has(label))
  const come = to.services.filter(({ label }) => !before.has(label))
  const same = to.services.flatMap((service) => {
    const earlier = before.get(service.label)?.[0]
    if (earlier === undefined || earlier.hash === service.hash) return []
    return [`service ${service.label} differs`, ...codeDiff(earlier.readable, service.readable, "  code")]
  })
  const renamed = Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => {
    const a = gone[at]?.label
    const b = come[at]?.label
    return a === undefined ? `service ${b} is new` : b === undefined ? `service ${a} is gone` : `service ${a} → ${b}`
  })
  return [...same, ...renamed]
}

/** Installed packages have lines of their own; what is left are Effect and the numerics. */
const otherLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const versions = (manifest: CodeManifest) =>
    new Map(
      manifest.packages.flatMap((text) => {
        const at = text.lastIndexOf("@")
        const name = text.slice(0, at)
        const isReached = manifest.reached.some((each) => each.name === name)
        return at > 0 && !isReached ? [[name, text.slice(at + 1)] as const] : []
      })
    )
  const before = versions(from)
  const after = versions(to)
  return namesIn(before, after).flatMap((name) => {
    const a = before.get(name)
    const b = after.get(name)
    return a === undefined || b === undefined || a === b ? [] : [`package ${name} ${a} → ${b}`]
  })
}

const numericsLines = (from: CodeManifest, to: CodeManifest): ReadonlyArray<string> => {
  const before = new Map(from.numerics.map(({ hash, name }) => [name, hash]))
  return to.numerics.flatMap(({ hash, name }) => {
    const earlier = before.get(name)
    return earlier === undefined || earlier === hash ? [] : [`ablate/numerics: the code of ${name} differs`]
  })
}

/** Every difference of two codes. `from` and `to`: `code:<hash>` or `version:<text>`. */
export const codeLines = (from: string, to: string, read: ReadCode): ReadonlyArray<string> => {
  if (from.startsWith("version:") || to.startsWith("version:")) return [`code ${codeName(from)} → ${codeName(to)}`]
  const a = read(from)
  const b = read(to)
  if (a === undefined || b === undefined)
    return [`code ${codeName(from)} → ${codeName(to)} (the earlier code is no longer in the cache)`]
  const lines = [
    ...packageLines(a, b),
    ...otherLines(a, b),
    ...numericsLines(a, b),
    ...assetLines(a, b),
    ...variableLines(a, b),
    ...codeDiff(a.readable, b.readable, "code"),
    ...serviceLines(a, b)
  ]
  return lines.length > 0
    ? lines
    : [`code ${codeName(from)} → ${codeName(to)} (what is named the same is another thing)`]
}
