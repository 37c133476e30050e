/** Folders of tools (benches, fuzzers): each is a file with a default export that has a name and a `run`, listed by `main.ts`. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** A line for a person. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Whether a value has what every tool has. */
export const isTool = (value: unknown): value is { readonly name: unknown; readonly run: unknown } =>
  typeof value === "object" && value !== null && "name" in value && "run" in value && typeof value.run === "function"

/** The tools in a folder. `load` throws where a file has none. */
export const toolsIn = <T>(folder: string, is: (value: unknown) => value is T) => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "main.ts")
    .map((file) => file.slice(0, -3))
    .sort()
  const load = async (name: string): Promise<T> => {
    const path = join(folder, `${name}.ts`)
    const module: unknown = await import(pathToFileURL(path).href)
    const tool = typeof module === "object" && module !== null && "default" in module ? module.default : undefined
    if (!is(tool)) throw new Error(`${path} has no default export { name, summary, run }`)
    return tool
  }
  return { names, load }
}
