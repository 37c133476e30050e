/** The extractors of this thread: a worker embeds many shards with one network. */
import { Effect } from "effect"
import type { Extractor, ExtractorInvalid } from "./Extractor.ts"

let last: { readonly content: string; readonly extractor: Extractor } | undefined

/**
 * The extractor of some content (hashes of what it is made from): the last one is kept, so that one network at a time
 * is in memory.
 */
export const loadedOnce = <R>(content: string, load: Effect.Effect<Extractor, ExtractorInvalid, R>) =>
  Effect.suspend(() =>
    last?.content === content
      ? Effect.succeed(last.extractor)
      : Effect.tap(load, (extractor) =>
          Effect.sync(() => {
            last = { content, extractor }
          })
        )
  )
