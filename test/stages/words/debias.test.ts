import { assert, describe, it } from "@effect/vitest"
import { directBias, genderDirection, hardDebias, withLengthsOf } from "../../../stages/words/debias.ts"
import { dot, type Embedding, norm, rowOf } from "../../../stages/words/Embedding.ts"
import {
  DEBIAS_WORDS,
  DEFINITIONAL_PAIRS,
  EEC_GENDER_SPECIFIC,
  EQUALISE_PAIRS,
  OUTSIDE_GENDER_SPECIFIC
} from "../../../stages/words/genderWords.ts"

const embedding = (vectors: { readonly [word: string]: ReadonlyArray<number> }): Embedding => {
  const words = Object.keys(vectors)
  return {
    words,
    dimension: Object.values(vectors)[0]?.length ?? 0,
    data: Float64Array.from(words.flatMap((word) => vectors[word] ?? []))
  }
}

const vector = (of: Embedding, word: string) => rowOf(of, of.words.indexOf(word))

const near = (actual: ArrayLike<number>, expected: ReadonlyArray<number>, tolerance: number, message = "") => {
  assert.strictEqual(actual.length, expected.length, message)
  expected.forEach((value, i) => {
    assert.isBelow(Math.abs((actual[i] ?? Number.NaN) - value), tolerance, `${message}[${i}]`)
  })
}

/** Eight words in four dimensions; the expected figures come from an independent implementation. */
const RAW = embedding({
  she: [0.970494958831, 0.107832773203, 0.215665546407, 0],
  he: [-0.956182887468, 0.239045721867, 0.119522860933, 0.119522860933],
  woman: [0.867721831275, -0.108465228909, 0.433860915637, 0.216930457819],
  man: [-0.802955068547, 0.114707866935, 0.573539334676, 0.114707866935],
  nurse: [0.508000508001, 0.762000762001, 0.381000381001, 0.127000127],
  doctor: [-0.356034497458, 0.830747160736, 0.237356331639, 0.356034497458],
  king: [-0.662589156449, 0.331294578225, 0.110431526075, 0.662589156449],
  queen: [0.773020682524, 0.22086305215, 0.22086305215, 0.552157630374]
})
const OPTIONS = {
  definitional: [
    ["she", "he"],
    ["woman", "man"]
  ],
  equalise: [
    ["she", "he"],
    ["woman", "man"],
    ["king", "queen"]
  ],
  genderSpecific: ["he", "king", "man", "queen", "she", "woman"]
} as const
const G = [0.9953265462280623, -0.0958552740383685, -0.00756551414373837, -0.008921648305525607]
const DEBIASED: { readonly [word: string]: ReadonlyArray<number> } = {
  she: [0.9825572435393589, 0.07950289023526322, 0.16018014276539086, 0.05101838370857885],
  he: [-0.9457436634937123, 0.2652085891062116, 0.17483722976947794, 0.06830278407443946],
  woman: [0.8495132606935137, -0.07557266217833683, 0.4974890905142403, 0.15849478684318707],
  man: [-0.8377828981225622, 0.0869229894247727, 0.5103142914521378, 0.17361893175147736],
  nurse: [0.09013116580350633, 0.8888471018632423, 0.4252782432575007, 0.14479509063511065],
  doctor: [0.09002585241353965, 0.8777623457090517, 0.26047340602699337, 0.39189566864824643],
  king: [-0.6875952420973223, 0.34761549099038813, 0.171293423224505, 0.6140316088188514],
  queen: [0.7545864865205545, 0.2087256710276047, 0.1603313461985803, 0.601104556662809]
}

const debias = (raw: Embedding, options = {}) => {
  const result = hardDebias(raw, { ...OPTIONS, ...options })
  if (result === null) return assert.fail("no direction")
  return result
}

