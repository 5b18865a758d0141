-- Answers to requests that carried an idempotency key. Times are UTC milliseconds.
CREATE TABLE server_idempotency (
  key TEXT PRIMARY KEY,
  -- SHA-256 of method, path, query and body: the same key for another request is an error of the client.
  fingerprint TEXT NOT NULL,
  -- Who works on it, and which of its claims: one whose process has died may be taken over.
  owner TEXT NOT NULL,
  claim INTEGER NOT NULL DEFAULT 1,
  created_ms INTEGER NOT NULL,
  -- NULL while the request is under way.
  status INTEGER,
  headers TEXT,
  body BLOB,
  CHECK ((status IS NULL) = (headers IS NULL)),
  CHECK ((status IS NULL) = (body IS NULL))
) STRICT;

CREATE INDEX server_idempotency_created ON server_idempotency (created_ms);
