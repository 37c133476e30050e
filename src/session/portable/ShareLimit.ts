/** How much of a person's files goes into a shared store: a folder of images is better in a folder that all machines see. */

/** Bytes; without a setting. */
const usual = 1024 ** 3

const units: { readonly [unit: string]: number } = {
  "": 1,
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4
}

/** ABLATE_SHARE_LIMIT (`500MB`, `20GB`), in bytes, for a file or a folder; what is no size counts as none. */
export const limitOf = (environment: { readonly ABLATE_SHARE_LIMIT?: string | undefined }): number => {
  const [, number, unit = ""] =
    /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B)?\s*$/i.exec(environment.ABLATE_SHARE_LIMIT ?? "") ?? []
  return number === undefined ? usual : Number(number) * (units[unit.toUpperCase()] ?? 1)
}

export const bytesText = (bytes: number): string => {
  const unit = bytes >= 1024 ** 3 ? "GB" : bytes >= 1024 ** 2 ? "MB" : bytes >= 1024 ? "KB" : "bytes"
  const value = bytes / (units[unit] ?? 1)
  return `${unit === "bytes" ? value : value.toFixed(1)} ${unit}`
}
