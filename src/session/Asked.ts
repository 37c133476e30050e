/** What every command is told: where to work, and on what. */
import type { Only } from "./Only.ts"
import type { GivenSettings } from "./Settings.ts"

/** Where to work. */
export interface Where {
  /** A folder of the project; default the working directory. */
  readonly folder?: string | undefined
  /** The cache's folder, or the address of a shared one (`postgres://…?blobs=DIR`); default `ABLATE_STORE`, else `.ablate` in the project. */
  readonly store?: string | undefined
  /**
   * A store behind the cache: what is not known here is looked up there. Its address or folder; default `ABLATE_REMOTE`, else
   * `remote` of `ablate.json`, else none.
   */
  readonly remote?: string | undefined
  /** `write`: what is new here goes there too. Default `remoteMode` of `ablate.json`, else `read`. */
  readonly remoteMode?: "read" | "write" | "off" | undefined
}

/** What to work on. */
export interface Asked extends Where {
  /** A file in `experiments/` by its name, or a path. */
  readonly experiment: string
  /** Settings to change, by their dotted path. */
  readonly set?: GivenSettings
  /** The cells to keep, by axis; default all. */
  readonly only?: Only
  /** Stages to run again although their results are known. */
  readonly force?: ReadonlyArray<string>
}
