-- Apps outside that brought functions along. Times are UTC milliseconds, JSON is text.

-- Grows with every change, so that nodes see that there is one.
CREATE TABLE remote_change (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

INSERT INTO remote_change (name, value) VALUES ('apps', 0);

CREATE TABLE remote_app (
  id TEXT PRIMARY KEY,
  -- Where it is called, as it said, and the same in the form in which addresses are compared.
  url TEXT NOT NULL,
  place TEXT NOT NULL,
  -- What it said of itself, without its functions: name, SDK, framework, version.
  about TEXT NOT NULL,
  -- What it registered last, so that the same is known again.
  digest TEXT NOT NULL,
  registered_ms INTEGER NOT NULL,
  -- When it was last heard of.
  seen_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX remote_app_place ON remote_app (place);

CREATE TABLE remote_function (
  id TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES remote_app (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  -- As the app registered it.
  definition TEXT NOT NULL,
  -- No longer among the app's functions: its runs go on, and no new ones begin.
  is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
  registered_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX remote_function_app ON remote_function (app_id, position);