describe("hard debiasing", () => {
  it("finds the gender direction, towards the pairs' first words", () => {
    const found = genderDirection(RAW, OPTIONS.definitional)
    near(found?.direction ?? [], G, 1e-10)
    const swapped = genderDirection(
      RAW,
      OPTIONS.definitional.map(([a, b]) => [b, a] as const)
    )
    near(
      swapped?.direction ?? [],
      G.map((value) => -value),
      1e-10
    )
  })

  it("gives the reference's vectors", () => {
    const { embedding: debiased } = debias(RAW)
    for (const [word, expected] of Object.entries(DEBIASED)) near(vector(debiased, word), expected, 1e-10, word)
  })

  it("leaves neutral words no gender, equalised pairs the same distance to them, and all at length 1", () => {
    const { embedding: debiased, direction, neutralised, equalised } = debias(RAW)
    assert.deepStrictEqual(neutralised, ["nurse", "doctor"])
    assert.strictEqual(equalised.length, 3)
    for (const word of neutralised) {
      assert.isBelow(Math.abs(dot(vector(debiased, word), direction.direction)), 1e-15)
      for (const [a, b] of OPTIONS.equalise) {
        const gap = dot(vector(debiased, word), vector(debiased, a)) - dot(vector(debiased, word), vector(debiased, b))
        assert.isBelow(Math.abs(gap), 1e-15)
      }
    }
    for (const word of debiased.words) near([norm(vector(debiased, word))], [1], 1e-15)
  })

  it("takes direct bias to zero", () => {
    const { embedding: debiased, direction } = debias(RAW)
    near([directBias(RAW, ["nurse", "doctor"], direction.direction) ?? Number.NaN], [0.4337716528547072], 1e-10)
    assert.isBelow(directBias(debiased, ["nurse", "doctor"], direction.direction) ?? 1, 1e-15)
    assert.isNull(directBias(RAW, ["absent"], direction.direction))
  })

  it("does not depend on the vectors' lengths, and can restore them", () => {
    const scaled: Embedding = { ...RAW, data: RAW.data.map((value, i) => value * (1 + Math.floor(i / 4))) }
    const { embedding: debiased } = debias(scaled)
    near(debiased.data, [...debias(RAW).embedding.data], 1e-14)
    const restored = withLengthsOf(debiased, scaled)
    restored.words.forEach((word, row) => {
      near([norm(vector(restored, word))], [norm(rowOf(scaled, row))], 1e-12)
    })
  })

  it("treats case variants alike, and a zero vector as nothing", () => {
    const raw = embedding({
      ...Object.fromEntries(RAW.words.map((word) => [word, [...vector(RAW, word)]])),
      She: [...vector(RAW, "woman")],
      He: [...vector(RAW, "man")],
      unknown: [0, 0, 0, 0]
    })
    const { embedding: debiased, neutralised, equalised } = debias(raw)
    assert.deepStrictEqual(neutralised, ["nurse", "doctor", "unknown"])
    assert.deepInclude(equalised, ["She", "He"])
    near(vector(debiased, "She"), DEBIASED.woman ?? [], 1e-10)
    near(vector(debiased, "unknown"), [0, 0, 0, 0], 1e-300)
  })

  it("uses the pairs that are complete, and has no direction without any", () => {
    const found = genderDirection(RAW, [...OPTIONS.definitional, ["gal", "guy"], ["she", "absent"]])
    assert.deepStrictEqual(found?.used, OPTIONS.definitional)
    near(found?.direction ?? [], G, 1e-10)
    assert.isNull(hardDebias(RAW, { ...OPTIONS, definitional: [["gal", "guy"]] }))
    assert.isNull(hardDebias(RAW, { ...OPTIONS, definitional: [] }))
    assert.isNull(genderDirection(RAW, [["she", "she"]]))
  })

  it("does the same to the last bit each time", () => {
    assert.deepStrictEqual(debias(RAW).embedding.data, debias(RAW).embedding.data)
  })

  it("has its word lists: ten definitional pairs, all words of pairs wanted, every equalised word gender-specific", () => {
    assert.strictEqual(DEFINITIONAL_PAIRS.length, 10)
    const specific = new Set([...EEC_GENDER_SPECIFIC, ...OUTSIDE_GENDER_SPECIFIC])
    for (const word of EQUALISE_PAIRS.flat()) assert.isTrue(specific.has(word), word)
    for (const word of [...DEFINITIONAL_PAIRS, ...EQUALISE_PAIRS].flat()) assert.include(DEBIAS_WORDS, word)
  })
})
