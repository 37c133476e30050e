/** What PostgreSQL or the way to it gave instead of an answer, as an error of the store. */
import { errnoOf, fileError, StoreError, StoreReason } from "../StoreError.ts"

/** Conditions of SQLSTATE by their code or its first two characters. */
const unreachable = ["08", "25P03", "57P01", "57P02", "57P03", "53300"]
const refused = ["28", "3D000"]
const inTheWay = ["40001", "40P01", "55P03"]
/** Our statements and rows are right by themselves: where one is refused, the tables are not ours any more. */
const damage = ["23", "42P01", "42703", "42883", "XX"]

/** Of Node's sockets; the client names some of its own by text alone. */
const sockets = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN"
]
const lost = /connection terminated|not queryable|timeout exceeded|connection error|timed out/i

const isOf = (code: string, codes: ReadonlyArray<string>): boolean =>
  codes.includes(code) || codes.includes(code.slice(0, 2))

const reasonOf = (code: string, detail: string): StoreReason | undefined => {
  const cases = StoreReason.cases
  if (sockets.includes(code) || isOf(code, unreachable) || (code === "" && lost.test(detail)))
    return cases.Unreachable.make({ detail: detail === "" ? code : detail })
  if (isOf(code, refused)) return cases.Refused.make({ detail })
  if (isOf(code, inTheWay)) return cases.Locked.make({ waitedMs: 0 })
  if (code === "42501" || code === "25006") return cases.NotWritable.make({ detail })
  if (code === "53100") return cases.DiskFull.make({ detail })
  if (isOf(code, damage)) return cases.Damaged.make({ detail })
  return code === "" ? undefined : cases.InputOutput.make({ detail: `${detail} (${code})` })
}

/** Classifies what the client threw; a `StoreError` passes as it is. */
export const storeError =
  (path: string) =>
  (cause: unknown): StoreError => {
    if (cause instanceof StoreError) return cause
    const detail = cause instanceof Error ? cause.message : String(cause)
    const reason = reasonOf(errnoOf(cause), detail)
    return reason === undefined ? fileError(path)(cause) : new StoreError({ path, reason })
  }
