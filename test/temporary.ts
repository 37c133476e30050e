/** Folders of the tests' own, deleted at the end of the test file that made them: by setup.ts, as files may share what is loaded. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const made: Array<string> = []

export const temporary = (prefix = "ablate-project-"): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  made.push(root)
  return root
}

export const removeTemporary = (): void => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true })
}
