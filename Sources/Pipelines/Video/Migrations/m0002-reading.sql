-- Files that were uploaded and of which a project may be made, and indexes for lists of what there is.

CREATE TABLE upload (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  -- The last project that was made of it.
  project_id TEXT REFERENCES project (id) ON DELETE SET NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX upload_sha256 ON upload (sha256);
CREATE INDEX upload_project ON upload (project_id);

CREATE INDEX project_created ON project (created_ms, id);
CREATE INDEX project_state ON project (state, created_ms, id);
CREATE INDEX project_film ON project (film_job_id);
CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX attempt_of_project ON attempt (project_id, id);
CREATE INDEX attempt_of_provider ON attempt (provider, id);
