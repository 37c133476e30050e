/** A folder for a test file's images and weights. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/** New and empty; removed when the file's tests are done. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "ablate-images-"))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return path
}
