/** A hundred of the freshness fuzzer's edits; `npm run -s fuzz -- freshness` makes as many as one likes. */
import { assert, describe, it } from "vitest"
import { drive } from "../fuzz/freshness/Drive.ts"
import { broken, summaryText } from "../fuzz/freshness/Summary.ts"
import { totalOf } from "../fuzz/freshness/Tally.ts"
import { featuresOf } from "../fuzz/freshness.ts"

/** Far more than it takes on a busy machine. */
const limit = 900_000

describe("random edits of random projects", () => {
  it("leave no warm table that is not the cold one, and run nothing where nothing can matter", {
    timeout: limit
  }, async () => {
    const report = await drive(
      { seed: 1, edits: 100, features: featuresOf({}), look: ["stale"], attempts: 40, jobs: 2 },
      () => {}
    )
    const stale = report.findings.filter(({ fault }) => fault === "stale")
    assert.deepStrictEqual(
      stale.map(({ expected, got, signature, what }) => ({ signature, what, expected, got })),
      []
    )
    const { edits, seen } = totalOf(report.tally)
    assert.strictEqual(edits, 100)
    // Edits that change no figure would prove nothing.
    assert.isAbove(seen, edits / 3, summaryText(report))
    assert.deepStrictEqual(broken(report), [], summaryText(report))
  })

  it("are found where stages vouch for their code and should not", { timeout: limit }, async () => {
    const features = featuresOf({ with: "blind", without: "workers" })
    const report = await drive({ seed: 1, edits: 3, features, look: ["stale"], attempts: 4, jobs: 2 }, () => {})
    assert.isAtLeast(totalOf(report.tally).stale, 1, summaryText(report))
    const [found] = report.findings.filter(({ fault }) => fault === "stale")
    assert.isDefined(found)
    assert.notStrictEqual(found?.expected, found?.got)
    assert.include(
      found?.before.map(({ path }) => path),
      "study/study.ts"
    )
  })
})
