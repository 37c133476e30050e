import { assert, describe, it } from "@effect/vitest"
import { table2Reference } from "../../../experiments/reference/table2.ts"
import { table3Reference } from "../../../experiments/reference/table3.ts"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { COUNT_NAMES, countGroup, Group } from "../../../stages/eec/counts.ts"
import { SCHEME_LABELS, Scheme, subsample } from "../../../stages/eec/subsample.ts"

describe("the paper's Table 2", () => {
  it("has a mark on exactly the figures that are not the corpus' own counts", () => {
    const corpus = generateCorpus()
    for (const scheme of Scheme.literals) {
      for (const group of Group.literals) {
        const row = table2Reference.find(
          ({ labels }) => labels.scheme === SCHEME_LABELS[scheme] && labels.group === group
        )
        const counts = countGroup(subsample(corpus, scheme, 1), group)
        for (const name of COUNT_NAMES) {
          const printed = row?.figures[name]
          if (printed === undefined) assert.strictEqual(group, "None")
          else
            assert.strictEqual(
              printed.mark === undefined,
              printed.value === counts[name].value,
              `${scheme} ${group} ${name}`
            )
        }
      }
    }
    assert.strictEqual(table2Reference.length, 15)
  })
})

/** Whether a printed figure is what the interval [low, high] of exact values prints as, rounded or truncated. */
const prints = (printed: number, low: number, high: number) =>
  printed + 1e-4 > low - 1e-9 && printed - 5e-5 < high + 1e-9

describe("the paper's Table 3", () => {
  it("has ten rows of ten figures", () => {
    assert.strictEqual(table3Reference.length, 10)
    for (const { figures } of table3Reference) assert.strictEqual(Object.keys(figures).length, 10)
    assert.strictEqual(new Set(table3Reference.map(({ labels }) => `${labels.method} ${labels.sampling}`)).size, 10)
  })

  it("has a mark on every fairness that is not p(1-p), and on every H that is not AF/(A+F), of the printed figures", () => {
    // The nine cells whose F contradicts p, and the two whose H contradicts A and F, as methods §1.2 lists them.
    const wrongF: Array<string> = []
    const wrongH: Array<string> = []
    for (const { labels, figures } of table3Reference) {
      for (const pair of ["fear_gender", "fear_race", "anger_gender"]) {
        const name = `${labels.method} ${labels.sampling} ${pair}`
        const [p, F, H] = ["p", "F", "H"].map((figure) => figures[`${pair}_${figure}`])
        const A = figures.accuracy?.value ?? Number.NaN
        if (p === undefined || F === undefined || H === undefined) return assert.fail(name)
        const products = [p.value - 5e-5, p.value, p.value + 1e-4].map((x) => x * (1 - x))
        if (!prints(F.value, Math.min(...products), Math.max(...products))) {
          wrongF.push(name)
          assert.isDefined(F.mark, name)
        }
        // The accuracies are printed with two to four decimals.
        const h = (a: number, f: number) => (a * f) / (a + f || 1)
        if (!prints(H.value, h(A - 5e-4, F.value - 5e-5), h(A + 1e-3, F.value + 1e-4))) {
          wrongH.push(name)
          assert.isDefined(H.mark, name)
        }
      }
    }
    assert.deepStrictEqual(wrongF, [
      "agnostic-l2 SS-1 fear_race",
      "agnostic-l2 SS-1 anger_gender",
      "agnostic-l2 SS-2 fear_gender",
      "agnostic-l2 SS-2 fear_race",
      "agnostic-l2 SS-2 anger_gender",
      "agnostic-dwe None fear_race",
      "agnostic-gender-feature None anger_gender",
      "aware-gender None fear_race",
      "aware-joint None fear_gender"
    ])
    assert.deepStrictEqual(wrongH, ["aware-gender None fear_gender", "aware-gender None fear_race"])
  })
})
