/** Stores that came to harm, some of each kind; `npm run fuzz -- damage` does the same for as long as one likes. */
import { rmSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { harms } from "../../fuzz/damage/Harm.ts"
import { type Ground, prepare, trial } from "../../fuzz/damage/Trial.ts"

describe("a store that came to harm", () => {
  // Every trial harms a copy of its own.
  let ground: Ground
  beforeAll(async () => {
    ground = await prepare()
  })
  afterAll(() => rmSync(ground.folder, { recursive: true }))

  for (const { name } of harms)
    it(`${name}: nothing is wrong without a word, and the next run or a repair brings the table back`, async () => {
      for (const number of [1, 2]) assert.strictEqual((await trial(ground, 7, number, name)).harm, name)
    }, 60_000)
})
