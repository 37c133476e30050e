/** What the log of a run counts of a stage. */
import { duration } from "./Duration.ts"

export interface StageCount {
  total: number
  computed: number
  computedMs: number
  cached: number
  failed: number
  retried: number
  skipped: number
  /** Why the first of them was skipped. */
  because: string | null
  /** Others were for another reason. */
  isMixed: boolean
  hasBegun: boolean
}

export const none = (): StageCount => ({
  total: 0,
  computed: 0,
  computedMs: 0,
  cached: 0,
  failed: 0,
  retried: 0,
  skipped: 0,
  because: null,
  isMixed: false,
  hasBegun: false
})

/** Its nodes with nothing left to do. */
export const ended = ({ cached, computed, failed, skipped }: StageCount): number => computed + cached + failed + skipped

/** The word for a stage of which no node is left: what has come of it all is not done where some failed or were skipped. */
export const endOf = ({ computed, failed, skipped }: StageCount): string =>
  failed + skipped === 0 ? "done" : computed + failed === 0 ? "skipped" : "ended"

const reason = ({ because, isMixed }: StageCount): string =>
  because === null ? "interrupted" : `${because} failed${isMixed ? ", among other reasons" : ""}`

/** `70 computed, 4.1 s each, 10 cached, 2 failed, 3 skipped: train#2 failed` */
export const outcome = (stage: StageCount): string =>
  [
    ...(stage.computed === 0 ? [] : [`${stage.computed} computed`]),
    ...(stage.computed === 0
      ? []
      : [`${duration(stage.computedMs / stage.computed)}${stage.computed === 1 ? "" : " each"}`]),
    ...(stage.cached === 0 ? [] : [`${stage.cached} cached`]),
    ...(stage.failed === 0 ? [] : [`${stage.failed} failed`]),
    ...(stage.skipped === 0 ? [] : [`${stage.skipped} skipped: ${reason(stage)}`])
  ].join(", ")
