/** The tables, as the ordered steps that bring a database from format n to format n + 1. */
import { hash } from "node:crypto"
import type { Database } from "better-sqlite3"
import { defineRowCheck } from "./RowCheck.ts"

/** One step. It runs in the transaction that also raises the format's number. */
export type Migration = (db: Database) => void

/**
 * Format 1. Look-ups go through `traces` alone, so its rows are kept small and its records apart.
 * Deleting an artifact deletes the traces that point to it (they prove nothing any more), and a trace its record.
 * Runs keep the hashes of their outputs even when the artifacts are gone: they are history.
 */
const first: Migration = (db) => {
  db.exec(`
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO meta VALUES ('program', 'ablate');

    CREATE TABLE artifacts (
      hash TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      size INTEGER NOT NULL,
      at INTEGER NOT NULL,
      inline BLOB
    );

    CREATE TABLE traces (
      key TEXT PRIMARY KEY,
      artifact TEXT NOT NULL REFERENCES artifacts (hash) ON DELETE CASCADE,
      stage TEXT NOT NULL,
      duration_ms REAL NOT NULL,
      at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX traces_by_artifact ON traces (artifact);
    CREATE INDEX traces_by_stage ON traces (stage, at);

    CREATE TABLE records (
      key TEXT PRIMARY KEY REFERENCES traces (key) ON DELETE CASCADE,
      record TEXT NOT NULL
    );

    CREATE TABLE executions (
      run TEXT NOT NULL,
      key TEXT NOT NULL,
      stage TEXT NOT NULL,
      duration_ms REAL NOT NULL,
      at REAL NOT NULL
    );
    CREATE INDEX executions_by_key ON executions (key, at, duration_ms);
    CREATE INDEX executions_by_run ON executions (run);

    CREATE TABLE stage_durations (stage TEXT PRIMARY KEY, n INTEGER NOT NULL, total_ms REAL NOT NULL) WITHOUT ROWID;

    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      experiment TEXT NOT NULL,
      started_at REAL NOT NULL,
      status TEXT NOT NULL,
      record TEXT NOT NULL,
      owner TEXT NOT NULL
    );
    CREATE INDEX runs_by_experiment ON runs (experiment, started_at);
    CREATE INDEX runs_by_start ON runs (started_at);

    CREATE TABLE run_cells (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      cell TEXT NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (run, cell)
    );

    CREATE TABLE run_keys (run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, keys BLOB NOT NULL);

    CREATE TABLE files (path TEXT PRIMARY KEY, signature TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL);

    CREATE TABLE memo (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      json TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (kind, id)
    );
  `)
}

/**
 * Format 2. What a run lists (its cells, its keys) is one value, named by its content: runs of one experiment mostly
 * list the same, so a run with nothing to do adds some hundred bytes instead of hundreds for every cell and node.
 */
const second: Migration = (db) => {
  db.exec(`
    CREATE TABLE lists (id TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE run_lists (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('cells', 'keys')),
      list TEXT NOT NULL REFERENCES lists (id),
      PRIMARY KEY (run, kind)
    ) WITHOUT ROWID;
    CREATE INDEX run_lists_by_list ON run_lists (list);
    CREATE TRIGGER list_unused AFTER DELETE ON run_lists
    WHEN NOT EXISTS (SELECT 1 FROM run_lists WHERE list = OLD.list)
    BEGIN DELETE FROM lists WHERE id = OLD.list; END;
    CREATE TRIGGER list_replaced AFTER UPDATE ON run_lists
    WHEN NOT EXISTS (SELECT 1 FROM run_lists WHERE list = OLD.list)
    BEGIN DELETE FROM lists WHERE id = OLD.list; END;

    INSERT INTO lists
      SELECT 'cells of ' || run, json_group_array(json(record) ORDER BY position) FROM run_cells GROUP BY run;
    INSERT INTO run_lists SELECT DISTINCT run, 'cells', 'cells of ' || run FROM run_cells;
    INSERT INTO lists SELECT 'keys of ' || run, keys FROM run_keys;
    INSERT INTO run_lists SELECT run, 'keys', 'keys of ' || run FROM run_keys;
    DROP TABLE run_cells;
    DROP TABLE run_keys;
  `)
}

/**
 * Format 3. Every row that proves something carries a check over its columns. A run names its file, has a number that
 * says which was recorded later whatever the clock says, and names its lists itself, so that none can be lost unseen;
 * cells of a run that has not ended are kept one by one.
 */
