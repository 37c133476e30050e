/** Numbers in words: neighbours as a range. */

/** `0–4, 7`: neighbouring numbers as a range where they are more than three. */
export const rangesOf = (ascending: ReadonlyArray<number>): string => {
  const runs: Array<Array<number>> = []
  for (const value of ascending) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1) === value - 1) run.push(value)
    else runs.push([value])
  }
  return runs.flatMap((run) => (run.length > 3 ? [`${run[0]}–${run.at(-1)}`] : run.map(String))).join(", ")
}
