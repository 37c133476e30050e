/**
 * Table 3 of Sen & Ganguly (AAAI 2020) as printed: accuracy A, and for each of three pairs of emotion and attribute
 * the posterior p, the fairness F and the combined H. The printed figures follow F = p(1-p) and H = AF/(A+F), half
 * of a harmonic mean, with most decimals truncated. A mark says which printed figure contradicts which.
 *
 * The pairs (the paper's own headings do not name the value): P(female | fear), P(African-American | fear),
 * P(male | anger).
 */
import type { ReferenceRow } from "ablate"

type Figure = ReferenceRow["figures"][string]
type Printed = number | readonly [value: number, mark: string]
type Triple = readonly [p: Printed, F: Printed, H: Printed]

const figure = (printed: Printed): Figure =>
  typeof printed === "number" ? { value: printed } : { value: printed[0], mark: printed[1] }

const row = (
  method: string,
  sampling: "SS-1" | "SS-2" | "None",
  accuracy: number,
  fearGender: Triple,
  fearRace: Triple,
  angerGender: Triple
): ReferenceRow => ({
  labels: { method, sampling },
  figures: {
    accuracy: figure(accuracy),
    fear_gender_p: figure(fearGender[0]),
    fear_gender_F: figure(fearGender[1]),
    fear_gender_H: figure(fearGender[2]),
    fear_race_p: figure(fearRace[0]),
    fear_race_F: figure(fearRace[1]),
    fear_race_H: figure(fearRace[2]),
    anger_gender_p: figure(angerGender[0]),
    anger_gender_F: figure(angerGender[1]),
    anger_gender_H: figure(angerGender[2])
  }
})

const REPEATED = "the same figures as of agnostic-l2 on the whole corpus, another model"

/** Rows labelled `method` and `sampling`; figures `accuracy` and `<pair>_p`, `<pair>_F`, `<pair>_H`. */
export const table3Reference: ReadonlyArray<ReferenceRow> = [
  row(
    "agnostic-l2",
    "SS-1",
    0.8337,
    [1, 0, 0],
    [
      [0.3076, "contradicts the printed F .2103, which needs p = .3008"],
      [0.2103, "p(1-p) of the printed p .3076 is .2130"],
      [0.1679, "follows from the printed F; from the printed p it is .1696"]
    ],
    [
      [0.6187, "contradicts the printed F .2169, which needs p = .6819: two digits transposed"],
      [0.2169, "p(1-p) of the printed p .6187 is .2359"],
      [0.1721, "follows from the printed F; from the printed p it is .1839"]
    ]
  ),
  row(
    "agnostic-l2",
    "SS-2",
    0.793,
    [
      [0.98, "contradicts the printed F .0194, which needs p = .9802"],
      [0.0194, "p(1-p) of the printed p .9800 is .0196"],
      [0.0189, "follows from the printed F; from the printed p it is .0191"]
    ],
    [
      [0.2777, "contradicts the printed F .1928, which needs p = .2608"],
      [0.1928, "p(1-p) of the printed p .2777 is .2006"],
      [0.1551, "follows from the printed F; from the printed p it is .1601"]
    ],
    [
      0.6919,
      [0.3081, "this is 1-p, and above the greatest possible F .25; p(1-p) is .2132"],
      [0.2218, "follows from the impossible F .3081; from the printed p it is .1680"]
    ]
  ),
  row(
    "agnostic-l2",
    "None",
    0.862,
    [0.7914, 0.165, 0.1384],
    [0.2436, 0.1842, 0.1517],
    [[0.3806, "this is 1 - .6194 (aware-race prints .6194): the posterior of the other gender"], 0.2357, 0.185]
  ),
  row("agnostic", "None", 0.8237, [0.7971, 0.1617, 0.1351], [0.3659, 0.232, 0.181], [0.6884, 0.2145, 0.1701]),
  row(
    "agnostic-dwe",
    "None",
    0.738,
    [1, 0, 0],
    [
      [0.2636, "contradicts the printed F .1914, which needs p = .2579"],
      [0.1914, "p(1-p) of the printed p .2636 is .1941"],
      [0.1521, "follows from the printed F; from the printed p it is .1537"]
    ],
    [0.7598, 0.1825, 0.1463]
  ),
  row(
    "agnostic-gender-feature",
    "None",
    0.79,
    [1, 0, 0],
    [0.1667, 0.1389, 0.1181],
    [
      [0.6098, "contradicts the printed F .2425, which needs p = .5866"],
      [0.2425, "p(1-p) of the printed p .6098 is .2379"],
      [0.1855, "follows from the printed F; from the printed p it is .1829"]
    ]
  ),
  row("agnostic-race-feature", "None", 0.78, [1, 0, 0], [0.1877, 0.1524, 0.1274], [0.674, 0.2197, 0.1714]),
  row(
    "aware-gender",
    "None",
    0.943,
    [0.5023, 0.2499, [0.1986, "from the printed A .943 and F .2499 it is .1975; the printed H needs A = .967"]],
    [
      [0.2036, "contradicts the printed F .1540, which needs p = .1902"],
      [0.154, "p(1-p) of the printed p .2036 is .1621"],
      [0.132, "from the printed A .943 and F .1540 it is .1324; from the printed p it is .1384"]
    ],
    [0.5817, 0.2433, 0.1935]
  ),
  row(
    "aware-race",
    "None",
    0.94,
    [[0.7914, REPEATED], [0.165, REPEATED], 0.1403],
    [0.3734, 0.2339, 0.1873],
    [0.6194, [0.2357, REPEATED], 0.1884]
  ),
  row(
    "aware-joint",
    "None",
    0.91,
    [
      [0.5582, "contradicts the printed F .1955, which needs p = .7335"],
      [0.1955, "p(1-p) of the printed p .5582 is .2466"],
      [0.1609, "follows from the printed F; from the printed p it is .1940"]
    ],
    [0.3774, 0.2349, 0.1867],
    [0.594, 0.2411, 0.1906]
  )
]
