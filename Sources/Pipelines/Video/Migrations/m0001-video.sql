-- Projects: from a brief to a film. What is true of each stage stands here, whatever the runs' journals hold.

CREATE TABLE project (
  id TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('created', 'parsing', 'writing', 'producing', 'rendering', 'paused', 'done', 'failed', 'cancelled')),
  -- Why it waits for somebody: the state it goes back to, and what for.
  paused_from TEXT CHECK (paused_from IN ('created', 'parsing', 'writing', 'producing', 'rendering')),
  message TEXT,
  error_code TEXT,
  -- Grows each time that a project which has ended is begun again.
  generation INTEGER NOT NULL CHECK (generation >= 1),
  settings TEXT NOT NULL,
  budget_microdollars INTEGER CHECK (budget_microdollars >= 0),
  film_job_id TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  CHECK ((state = 'paused') = (paused_from IS NOT NULL)),
  CHECK (state <> 'failed' OR (message IS NOT NULL AND error_code IS NOT NULL)),
  CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_ms IS NOT NULL))
) STRICT;

CREATE INDEX project_updated ON project (updated_ms);

CREATE TABLE document (
  id TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  media_type TEXT,
  language TEXT,
  pages INTEGER CHECK (pages >= 0),
  -- What was read, as JSON in the asset store.
  parsed_sha256 TEXT,
  warnings TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'done', 'failed')),
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  CHECK ((status = 'done') = (parsed_sha256 IS NOT NULL))
) STRICT;

CREATE INDEX document_project ON document (project_id);

CREATE TABLE scene (
  id TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  -- What the script says, as JSON.
  script TEXT NOT NULL,
  -- The scene has been asked for.
  is_requested INTEGER NOT NULL DEFAULT 0 CHECK (is_requested IN (0, 1)),
  tts_status TEXT NOT NULL DEFAULT 'pending' CHECK (tts_status IN ('pending', 'running', 'waiting', 'done', 'failed')),
  avatar_status TEXT NOT NULL DEFAULT 'pending' CHECK (
    avatar_status IN ('pending', 'running', 'waiting', 'done', 'failed', 'skipped')),
  background_status TEXT NOT NULL DEFAULT 'pending' CHECK (
    background_status IN ('pending', 'running', 'waiting', 'done', 'failed')),
  caption_status TEXT NOT NULL DEFAULT 'pending' CHECK (
    caption_status IN ('pending', 'running', 'done', 'failed', 'skipped')),
  render_status TEXT NOT NULL DEFAULT 'pending' CHECK (render_status IN ('pending', 'queued', 'done', 'failed')),
  -- Why it waits or has failed.
  message TEXT,
  -- Seconds of its speech.
  duration REAL CHECK (duration > 0),
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  UNIQUE (project_id, position)
) STRICT;

-- One attempt at a request to a provider: noted before it is made, so that it is looked up and not repeated when its
-- answer is lost.
CREATE TABLE attempt (
  id TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  scene_id TEXT REFERENCES scene (id) ON DELETE CASCADE,
  capability TEXT NOT NULL CHECK (capability IN ('script', 'speech', 'avatar', 'background')),
  provider TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  -- noted: nothing was sent; sent: it may have been; accepted: the vendor has a job.
  state TEXT NOT NULL CHECK (state IN ('noted', 'sent', 'accepted', 'done', 'failed', 'unknown')),
  vendor_job_id TEXT,
  vendor_note TEXT,
  vendor_request_id TEXT,
  error_class TEXT,
  error_code TEXT,
  error_message TEXT,
  created_ms INTEGER NOT NULL,
  sent_ms INTEGER,
  ended_ms INTEGER,
  CHECK (state <> 'accepted' OR vendor_job_id IS NOT NULL),
  CHECK ((state IN ('failed', 'unknown')) = (error_class IS NOT NULL)),
  CHECK (state = 'noted' OR sent_ms IS NOT NULL OR state = 'failed'),
  CHECK ((state IN ('done', 'failed', 'unknown')) = (ended_ms IS NOT NULL))
) STRICT;

CREATE INDEX attempt_request ON attempt (project_id, request_sha256, id);

-- What an attempt was expected to cost, and what the vendor said it did.
CREATE TABLE cost (
  attempt_id TEXT NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('estimate', 'actual')),
  unit TEXT NOT NULL,
  amount REAL NOT NULL,
  microdollars INTEGER,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (attempt_id, kind)
) STRICT;

-- Files of a project; their bytes are in the asset store.
CREATE TABLE asset (
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  -- Empty for what belongs to the project as a whole.
  scene_id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (
    role IN ('brief', 'portrait', 'speech', 'words', 'avatar', 'background', 'document', 'film', 'poster', 'captions')),
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  provider TEXT NOT NULL,
  -- More about it, as JSON.
  note TEXT,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, scene_id, role)
) STRICT;

CREATE INDEX asset_sha256 ON asset (sha256);
