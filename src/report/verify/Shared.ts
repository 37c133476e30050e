/** What an exported table says of all of its rows, read back. */
import * as CellId from "../../domain/CellId.ts"

const SENTENCE = /^All rows: (.+)\.$/

/** The labels that the sentence tells; undefined where it is another. */
export const readShared = (sentence: string): Readonly<Record<string, string>> | undefined => {
  const [, labels] = SENTENCE.exec(sentence) ?? []
  return labels === undefined ? undefined : CellId.labelsOf(labels)
}