const third: Migration = (db) => {
  defineRowCheck(db)
  renameLists(db)
  db.exec(`
    ALTER TABLE artifacts ADD COLUMN row_check INTEGER NOT NULL DEFAULT 0;
    UPDATE artifacts SET row_check = row_check('artifacts', hash, kind, size);
    ALTER TABLE traces ADD COLUMN row_check INTEGER NOT NULL DEFAULT 0;
    UPDATE traces SET row_check = row_check('traces', key, artifact);
    ALTER TABLE records ADD COLUMN row_check INTEGER NOT NULL DEFAULT 0;
    UPDATE records SET row_check = row_check('records', key, record);

    DROP TABLE files;
    CREATE TABLE files (
      path TEXT PRIMARY KEY, signature TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, row_check INTEGER NOT NULL
    );
    DROP TABLE memo;
    CREATE TABLE memo (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      json TEXT NOT NULL,
      at INTEGER NOT NULL,
      row_check INTEGER NOT NULL,
      PRIMARY KEY (kind, id)
    );

    DROP TRIGGER list_unused;
    DROP TRIGGER list_replaced;
    CREATE TABLE runs_3 (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      experiment TEXT NOT NULL,
      file TEXT NOT NULL,
      record TEXT NOT NULL,
      owner TEXT NOT NULL,
      cells TEXT REFERENCES lists (id),
      keys TEXT REFERENCES lists (id),
      row_check INTEGER NOT NULL
    );
    INSERT INTO runs_3 (id, experiment, file, record, owner, cells, keys, row_check)
      SELECT id, experiment, coalesce(json_extract(record, '$.file'), ''), record, owner,
        (SELECT list FROM run_lists WHERE run = id AND kind = 'cells'),
        (SELECT list FROM run_lists WHERE run = id AND kind = 'keys'), 0
      FROM runs ORDER BY started_at, id;
    UPDATE runs_3 SET row_check = row_check('runs', id, experiment, file, record, owner, cells, keys);
    DROP TABLE run_lists;
    DROP TABLE runs;
    ALTER TABLE runs_3 RENAME TO runs;
    CREATE INDEX runs_by_cells ON runs (cells);
    CREATE INDEX runs_by_keys ON runs (keys);

    CREATE TRIGGER lists_of_deleted_run AFTER DELETE ON runs
    BEGIN
      DELETE FROM lists WHERE id IN (OLD.cells, OLD.keys)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE cells = lists.id)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE keys = lists.id);
    END;
    CREATE TRIGGER lists_of_changed_run AFTER UPDATE OF cells, keys ON runs
    BEGIN
      DELETE FROM lists WHERE id IN (OLD.cells, OLD.keys)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE cells = lists.id)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE keys = lists.id);
    END;

    CREATE TABLE ended_cells (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      cell TEXT NOT NULL,
      record TEXT NOT NULL,
      row_check INTEGER NOT NULL,
      PRIMARY KEY (run, cell)
    ) WITHOUT ROWID;
  `)
}

/** Lists that came from format 1 are named by their run; now each is named by its content. */
const renameLists = (db: Database): void => {
  const old = db.prepare<[], { id: string; value: Buffer | string }>(
    "SELECT id, value FROM lists WHERE length(id) <> 64"
  )
  const add = db.prepare("INSERT OR IGNORE INTO lists (id, value) VALUES (?, ?)")
  const link = db.prepare("UPDATE run_lists SET list = ? WHERE list = ?")
  for (const { id, value } of old.all()) {
    const content = hash("sha256", value)
    add.run(content, value)
    link.run(content, id)
  }
}

/**
 * Format 4. Plans that are known as a whole, and how often a trace was lost: what a plan answers stands until then. Records of plans
 * are no history: they go with what they were made from.
 */
const knownPlans: Migration = (db) => {
  db.exec(`
    CREATE TABLE plans (
      id TEXT PRIMARY KEY,
      cells TEXT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
      keys TEXT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
      artifacts BLOB NOT NULL,
      digest TEXT NOT NULL,
      at INTEGER NOT NULL
    );
    CREATE INDEX plans_by_cells ON plans (cells);
    CREATE INDEX plans_by_keys ON plans (keys);
    CREATE TABLE losses (n INTEGER NOT NULL);
    INSERT INTO losses VALUES (0);
    CREATE TRIGGER trace_lost AFTER DELETE ON traces
    BEGIN UPDATE losses SET n = n + 1; DELETE FROM plans; END;
    CREATE TRIGGER trace_changed AFTER UPDATE OF key, artifact ON traces
    BEGIN UPDATE losses SET n = n + 1; DELETE FROM plans; END;
  `)
}

/** Format 5. Plans carry the check that every row does. */
const checkedPlans: Migration = (db) => {
  db.exec(`
    DROP TABLE plans;
    CREATE TABLE plans (
      id TEXT PRIMARY KEY,
      cells TEXT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
      keys TEXT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
      artifacts BLOB NOT NULL,
      row_check INTEGER NOT NULL,
      at INTEGER NOT NULL
    );
    CREATE INDEX plans_by_cells ON plans (cells);
    CREATE INDEX plans_by_keys ON plans (keys);
  `)
}

/** Format 6. What happened in each run, in parts. Runs that were made before have no journal. */
const journals: Migration = (db) => {
  db.exec(`
    CREATE TABLE journal (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      part INTEGER NOT NULL,
      entries BLOB NOT NULL,
      row_check INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX journal_by_run ON journal (run, part);
  `)
}

export const migrations: ReadonlyArray<Migration> = [first, second, third, knownPlans, checkedPlans, journals]

/** The format this program writes. */
export const format = migrations.length

/**
 * Runs the steps after `from`, in order, and sets the format's number: in the file's header, and in a row, since a bit
 * that flips in the header would have a database migrated that is what it should be. Must be called in a write transaction.
 */
export const migrate = (db: Database, from: number, steps: ReadonlyArray<Migration> = migrations): void => {
  for (const step of steps.slice(from)) step(db)
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('format', ?)").run(String(steps.length))
  db.pragma(`user_version = ${steps.length}`)
}
