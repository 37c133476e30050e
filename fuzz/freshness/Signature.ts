/** What a project has that is not plain, in words: two findings with the same words are most likely one fault. */
import type { Project, Use } from "./Model.ts"

const wordsOf = (uses: ReadonlyArray<Use>): ReadonlyArray<string> => uses.map(({ way }) => way)

export const signatureOf = (project: Project): string => {
  const words = [
    ...project.modules.flatMap((module) => [
      ...(module.form === "literal" ? [] : [module.form]),
      ...module.registrations.map(({ apart, how }) => `${apart ? "bare " : ""}${how}`),
      ...module.assets.map(({ kind }) => `asset ${kind}`),
      ...(module.json === null ? [] : ["json"]),
      ...(module.cycle === null ? [] : ["cycle"]),
      ...wordsOf(module.uses)
    ]),
    ...project.packages.map(({ entry, format, place }) => `package ${place.kind} ${format} ${entry}`),
    ...project.services.map(({ how }) => `service ${how}`),
    ...project.outers.map(({ kind }) => `input ${kind}`),
    ...project.stages.flatMap(({ uses }) => wordsOf(uses))
  ]
  return [...new Set(words)].sort().join(", ") || "plain"
}
