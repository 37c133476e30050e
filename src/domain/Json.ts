/** JSON as a type: what configs encode to and what the open formats hold. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
