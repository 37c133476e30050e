/** The TensorFlow.js back ends that tests are run on: both, where both are installed. */
import { missingFor, type TfjsVariant } from "../../../src/numerics/tfjs/TfjsInstalled.ts"

/** Why a variant is not tried here; undefined where it is. */
export const reasonAgainst = (variant: TfjsVariant): string | undefined => {
  const missing = missingFor(variant)
  return missing.length === 0 ? undefined : `not tried here: no ${missing.join(" and ")}; see docs/numerics.md`
}

export const variants: ReadonlyArray<{
  readonly variant: TfjsVariant
  /** The variant, and why it is not tried, for a title. */
  readonly title: string
  readonly isMissing: boolean
}> = (["tfjs-wasm", "tfjs-node"] as const).map((variant) => {
  const reason = reasonAgainst(variant)
  return { variant, title: reason === undefined ? variant : `${variant} (${reason})`, isMissing: reason !== undefined }
})
