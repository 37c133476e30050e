/** What every export carries so that its figures can be looked up again: experiment, run and content hash, as one line. */
export interface Stamp {
  readonly experiment: string
  readonly runId: string | null
  readonly contentHash: string
}

/** `table3 · run 20260131-154502-k3f9 · content 3fa9…`, with all 64 digits. */
export const stampOf = ({ contentHash, experiment, runId }: Stamp): string =>
  `${experiment}${runId === null ? "" : ` · run ${runId}`} · content ${contentHash}`

/** What such a line says, in any text; broken over lines where the width asked for it. The last one counts. */
export const readStamp = (text: string): Stamp | undefined => {
  const found = [
    ...text.matchAll(/^[%\s`]*(\S.*?)(?:\s*·\s*run\s+(\S+))?\s*·\s*content\s+((?:[0-9a-f]\s*){64})(?![0-9a-f])/gm)
  ].at(-1)
  if (found === undefined) {
    // As Markdown had it before.
    const [, named, hash] = /^Experiment `([^`]+)`, content hash `([0-9a-f]{64})`\.$/m.exec(text) ?? []
    return named === undefined || hash === undefined ? undefined : { experiment: named, runId: null, contentHash: hash }
  }
  const [, experiment = "", runId = null, digits = ""] = found
  return { experiment, runId, contentHash: digits.replaceAll(/\s/g, "") }
}
