/** A page's data as the text that stands in it, and back. Reading it needs no schema, which would be most of the page's code. */

import { type Json, type Packed, pack, unpack } from "./Packed.ts"
import type { PageData } from "./PageData.ts"

/** Text that ends no script element, whatever is in the data. */
export const toPageText = (data: Json): string => JSON.stringify(pack(data)).replaceAll("<", "\\u003c")

/** Reads what {@link toPageText} made of encoded page data. */
export const fromPageText = (text: string): PageData => {
  const packed: Packed = JSON.parse(text)
  // The page's own data, encoded by its schema in the build that this code is of.
  return unpack(packed) as unknown as PageData
}
