/** Opens `ablate.db`: checks whose it is and of what format, migrates it, and sets how SQLite works. */
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync
} from "node:fs"
import { dirname, join, resolve } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect, type Scope } from "effect"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import { busyTimeoutMs, waitForLock } from "./Lock.ts"
import { format, migrate } from "./migrations.ts"
import { checkUnlessSealed, seal, stateOf, wasSealed } from "./Seal.ts"
import { storeError } from "./SqliteError.ts"

/** "ABL1": marks the file as ours, in SQLite's `application_id`. */
const applicationId = 0x41424c31

export interface OpenOptions {
  /** The store's folder, `.ablate` by convention. */
  readonly dir: string
  /** `read-only` never creates or changes anything; where there is no store it gives an empty view. */
  readonly mode: "read-write" | "read-only"
  /** An upper limit of the database file in bytes; beyond it writes fail as on a full disk. */
  readonly maxDatabaseBytes?: number | undefined
  /** True where this process has just found its structure sound: it is not checked again. Default false. */
  readonly trusted?: boolean | undefined
}

const number = (db: Sqlite.Database, pragma: string): number => Number(db.pragma(pragma, { simple: true }))

/** The format as a row has it, from format 3 on. */
const notedFormat = (db: Sqlite.Database): number | undefined => {
  const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'run_lists' OR name = 'ended_cells'").get()
  if (isOurs === undefined) return undefined
  const noted = db.prepare<[], string>("SELECT value FROM meta WHERE name = 'format'").pluck().get()
  return noted === undefined ? undefined : Number(noted)
}

const isOneBit = (bits: number): boolean => bits !== 0 && (bits & (bits - 1)) === 0

/** The format found: 0 for a database without any table. Refuses databases of other programs and newer formats. */
const formatOf = (db: Sqlite.Database, dir: string): number => {
  const found = number(db, "user_version")
  const id = number(db, "application_id")
  const fail = (reason: StoreReason) => {
    throw new StoreError({ path: dir, reason })
  }
  // Both numbers are in the file's header, where one bit makes another program's database of it.
  const noted = notedFormat(db)
  const isNewer = id === applicationId && found > format && !isOneBit(found ^ (noted ?? found))
  if (noted !== undefined && (id !== applicationId || found !== noted) && !isNewer) {
    throw damaged(dir, `its header says application ${id}, format ${found}; it was written with format ${noted}`)
  }
  if (id !== applicationId) {
    const tables = Number(db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get())
    if (id !== 0 || found !== 0 || tables !== 0) {
      const detail = `its ablate.db belongs to another program: application id ${id}, ${tables} tables`
      fail(StoreReason.cases.NotAStore.make({ detail }))
    }
  } else if (found > format) fail(StoreReason.cases.NewerFormat.make({ found, supported: format }))
  return found
}

/** {@link formatOf} in one snapshot: another process may be creating the store between two of its questions. */
const formatNow = (db: Sqlite.Database, dir: string): number => db.transaction(() => formatOf(db, dir)).deferred()

/** A new store's own folder entry is written through, so that it survives a power cut as a whole. */
const syncFolder = (path: string): void => {
  if (process.platform === "win32") return
  const fd = openSync(path, "r")
  fsyncSync(fd)
  closeSync(fd)
}

const nearestExisting = (path: string): string =>
  statSync(path, { throwIfNoEntry: false }) === undefined ? nearestExisting(dirname(path)) : path

const prepareFolder = (dir: string): string => {
  // Asked first: on a read-only file system mkdir says that there is no such folder.
  const existing = nearestExisting(resolve(dir))
  if (!statSync(existing).isDirectory()) {
    throw new StoreError({ path: dir, reason: StoreReason.cases.NotADirectory.make({}) })
  }
  accessSync(existing, constants.W_OK | constants.X_OK)
  mkdirSync(join(dir, "blobs"), { recursive: true })
  mkdirSync(join(dir, "tmp"), { recursive: true })
  const file = join(dir, "ablate.db")
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    writeFileSync(join(dir, ".gitignore"), "*\n")
    syncFolder(dirname(dir))
  } else accessSync(file, constants.R_OK | constants.W_OK)
  return file
}

const setJournal = (db: Sqlite.Database, isNew: boolean): void => {
  // Effective only before the first table: lets gc give pages back to the file system.
  if (isNew) db.pragma("auto_vacuum = INCREMENTAL")
  db.pragma("journal_mode = WAL")
  db.pragma("synchronous = FULL")
}

/** Makes a new, empty database ours. */
export const create = (db: Sqlite.Database): void => {
  setJournal(db, true)
  db.transaction(() => bringToFormat(db, 0)).immediate()
}

