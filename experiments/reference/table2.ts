/**
 * Table 2 of Sen & Ganguly (AAAI 2020) as printed: sentences by sampling, group and emotion. A figure that
 * contradicts its own row or the corpus (8,640 sentences, 240 of them neutral, a third of everything per race) has
 * a mark. The emotion cells that the paper prints as "N/A" have no figure here.
 */
import type { ReferenceRow } from "ablate"

type Figures = ReferenceRow["figures"]
type Figure = Figures[string]

const printed = (value: number, mark?: string): Figure => (mark === undefined ? { value } : { value, mark })

const NEUTRAL = "the corpus has 80 neutral sentences per race, not 120"

const row = (
  scheme: "None" | "SS-1" | "SS-2",
  group: string,
  emotions: readonly [fear: number, anger: number, joy: number, sadness: number] | null,
  neutral: Figure,
  total: Figure
): ReferenceRow => ({
  labels: { scheme, group },
  figures: {
    ...(emotions === null
      ? {}
      : {
          fear: printed(emotions[0]),
          anger: printed(emotions[1]),
          joy: printed(emotions[2]),
          sadness: printed(emotions[3])
        }),
    neutral,
    total
  }
})

/** Rows labelled `scheme` (None, SS-1, SS-2) and `group`; figures by the names of `COUNT_NAMES`. */
export const table2Reference: ReadonlyArray<ReferenceRow> = [
  row("None", "Male", [1050, 1050, 1050, 1050], printed(120), printed(4320)),
  row("None", "Female", [1050, 1050, 1050, 1050], printed(120), printed(4320)),
  row(
    "None",
    "African-American",
    [700, 700, 700, 700],
    printed(120, NEUTRAL),
    printed(2920, "700 x 4 + 80 = 2880; the printed race totals sum to 8760, more than the corpus' 8640")
  ),
  row(
    "None",
    "Caucasian",
    [700, 700, 700, 700],
    printed(120, NEUTRAL),
    printed(2920, "700 x 4 + 80 = 2880; the printed race totals sum to 8760, more than the corpus' 8640")
  ),
  row(
    "None",
    "None",
    null,
    printed(2920, "only 80 of these sentences are neutral; the others have the emotions printed as N/A"),
    printed(2920, "700 x 4 + 80 = 2880; the printed race totals sum to 8760, more than the corpus' 8640")
  ),
  row("SS-1", "Male", [500, 1050, 1050, 1050], printed(120), printed(3770)),
  row("SS-1", "Female", [1050, 500, 1050, 1050], printed(120), printed(3770)),
  row(
    "SS-1",
    "African-American",
    [450, 550, 700, 700],
    printed(120, NEUTRAL),
    printed(2520, "450 + 550 + 700 + 700 + 80 = 2480")
  ),
  row(
    "SS-1",
    "Caucasian",
    [550, 500, 700, 700],
    printed(120, NEUTRAL),
    printed(2570, "550 + 500 + 700 + 700 + 80 = 2530")
  ),
  row(
    "SS-1",
    "None",
    null,
    printed(1450, "only 80 of these sentences are neutral; the others have the emotions printed as N/A"),
    printed(1450, "7540 sentences by gender leave 2530 without a race; the printed race totals sum to 6540")
  ),
  row(
    "SS-2",
    "Male",
    [850, 1050, 1050, 1050],
    printed(120),
    printed(3770, "the row's own cells sum to 4120; 3770 is the total of SS-1")
  ),
  row(
    "SS-2",
    "Female",
    [850, 1050, 1050, 1050],
    printed(120),
    printed(3770, "the row's own cells sum to 4120; 3770 is the total of SS-1")
  ),
  row(
    "SS-2",
    "African-American",
    [300, 700, 700, 700],
    printed(120, NEUTRAL),
    printed(2520, "300 + 700 x 3 + 80 = 2480")
  ),
  row(
    "SS-2",
    "Caucasian",
    [700, 700, 700, 700],
    printed(120, NEUTRAL),
    printed(2570, "the row's own cells sum to 2920, with 80 neutral sentences 2880; 2570 is the total of SS-1")
  ),
  row(
    "SS-2",
    "None",
    null,
    printed(1450, "only 80 of these sentences are neutral; the others have the emotions printed as N/A"),
    printed(1450, "8240 sentences by gender leave 2880 without a race; 1450 is the total of SS-1")
  )
]
