/** What the store's ports promise, on what needs no server. */
import { contract } from "./contract.ts"
import { media } from "./media.ts"

for (const [name, medium] of media) contract(name, medium)
