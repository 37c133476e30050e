/** Facts about the installed package. */
import packageJson from "../package.json" with { type: "json" }

export const version: string = packageJson.version

/** What a worker thread runs: in the bundle's folder, or the source where the sources run unbundled. */
export const workerEntry: URL = new URL(
  import.meta.url.endsWith(".ts")
    ? "../execute/worker.ts"
    : import.meta.url.includes("/chunks/")
      ? "../worker.mjs"
      : "./worker.mjs",
  import.meta.url
)
