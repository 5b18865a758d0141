-- What the limits of functions have to remember. Times are UTC milliseconds unless the name says otherwise.

-- The values that a run's rules gave for its event; they count until the run ends. 'rule' is 'concurrency.0', 'concurrency.1',
-- 'throttle', 'singleton', 'gather' (a debounce or batch that takes further events), 'cancel.0' and so on.
CREATE TABLE workflow_run_key (
  run_id TEXT NOT NULL REFERENCES workflow_run (id) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  function_id TEXT NOT NULL,
  key TEXT NOT NULL,
  -- When a debounce has to end, or a watch for cancelling events does.
  until_ms INTEGER,
  is_live INTEGER NOT NULL DEFAULT 1 CHECK (is_live IN (0, 1)),
  PRIMARY KEY (run_id, rule)
) STRICT;

CREATE INDEX workflow_run_key_value ON workflow_run_key (function_id, rule, key) WHERE is_live = 1;

-- Runs that a limit keeps from executing, and those that it has just let go on and that have not begun yet.
CREATE TABLE workflow_hold (
  run_id TEXT PRIMARY KEY REFERENCES workflow_run (id) ON DELETE CASCADE,
  function_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  key TEXT NOT NULL,
  rank_ms INTEGER NOT NULL,
  is_waiting INTEGER NOT NULL CHECK (is_waiting IN (0, 1))
) STRICT;

CREATE INDEX workflow_hold_place ON workflow_hold (function_id, rule, key, is_waiting, rank_ms, run_id);

-- When the next one would come if all came evenly, in microseconds; 'rule' is 'rate' or 'throttle'.
CREATE TABLE workflow_rate (
  function_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  key TEXT NOT NULL,
  arrival_us INTEGER NOT NULL,
  PRIMARY KEY (function_id, rule, key)
) STRICT;

CREATE INDEX workflow_rate_arrival ON workflow_rate (arrival_us);

-- What a rate limit over a window has let through, as long as it counts.
CREATE TABLE workflow_rate_use (
  function_id TEXT NOT NULL,
  key TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  PRIMARY KEY (function_id, key, event_id)
) STRICT;

CREATE INDEX workflow_rate_use_time ON workflow_rate_use (function_id, key, at_ms);

CREATE INDEX workflow_rate_use_until ON workflow_rate_use (until_ms);

-- The last instant of each schedule that has been dealt with.
CREATE TABLE workflow_cron (
  function_id TEXT NOT NULL,
  schedule TEXT NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (function_id, schedule)
) STRICT;

-- Those that were let go before another one are counted with those that execute.
CREATE INDEX workflow_run_ready ON workflow_run (function_id, rank_ms, id)
  WHERE state = 'queued' AND is_held = 0;
