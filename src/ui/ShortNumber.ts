/** Figures in few columns: `.842`, `12.3`, `1234`, `56k`, `3e-5`. */

/** Without the zero before the point: it says nothing. */
const bare = (text: string): string => text.replace(/^(-?)0\./, "$1.")

const zeroUnsigned = (text: string): string => (/[1-9]/.test(text) ? text : text.replace("-", ""))

const scaled = (value: number, columns: number): string => {
  const suffixes = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"]
  ] as const
  for (const [unit, suffix] of suffixes) {
    const text = `${Math.round(value / unit)}${suffix}`
    if (Math.abs(value) >= unit && text.length <= columns) return text
  }
  return value.toExponential(0).replace("e+", "e")
}

/** At most `decimals` decimals, and no more of them than fit into `columns` (4 or more). */
export const shortNumber = (value: number, columns: number, decimals: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf"
  for (let digits = decimals; digits >= 0; digits--) {
    const text = zeroUnsigned(bare(value.toFixed(digits)))
    if (text.length > columns) continue
    if (value === 0 || /[1-9]/.test(text)) return text
    // So small that nothing is left of it.
    const tiny = value.toExponential(0)
    return tiny.length <= columns ? tiny : text
  }
  return scaled(value, columns)
}

/** With its sign, also where it is above 0. */
export const signedNumber = (value: number, columns: number, decimals: number): string => {
  const text = shortNumber(Math.abs(value), columns - 1, decimals)
  return /[1-9]/.test(text) ? `${value < 0 ? "-" : "+"}${text}` : text
}