const bringToFormat = (db: Sqlite.Database, from: number): void => {
  migrate(db, from)
  db.pragma(`application_id = ${applicationId}`)
}

const configure = (db: Sqlite.Database, { dir, maxDatabaseBytes, trusted }: OpenOptions): void => {
  db.pragma("cell_size_check = ON")
  const file = statSync(join(dir, "ablate.db"))
  if (file.size === 0 && wasSealed(dir)) throw damaged(dir, "its file is empty")
  const found = formatNow(db, dir)
  if (found !== 0 && trusted !== true) seal(dir, checkUnlessSealed(db, dir))
  setJournal(db, found === 0)
  db.pragma("foreign_keys = ON")
  // Room for some 100,000 traces. No mmap: measured, it gains nothing here, and a file cut short from outside would kill the process.
  db.pragma("cache_size = -32000")
  if (maxDatabaseBytes !== undefined) {
    db.pragma(`max_page_count = ${Math.ceil(maxDatabaseBytes / number(db, "page_size"))}`)
  }
  // Takes the write lock in any case, so that a medium that refuses writing is told now and not by the first result.
  db.transaction(() => {
    // Asked again under the lock: another process may just have created or migrated it.
    const current = formatOf(db, dir)
    if (current === format) return
    bringToFormat(db, current)
  }).immediate()
  if (found !== format) syncFolder(dir)
}

const acquire = (dir: string, make: () => Sqlite.Database, closed: () => void = () => undefined) =>
  Effect.acquireRelease(Effect.try({ try: make, catch: storeError(dir) }), (db) =>
    Effect.sync(() => {
      db.close()
      closed()
    })
  )

const openForWriting = Effect.fnUntraced(function* (options: OpenOptions) {
  const { dir } = options
  const file = yield* Effect.try({ try: () => prepareFolder(dir), catch: storeError(dir) })
  let isSound = false
  const db = yield* acquire(
    dir,
    () => new Sqlite(file, { timeout: busyTimeoutMs }),
    () => {
      if (isSound) seal(dir, stateOf(dir))
    }
  )
  yield* waitForLock(Effect.try({ try: () => configure(db, options), catch: storeError(dir) }))
  isSound = true
  return db
})

/**
 * A copy in memory, for media on which SQLite cannot make the shared-memory file that WAL needs.
 * The header's two version bytes say WAL, which a database in memory cannot have: 1 is the classic journal.
 */
const copyToMemory = (file: string): Sqlite.Database => {
  const bytes = readFileSync(file)
  bytes[18] = 1
  bytes[19] = 1
  return new Sqlite(bytes, { readonly: true })
}

const emptyView = (dir: string) =>
  acquire(dir, () => {
    const db = new Sqlite(":memory:")
    migrate(db, 0)
    db.pragma("query_only = ON")
    return db
  })

const isUnwritable = (error: StoreError): boolean => error.reason._tag === "NotWritable"

const openForReading = Effect.fnUntraced(function* ({ dir, trusted }: OpenOptions) {
  const file = join(dir, "ablate.db")
  const folder = statSync(dir, { throwIfNoEntry: false })
  if (folder !== undefined && !folder.isDirectory()) {
    return yield* new StoreError({ path: dir, reason: StoreReason.cases.NotADirectory.make({}) })
  }
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return yield* emptyView(dir)
  const read = (db: Sqlite.Database) =>
    Effect.try({
      try: () => {
        db.pragma("cache_size = -16000")
        db.pragma("cell_size_check = ON")
        const found = formatNow(db, dir)
        if (found !== 0 && trusted !== true) checkUnlessSealed(db, dir)
        return { db, found }
      },
      catch: storeError(dir)
    })
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const { db, found } = yield* acquire(dir, () => new Sqlite(file, { readonly: true, timeout: busyTimeoutMs })).pipe(
    Effect.flatMap(read),
    waitForLock,
    Effect.catchIf(
      (error) => isUnwritable(error) && wal === 0,
      () => acquire(dir, () => copyToMemory(file)).pipe(Effect.flatMap(read))
    )
  )
  if (found === 0) return yield* emptyView(dir)
  if (found < format) {
    return yield* new StoreError({
      path: dir,
      reason: StoreReason.cases.OlderFormat.make({ found, supported: format })
    })
  }
  return db
})

/** Opens the database of a store; it is closed with the scope. */
export const open = (options: OpenOptions): Effect.Effect<Sqlite.Database, StoreError, Scope.Scope> =>
  options.mode === "read-write" ? openForWriting(options) : openForReading(options)
