/** Rows of a table as a person names them: by their labels, joined by `/`. */

/** Whether the text names labels of a cell, joined by `/`; a label may hold `/` itself. */
export const isRow = (text: string, labels: ReadonlyArray<string>): boolean =>
  labels.some(
    (label) => text === label || (text.startsWith(`${label}/`) && isRow(text.slice(label.length + 1), labels))
  )
