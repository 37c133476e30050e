/** How a run is named: by its id or the beginning of it, or as the latest one of an experiment. */
import { Data } from "effect"

/** A run: by its id or the beginning of it, or the latest one of an experiment. */
export type RunRef =
  | { readonly _tag: "Run"; readonly id: string }
  /** The experiment by its name, its file's name or its path. */
  | { readonly _tag: "Latest"; readonly experiment: string }

/** Makes one: `RunRef.Run({ id })`, `RunRef.Latest({ experiment })`. */
export const RunRef: Data.TaggedEnum.Constructor<RunRef> = Data.taggedEnum<RunRef>()
