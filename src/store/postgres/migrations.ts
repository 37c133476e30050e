/** The tables on PostgreSQL, as the ordered steps that bring a schema from format n to format n + 1. */

/**
 * Format 1. The tables of the store on SQLite. Deleting an artifact deletes the traces that point to it, and a trace its
 * record; lists are deleted by gc alone, since two runs that end at a time may name the same one.
 */
const first = `
  CREATE TABLE artifacts (
    hash text PRIMARY KEY,
    kind text NOT NULL,
    size bigint NOT NULL,
    at bigint NOT NULL,
    inline bytea,
    row_check bigint NOT NULL
  );
  CREATE INDEX artifacts_that_are_folders ON artifacts (hash) WHERE kind = 'folder';

  CREATE TABLE traces (
    key text PRIMARY KEY,
    artifact text NOT NULL REFERENCES artifacts (hash) ON DELETE CASCADE,
    stage text NOT NULL,
    duration_ms float8 NOT NULL,
    at float8 NOT NULL,
    row_check bigint NOT NULL
  );
  CREATE INDEX traces_by_artifact ON traces (artifact);
  CREATE INDEX traces_by_stage ON traces (stage, at);

  CREATE TABLE records (
    key text PRIMARY KEY REFERENCES traces (key) ON DELETE CASCADE,
    record text NOT NULL,
    row_check bigint NOT NULL
  );

  CREATE TABLE executions (
    run text NOT NULL,
    key text NOT NULL,
    stage text NOT NULL,
    duration_ms float8 NOT NULL,
    at float8 NOT NULL
  );
  CREATE INDEX executions_by_key ON executions (key);
  CREATE INDEX executions_by_run ON executions (run);
  CREATE TABLE stage_durations (stage text PRIMARY KEY, n bigint NOT NULL, total_ms float8 NOT NULL);

  CREATE TABLE lists (id text PRIMARY KEY, value bytea NOT NULL);
  CREATE TABLE runs (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    experiment text NOT NULL,
    file text NOT NULL,
    record text NOT NULL,
    owner text NOT NULL,
    cells text REFERENCES lists (id),
    keys text REFERENCES lists (id),
    row_check bigint NOT NULL
  );
  CREATE INDEX runs_by_experiment ON runs (experiment, seq);
  CREATE INDEX runs_by_cells ON runs (cells);
  CREATE INDEX runs_by_keys ON runs (keys);
  CREATE TABLE ended_cells (
    run text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    cell text NOT NULL,
    record text NOT NULL,
    row_check bigint NOT NULL,
    PRIMARY KEY (run, cell)
  );
  CREATE TABLE journal (
    run text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    part integer NOT NULL,
    entries bytea NOT NULL,
    row_check bigint NOT NULL,
    PRIMARY KEY (run, part)
  );
  CREATE TABLE tags (
    name text PRIMARY KEY,
    run text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row_check bigint NOT NULL
  );
  CREATE INDEX tags_by_run ON tags (run);

  CREATE TABLE memo (
    kind text NOT NULL,
    id text NOT NULL,
    json text NOT NULL,
    at bigint NOT NULL,
    row_check bigint NOT NULL,
    PRIMARY KEY (kind, id)
  );

  CREATE TABLE plans (
    id text PRIMARY KEY,
    cells text NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    keys text NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    artifacts bytea NOT NULL,
    row_check bigint NOT NULL,
    at bigint NOT NULL
  );
  CREATE TABLE losses (n bigint NOT NULL);
  INSERT INTO losses VALUES (0);
  -- The count first: it waits for whoever is keeping a plan, whose row is then seen.
  CREATE FUNCTION trace_lost() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    IF EXISTS (SELECT 1 FROM gone) THEN
      UPDATE losses SET n = n + 1;
      DELETE FROM plans;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER trace_lost AFTER DELETE ON traces REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION trace_lost();
  CREATE FUNCTION trace_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    UPDATE losses SET n = n + 1;
    DELETE FROM plans;
    RETURN NULL;
  END $$;
  CREATE TRIGGER trace_changed AFTER UPDATE OF key, artifact ON traces
    FOR EACH ROW EXECUTE FUNCTION trace_changed();

  CREATE FUNCTION row_check(VARIADIC columns text[]) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(encode(sha256(string_agg(convert_to(coalesce(c, ''), 'UTF8'), '\\x00'::bytea ORDER BY i)), 'hex'), 1, 13))::bit(52)::bigint
    FROM unnest(columns) WITH ORDINALITY AS u (c, i)
  $$;
`

/** Format 2. When each run that goes on was last heard of, by the server's clock: who on another host asks cannot see its process. */
const second = `
  CREATE TABLE heartbeats (
    run text PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    at bigint NOT NULL
  );
`

export const migrations: ReadonlyArray<string> = [first, second]

/** The format this program writes. */
export const format = migrations.length
