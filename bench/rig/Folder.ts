/** Folders for the time of a bench. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const folders: Array<string> = []
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder in the system's temporary one; removed at the end of the process. */
export const temporary = (label: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `ablate-bench-${label}-`))
  folders.push(folder)
  return folder
}

/** Writes files by their paths relative to `folder`. Gives the folder. */
export const write = (folder: string, files: { readonly [path: string]: string }): string => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
