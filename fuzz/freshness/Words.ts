/** What decor comes to in a text, and the sum that every module, service and stage makes of its parts. */
import type { Decor } from "./Model.ts"

const from = <A>(count: number, make: (at: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, at) => make(at))

export const comments = ({ comments }: Decor): ReadonlyArray<string> =>
  from(comments, (at) => (at % 2 === 0 ? `// note ${at}: import "./nothing.ts"` : `/** Note ${at}. */`))

export const inlineComment = ({ comments }: Decor): string => (comments === 0 ? "" : `/* ${comments} */ `)

export const gap = ({ spacing }: Decor): string => "\n".repeat(1 + spacing)

export const types = ({ types }: Decor): ReadonlyArray<string> =>
  from(types, (at) => `export type Note${at} = { readonly a${at}: string }`)

export const annotation = ({ types }: Decor): string => (types === 0 ? "" : ": number")

export const unused = ({ unused }: Decor): ReadonlyArray<string> =>
  from(unused, (at) => (at % 2 === 0 ? `export const unused${at} = ${at}` : `export const unused${at} = () => ${at}`))

/** Parts of a sum, each with a weight of its own: one that differs makes another sum. */
export const sum = (parts: ReadonlyArray<string>): string =>
  parts.map((part, at) => `${31 + 6 * at} * (${part})`).join(" + ")

/** Two pure declarations that the sum uses, in either order. */
export const declarations = (decor: Decor, isTyped: boolean): ReadonlyArray<string> => {
  const t = isTyped ? annotation(decor) : ""
  const both = [`const offset${t} = 7`, `const modulus${t} = 1000003`]
  return decor.turned ? both.toReversed() : both
}
