/** Makes a project smaller for as long as it shows the same fault. */
import type { Project } from "./Model.ts"
import { reductions } from "./Reductions.ts"

/** `attempts` bounds how often `shows` is asked. */
export const shrink = async (
  project: Project,
  shows: (project: Project) => Promise<boolean>,
  attempts: number
): Promise<Project> => {
  let smallest = project
  let left = attempts
  for (let at = 0; left > 0; ) {
    const candidate = reductions(smallest)[at]
    if (candidate === undefined) return smallest
    left--
    if (await shows(candidate)) {
      smallest = candidate
      // What stood before could not be left out, and what follows has moved up by one.
      at = Math.max(0, at - 1)
    } else at++
  }
  return smallest
}
