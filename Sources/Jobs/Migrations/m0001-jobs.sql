-- The render queue: jobs, what they need, the files they read, and who works.

CREATE TABLE render_job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('segment', 'sound', 'film')),
  state TEXT NOT NULL CHECK (
    state IN ('blocked', 'queued', 'leased', 'done', 'done_with_warnings', 'failed', 'cancelled')),
  key TEXT,
  next_key TEXT,
  label TEXT NOT NULL,
  profile TEXT NOT NULL,
  priority INTEGER NOT NULL,
  payload TEXT NOT NULL,
  result TEXT,
  error_code TEXT,
  error_message TEXT,
  error_is_retryable INTEGER CHECK (error_is_retryable IN (0, 1)),
  failures TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
  fence INTEGER NOT NULL CHECK (fence >= 0),
  owner TEXT,
  lease_until_ms INTEGER,
  is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  -- More parts of the film will come.
  is_open INTEGER NOT NULL DEFAULT 0 CHECK (is_open IN (0, 1)),
  frames INTEGER NOT NULL CHECK (frames >= 0),
  frames_done INTEGER NOT NULL CHECK (frames_done >= 0),
  weight REAL NOT NULL CHECK (weight >= 0),
  elapsed_ms INTEGER CHECK (elapsed_ms >= 0),
  run_at_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  CHECK (attempt <= max_attempts),
  CHECK (frames_done <= frames),
  CHECK ((state = 'leased') = (owner IS NOT NULL)),
  CHECK ((state = 'leased') = (lease_until_ms IS NOT NULL)),
  CHECK (state <> 'leased' OR (attempt > 0 AND fence > 0 AND started_ms IS NOT NULL)),
  CHECK ((state IN ('done', 'done_with_warnings', 'failed', 'cancelled')) = (ended_ms IS NOT NULL)),
  CHECK ((state IN ('done', 'done_with_warnings')) = (result IS NOT NULL)),
  CHECK (state IN ('done', 'done_with_warnings') OR elapsed_ms IS NULL),
  CHECK ((state = 'failed') = (error_code IS NOT NULL)),
  CHECK ((state = 'failed') = (error_message IS NOT NULL)),
  CHECK ((state = 'failed') = (error_is_retryable IS NOT NULL)),
  CHECK (kind <> 'film' OR key IS NULL),
  CHECK (is_open = 0 OR (kind = 'film' AND state IN ('blocked', 'failed', 'cancelled'))),
  CHECK (kind = 'film' OR (key IS NOT NULL AND state <> 'blocked'))
) STRICT;

-- What a claim looks through: what is due, and leases that have run out.
CREATE INDEX render_job_queued ON render_job (priority, run_at_ms, id)
  WHERE state = 'queued' AND is_paused = 0;
CREATE INDEX render_job_leased ON render_job (lease_until_ms) WHERE state = 'leased';
-- A segment that two films want is one job.
CREATE UNIQUE INDEX render_job_live_key ON render_job (kind, key)
  WHERE key IS NOT NULL AND state IN ('queued', 'leased');
-- A segment that was made before, and whose result has not been given up ('{}').
CREATE INDEX render_job_result ON render_job (kind, key, id)
  WHERE key IS NOT NULL AND state IN ('done', 'done_with_warnings') AND result <> '{}';
-- What there is, for people. No index begins with the state of all jobs: it would be taken for claims, in the wrong
-- order.
CREATE INDEX render_job_kind ON render_job (kind, id);
CREATE INDEX render_job_live ON render_job (kind, state)
  WHERE state IN ('blocked', 'queued', 'leased');
-- Which segment comes before one, so that a worker begins at a scene's beginning.
CREATE INDEX render_job_live_next ON render_job (next_key)
  WHERE next_key IS NOT NULL AND state IN ('queued', 'leased');
-- What the time left is judged by, and what is forgotten after its time.
CREATE INDEX render_job_ended ON render_job (kind, ended_ms, id, state) WHERE ended_ms IS NOT NULL;

-- `position` is the place among the parts of the film.
CREATE TABLE render_job_need (
  job_id TEXT NOT NULL REFERENCES render_job (id) ON DELETE CASCADE,
  needs_id TEXT NOT NULL REFERENCES render_job (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  PRIMARY KEY (job_id, needs_id),
  CHECK (job_id <> needs_id)
) STRICT;

CREATE INDEX render_job_need_reverse ON render_job_need (needs_id, job_id);

CREATE TABLE render_job_asset (
  job_id TEXT NOT NULL REFERENCES render_job (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (job_id, sha256)
) STRICT;

CREATE INDEX render_job_asset_reverse ON render_job_asset (sha256, job_id);

-- Files that brought a decoder down, and the job that did so last.
CREATE TABLE asset_crash (
  sha256 TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  crashes INTEGER NOT NULL CHECK (crashes > 0),
  last_job_id TEXT,
  last_ms INTEGER NOT NULL,
  quarantined_ms INTEGER
) STRICT;

CREATE TABLE render_worker (
  id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  slots INTEGER NOT NULL CHECK (slots > 0),
  started_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL
) STRICT;

-- One row while the whole queue is paused.
CREATE TABLE render_queue_pause (
  name TEXT NOT NULL PRIMARY KEY CHECK (name = 'all'),
  since_ms INTEGER NOT NULL
) STRICT;
