-- The render queue: jobs, what they need, the files they read, and who works.

CREATE TABLE render_job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('segment', 'sound', 'film')),
  state TEXT NOT NULL CHECK (
    state IN ('blocked', 'queued', 'leased', 'done', 'done_with_warnings', 'failed', 'cancelled')),
  key TEXT,
  label TEXT NOT NULL,
  priority INTEGER NOT NULL,
  payload TEXT NOT NULL,
  result TEXT,
  error_code TEXT,
  error_message TEXT,
  failures TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
  fence INTEGER NOT NULL,
  owner TEXT,
  lease_until_ms INTEGER,
  is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  frames INTEGER NOT NULL,
  frames_done INTEGER NOT NULL,
  weight REAL NOT NULL,
  elapsed_ms INTEGER,
  run_at_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  CHECK ((state = 'leased') = (owner IS NOT NULL)),
  CHECK ((state = 'leased') = (lease_until_ms IS NOT NULL)),
  CHECK ((state IN ('done', 'done_with_warnings', 'failed', 'cancelled')) = (ended_ms IS NOT NULL)),
  CHECK ((state IN ('done', 'done_with_warnings')) = (result IS NOT NULL)),
  CHECK ((state = 'failed') = (error_code IS NOT NULL)),
  CHECK (state <> 'leased' OR attempt > 0),
  CHECK (kind = 'film' OR (key IS NOT NULL AND state <> 'blocked'))
) STRICT;

-- What a claim looks through.
CREATE INDEX render_job_queued ON render_job (priority, run_at_ms, id) WHERE state = 'queued';
CREATE INDEX render_job_leased ON render_job (lease_until_ms) WHERE state = 'leased';
-- A segment that two films want is one job.
CREATE UNIQUE INDEX render_job_live_key ON render_job (kind, key)
  WHERE key IS NOT NULL AND state IN ('queued', 'leased');
CREATE INDEX render_job_ended ON render_job (kind, ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX render_job_kind ON render_job (kind, id);

CREATE TABLE render_job_need (
  job_id TEXT NOT NULL REFERENCES render_job (id) ON DELETE CASCADE,
  needs_id TEXT NOT NULL REFERENCES render_job (id),
  PRIMARY KEY (job_id, needs_id)
) STRICT;

CREATE INDEX render_job_need_reverse ON render_job_need (needs_id, job_id);

CREATE TABLE render_job_asset (
  job_id TEXT NOT NULL REFERENCES render_job (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (job_id, sha256)
) STRICT;

CREATE INDEX render_job_asset_reverse ON render_job_asset (sha256, job_id);

-- Files that brought a decoder down.
CREATE TABLE asset_crash (
  sha256 TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  crashes INTEGER NOT NULL CHECK (crashes > 0),
  last_ms INTEGER NOT NULL,
  quarantined_ms INTEGER
) STRICT;

CREATE TABLE render_worker (
  id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL
) STRICT;

-- One row while the whole queue is paused.
CREATE TABLE render_queue_pause (
  name TEXT NOT NULL PRIMARY KEY CHECK (name = 'all'),
  since_ms INTEGER NOT NULL
) STRICT;
