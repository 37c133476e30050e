/** Stores that came to harm, some of each kind; `npm run fuzz -- damage` does the same for as long as one likes. */
import { rmSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { harms } from "../../fuzz/damage/Harm.ts"
import { prepare, trial } from "../../fuzz/damage/Trial.ts"

describe("a store that came to harm", () => {
  for (const { name } of harms)
    it(`${name}: nothing is wrong without a word, and the next run or a repair brings the table back`, async () => {
      const ground = await prepare()
      for (const number of [1, 2]) assert.strictEqual((await trial(ground, 7, number, name)).harm, name)
      rmSync(ground.folder, { recursive: true })
    }, 60_000)
})
