/** Ways in which a store's files come to harm: by the medium, by a copy that was cut short, by a hand. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"

export type Chance = () => number

/** A number below `n`. */
export const below = (chance: Chance, n: number): number => Math.floor(chance() * n)

export interface Harm {
  readonly name: string
  /** Harms the store in `dir`; `before` is a copy of the store from before its last run. */
  readonly harm: (dir: string, chance: Chance, before: string) => void
}

const pageSize = 4096
const databaseOf = (dir: string): string => join(dir, "ablate.db")

const blobsOf = (dir: string): ReadonlyArray<string> =>
  readdirSync(join(dir, "blobs")).flatMap((folder) =>
    readdirSync(join(dir, "blobs", folder)).map((name) => join(dir, "blobs", folder, name))
  )

const someBlob = (dir: string, chance: Chance): string => {
  const blobs = blobsOf(dir)
  return blobs[below(chance, blobs.length)] ?? databaseOf(dir)
}

const flip = (path: string, chance: Chance, times: number, within = Number.POSITIVE_INFINITY): void => {
  const bytes = readFileSync(path)
  for (let i = 0; i < times; i++) {
    const at = below(chance, Math.min(bytes.length, within))
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(chance, 8))
  }
  writeFileSync(path, bytes)
}

/** Changes pages as a whole. */
const pages = (
  path: string,
  change: (bytes: Buffer, page: (number: number) => Buffer, count: number) => void
): void => {
  const bytes = readFileSync(path)
  change(
    bytes,
    (number) => bytes.subarray(number * pageSize, (number + 1) * pageSize),
    Math.floor(bytes.length / pageSize)
  )
  writeFileSync(path, bytes)
}

export const harms: ReadonlyArray<Harm> = [
  { name: "one bit of the database", harm: (dir, chance) => flip(databaseOf(dir), chance, 1) },
  { name: "four bits of the database", harm: (dir, chance) => flip(databaseOf(dir), chance, 4) },
  { name: "64 bits of the database", harm: (dir, chance) => flip(databaseOf(dir), chance, 64) },
  { name: "a bit of the database's header", harm: (dir, chance) => flip(databaseOf(dir), chance, 1, 100) },
  { name: "a bit of the database's first page", harm: (dir, chance) => flip(databaseOf(dir), chance, 1, pageSize) },
  { name: "a bit of a blob", harm: (dir, chance) => flip(someBlob(dir, chance), chance, 1) },
  {
    name: "a database cut short",
    harm: (dir, chance) => truncateSync(databaseOf(dir), below(chance, readFileSync(databaseOf(dir)).length))
  },
  {
    name: "a zeroed page",
    harm: (dir, chance) =>
      pages(databaseOf(dir), (_, page, count) => {
        page(below(chance, count)).fill(0)
      })
  },
  {
    name: "two swapped pages",
    harm: (dir, chance) =>
      pages(databaseOf(dir), (_, page, count) => {
        const [one, other] = [page(below(chance, count)), page(below(chance, count))]
        const kept = Buffer.from(one)
        other.copy(one)
        kept.copy(other)
      })
  },
  {
    name: "a database from the middle of a copy",
    harm: (dir, chance, before) => {
      const older = readFileSync(databaseOf(before))
      const newer = readFileSync(databaseOf(dir))
      const at = pageSize * below(chance, Math.ceil(newer.length / pageSize))
      writeFileSync(databaseOf(dir), Buffer.concat([newer.subarray(0, at), older.subarray(at)]))
    }
  },
  { name: "an empty database file", harm: (dir) => writeFileSync(databaseOf(dir), "") },
  {
    name: "a directory in place of a blob",
    harm: (dir, chance) => {
      const blob = someBlob(dir, chance)
      rmSync(blob)
      mkdirSync(blob)
    }
  },
  {
    name: "two swapped blobs",
    harm: (dir, chance) => {
      const [one, other] = [someBlob(dir, chance), someBlob(dir, chance)]
      if (one === other) return
      renameSync(one, `${one}.kept`)
      renameSync(other, one)
      renameSync(`${one}.kept`, other)
    }
  },
  { name: "a blob that is gone", harm: (dir, chance) => rmSync(someBlob(dir, chance)) },
  { name: "a bit of the log of a crash", harm: (dir, chance) => flip(`${databaseOf(dir)}-wal`, chance, 1) },
  { name: "64 bits of the log of a crash", harm: (dir, chance) => flip(`${databaseOf(dir)}-wal`, chance, 64) },
  {
    name: "the log of a crash cut short",
    harm: (dir, chance) => {
      const log = `${databaseOf(dir)}-wal`
      truncateSync(log, below(chance, readFileSync(log).length))
    }
  },
  { name: "the log of a crash that is gone", harm: (dir) => rmSync(`${databaseOf(dir)}-wal`) },
  {
    name: "a write-ahead log of noise",
    harm: (dir) => appendFileSync(`${databaseOf(dir)}-wal`, Buffer.alloc(9000, 0x37))
  },
  {
    name: "a seal of noise",
    harm: (dir) => writeFileSync(join(dir, "ablate.seal"), "noise")
  },
  {
    name: "an older database beside newer blobs",
    harm: (dir, _, before) => {
      copyFileSync(databaseOf(before), databaseOf(dir))
      for (const suffix of ["-wal", "-shm"]) if (existsSync(databaseOf(dir) + suffix)) rmSync(databaseOf(dir) + suffix)
    }
  }
]
