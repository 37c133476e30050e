/** Facts about the installed package. */
import packageJson from "../package.json" with { type: "json" }

export const version: string = packageJson.version

/** Versions of what a project needs. */
export interface Versions {
  readonly ablate: string
  /** The framework's own: two versions of Effect in one project would be two sets of types. */
  readonly effect: string
}

export const versions: Versions = { ablate: packageJson.version, effect: packageJson.dependencies.effect }

/** What `ablate` is: the file that Node runs. */
export const commandFile: URL = new URL(
  import.meta.url.includes("/chunks/") ? "../../bin/ablate.mjs" : "../bin/ablate.mjs",
  import.meta.url
)

/** What a worker thread runs: in the bundle's folder, or the source where the sources run unbundled. */
export const workerEntry: URL = new URL(
  import.meta.url.endsWith(".ts")
    ? "../execute/worker.ts"
    : import.meta.url.includes("/chunks/")
      ? "../worker.mjs"
      : "./worker.mjs",
  import.meta.url
)
