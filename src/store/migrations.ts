/** The tables, as the ordered steps that bring a database from format n to format n + 1. */
import type { Database } from "better-sqlite3"

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
 * Plans that are known as a whole, and how often a trace was lost: what a plan answers stands until then. Records of plans
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

export const migrations: ReadonlyArray<Migration> = [first, second, knownPlans]

/** The format this program writes. */
export const format = migrations.length

/** Runs the steps after `from`, in order, and sets the format's number. Must be called in a write transaction. */
export const migrate = (db: Database, from: number, steps: ReadonlyArray<Migration> = migrations): void => {
  for (const step of steps.slice(from)) step(db)
  db.pragma(`user_version = ${steps.length}`)
}
