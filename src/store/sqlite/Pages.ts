/**
 * The rows in the pages of an SQLite file, read without its trees: where pointers are damaged, the leaves still hold
 * their rows. Which of what is found is really a row of ours, the rows' own checks tell. See sqlite.org/fileformat2.html.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs"

/** What our databases are made with; the header, which says so too, may be what is damaged. */
const pageSize = 4096
const walHeader = 32
const frameHeader = 24

/** A leaf of a table, and leaf and inner page of an index (a table WITHOUT ROWID): the pages that hold rows. */
const tableLeaf = 0x0d
const indexLeaf = 0x0a
const indexInner = 0x02

/** No row of ours is longer: artifacts inside the database are small, lists of a million cells some hundred megabytes. */
const longestRow = 512 * 1024 * 1024

export type Value = string | number | null | Buffer

export interface FoundRow {
  /** Zero for a table WITHOUT ROWID. */
  readonly rowid: number
  readonly values: ReadonlyArray<Value>
}

/** Gives a page by its number, from 1; undefined beyond the end. */
type ReadPage = (number: number) => Buffer | undefined

/** The number and what comes after it; up to nine bytes. */
const varint = (bytes: Buffer, at: number): readonly [value: number, next: number] => {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i] ?? 0
    if (i === 8) return [value * 256 + byte, at + 9]
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return [value, at + i + 1]
  }
  return [value, at + 9]
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8]

const widthOf = (type: number): number =>
  type >= 12 ? Math.floor((type - 12) / 2) : type === 7 ? 8 : type < 7 ? (integerBytes[type] ?? 0) : 0

const valueAt = (payload: Buffer, at: number, type: number): Value => {
  if (type === 0) return null
  if (type === 7) return payload.readDoubleBE(at)
  if (type === 8 || type === 9) return type - 8
  if (type >= 12) {
    const bytes = payload.subarray(at, at + widthOf(type))
    return type % 2 === 0 ? Buffer.from(bytes) : bytes.toString("utf8")
  }
  if (type === 6) return Number(payload.readBigInt64BE(at))
  return payload.readIntBE(at, widthOf(type))
}

/** The values of a record; undefined where the bytes are none. */
const recordOf = (payload: Buffer): ReadonlyArray<Value> | undefined => {
  const [end, first] = varint(payload, 0)
  if (end < 1 || end > payload.length || end > 64) return undefined
  const values: Array<Value> = []
  let [at, body] = [first, end]
  while (at < end) {
    const [type, next] = varint(payload, at)
    if (type === 10 || type === 11 || body + widthOf(type) > payload.length) return undefined
    values.push(valueAt(payload, body, type))
    body += widthOf(type)
    at = next
  }
  return values
}

/** A cell's payload with what overflows into other pages; undefined where a page of it is missing. */
const payloadOf = (read: ReadPage, page: Buffer, at: number, size: number, isTable: boolean): Buffer | undefined => {
  const most = isTable ? pageSize - 35 : Math.floor(((pageSize - 12) * 64) / 255) - 23
  if (size <= most) return at + size <= page.length ? page.subarray(at, at + size) : undefined
  if (size > longestRow) return undefined
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23
  const rest = least + ((size - least) % (pageSize - 4))
  const local = rest <= most ? rest : least
  if (at + local + 4 > page.length) return undefined
  const parts = [page.subarray(at, at + local)]
  let next = page.readUInt32BE(at + local)
  // The size bounds the chain: one that leads in a circle ends as well.
  for (let left = size - local; left > 0; left -= pageSize - 4) {
    const overflow = read(next)
    if (overflow === undefined) return undefined
    parts.push(overflow.subarray(4, 4 + Math.min(left, pageSize - 4)))
    next = overflow.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

function* rowsOfPage(read: ReadPage, page: Buffer, header: number): Generator<FoundRow> {
  const kind = page[header]
  if (kind !== tableLeaf && kind !== indexLeaf && kind !== indexInner) return
  const isTable = kind === tableLeaf
  const pointers = header + (kind === indexInner ? 12 : 8)
  const cells = Math.min(page.readUInt16BE(header + 3), Math.floor((page.length - pointers) / 2))
  for (let cell = 0; cell < cells; cell++) {
    const start = page.readUInt16BE(pointers + 2 * cell)
    if (start >= page.length - 4) continue
    const [size, afterSize] = varint(page, kind === indexInner ? start + 4 : start)
    const [rowid, afterRowid] = isTable ? varint(page, afterSize) : [0, afterSize]
    const payload = payloadOf(read, page, afterRowid, size, isTable)
    const values = payload === undefined ? undefined : recordOf(payload)
    if (values !== undefined) yield { rowid, values }
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Pages that the write-ahead log holds in a newer state than the file: by number, where they begin. */
const newerPages = (log: number, size: number): Map<number, number> => {
  const newer = new Map<number, number>()
  const header = Buffer.alloc(walHeader)
  if (size < walHeader) return newer
  readSync(log, header, 0, walHeader, 0)
  const frame = Buffer.alloc(frameHeader)
  for (let at = walHeader; at + frameHeader + pageSize <= size; at += frameHeader + pageSize) {
    readSync(log, frame, 0, frameHeader, at)
    // Frames of an earlier round of the log have another salt.
    if (frame.compare(header, 16, 24, 8, 16) !== 0) break
    newer.set(frame.readUInt32BE(0), at + frameHeader)
  }
  return newer
}

/** Every row that any page of the database and its write-ahead log holds, deleted ones that were not overwritten too. */
export function* rowsIn(file: string): Generator<FoundRow> {
  const fd = openSync(file, "r")
  const logSize = sizeOf(`${file}-wal`)
  const log = logSize > 0 ? openSync(`${file}-wal`, "r") : undefined
  const newer = log === undefined ? new Map<number, number>() : newerPages(log, logSize)
  const read: ReadPage = (number) => {
    if (number < 1) return undefined
    const page = Buffer.alloc(pageSize)
    const inLog = newer.get(number)
    const bytes =
      inLog === undefined || log === undefined
        ? readSync(fd, page, 0, pageSize, (number - 1) * pageSize)
        : readSync(log, page, 0, pageSize, inLog)
    return bytes === 0 ? undefined : page
  }
  const inFile = Math.ceil(fstatSync(fd).size / pageSize)
  const count = [...newer.keys()].reduce((most, number) => Math.max(most, number), inFile)
  for (let number = 1; number <= Math.min(count, inFile + newer.size); number++) {
    const page = read(number)
    if (page !== undefined) yield* rowsOfPage(read, page, number === 1 ? 100 : 0)
  }
  closeSync(fd)
  if (log !== undefined) closeSync(log)
}
