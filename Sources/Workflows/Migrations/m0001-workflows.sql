-- The journal of the durable engine. Times are UTC milliseconds, ids ULIDs, JSON is text.

-- Numbers handed out in the order of commits: the row stays locked until the transaction ends.
CREATE TABLE workflow_counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

INSERT INTO workflow_counter (name, value) VALUES ('event', 0);

-- What was received. 'seq' is its place in the order of commits, which an id is not: clocks jump.
CREATE TABLE workflow_event (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL CHECK (name <> ''),
  data TEXT NOT NULL,
  sender_id TEXT,
  version TEXT,
  ts_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  -- Sent again under an id that was known: kept, and starts nothing.
  is_repeat INTEGER NOT NULL DEFAULT 0 CHECK (is_repeat IN (0, 1)),
  -- No function and no wait knew its name.
  is_unheard INTEGER NOT NULL DEFAULT 0 CHECK (is_unheard IN (0, 1))
) STRICT;

CREATE INDEX workflow_event_name ON workflow_event (name, seq);

CREATE INDEX workflow_event_sender ON workflow_event (sender_id, received_ms)
  WHERE sender_id IS NOT NULL AND is_repeat = 0;

CREATE INDEX workflow_event_received ON workflow_event (received_ms);

-- A process that runs functions. The row goes when the process ends in order; otherwise its lease runs out.
CREATE TABLE workflow_node (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  lease_until_ms INTEGER NOT NULL
) STRICT;

-- Every function that any node has brought along, so that a process which knows none can send events to them.
CREATE TABLE workflow_function (
  id TEXT PRIMARY KEY,
  -- JSON list of event names and patterns.
  triggers TEXT NOT NULL,
  registered_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE workflow_node_function (
  node_id TEXT NOT NULL REFERENCES workflow_node (id) ON DELETE CASCADE,
  function_id TEXT NOT NULL,
  PRIMARY KEY (node_id, function_id)
) STRICT;

-- Events that a node which knows the function has still to take in for it.
CREATE TABLE workflow_intake (
  function_id TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES workflow_event (id) ON DELETE CASCADE,
  -- The event's, so that they are taken in as they came.
  seq INTEGER NOT NULL,
  PRIMARY KEY (function_id, event_id)
) STRICT;

CREATE INDEX workflow_intake_seq ON workflow_intake (seq);

CREATE INDEX workflow_intake_event ON workflow_intake (event_id);

-- One execution of a function.
--   scheduled  begins at due_ms
--   queued     may begin or go on now, in the order of rank_ms; is_held: a limit is full
--   running    a task of 'owner' executes it
--   sleeping   nothing of it executes before due_ms
--   waiting    as sleeping, but an event or another run's end may come before due_ms, which may be NULL
-- The owner of a run at rest is the node that still has its task in memory and is asked first.
CREATE TABLE workflow_run (
  id TEXT PRIMARY KEY,
  function_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN (
    'scheduled', 'queued', 'running', 'sleeping', 'waiting', 'completed', 'failed', 'cancelled')),
  -- The first event; the further ones of a batch are in workflow_run_event.
  event_id TEXT NOT NULL REFERENCES workflow_event (id),
  -- Events beyond this number came since the run began.
  begin_seq INTEGER NOT NULL,
  rank_ms INTEGER NOT NULL,
  due_ms INTEGER,
  -- When it is cancelled for not having started, or ended, in time.
  give_up_ms INTEGER,
  is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
  owner TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  -- Executions of the function in a row that ended with an error outside its steps.
  failures INTEGER NOT NULL DEFAULT 0,
  -- Nodes in a row that died executing it, and how many steps were finished when the last one had.
  losses INTEGER NOT NULL DEFAULT 0,
  losses_at_steps INTEGER NOT NULL DEFAULT 0,
  output TEXT,
  error TEXT,
  cancel_reason TEXT,
  parent_run_id TEXT,
  parent_place TEXT,
  replay_of TEXT,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  CHECK ((state = 'running') <= (owner IS NOT NULL)),
  CHECK ((state IN ('scheduled', 'sleeping')) <= (due_ms IS NOT NULL)),
  CHECK ((state IN ('completed', 'failed', 'cancelled')) = (ended_ms IS NOT NULL)),
  CHECK ((state = 'failed') <= (error IS NOT NULL)),
  CHECK ((state = 'cancelled') = (cancel_reason IS NOT NULL)),
  CHECK (is_held = 0 OR state = 'queued'),
  CHECK ((parent_run_id IS NULL) = (parent_place IS NULL))
) STRICT;

CREATE INDEX workflow_run_queue ON workflow_run (rank_ms, id) WHERE state = 'queued' AND is_held = 0;

CREATE INDEX workflow_run_held ON workflow_run (function_id, rank_ms, id) WHERE is_held = 1;

CREATE INDEX workflow_run_due ON workflow_run (due_ms)
  WHERE state IN ('scheduled', 'sleeping', 'waiting') AND due_ms IS NOT NULL;

CREATE INDEX workflow_run_give_up ON workflow_run (give_up_ms)
  WHERE give_up_ms IS NOT NULL AND ended_ms IS NULL;

CREATE INDEX workflow_run_running ON workflow_run (function_id, owner) WHERE state = 'running';

CREATE INDEX workflow_run_stopped ON workflow_run (owner) WHERE state = 'cancelled' AND owner IS NOT NULL;

CREATE INDEX workflow_run_function ON workflow_run (function_id, id);

CREATE INDEX workflow_run_event_id ON workflow_run (event_id);

CREATE INDEX workflow_run_parent ON workflow_run (parent_run_id) WHERE parent_run_id IS NOT NULL;

CREATE INDEX workflow_run_ended ON workflow_run (ended_ms) WHERE ended_ms IS NOT NULL;

-- The further events of a batch.
CREATE TABLE workflow_run_event (
  run_id TEXT NOT NULL REFERENCES workflow_run (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  event_id TEXT NOT NULL REFERENCES workflow_event (id),
  PRIMARY KEY (run_id, position)
) STRICT;

CREATE INDEX workflow_run_event_event ON workflow_run_event (event_id);

-- The journal. 'place' is where the function meets the step: '3' is its third, '3/2/1' the first of the
-- second branch of the parallel at 3. A step that is being executed has a row once that has taken a while.
CREATE TABLE workflow_step (
  run_id TEXT NOT NULL REFERENCES workflow_run (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN (
    'run', 'transaction', 'send', 'sleep', 'wait', 'invoke', 'parallel')),
  state TEXT NOT NULL CHECK (state IN ('running', 'retrying', 'sleeping', 'waiting', 'done', 'failed')),
  -- The attempt that ended or is to come, from 1.
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  result TEXT,
  error TEXT,
  -- JSON list of the attempts that failed before.
  failures TEXT,
  -- When a sleep ends or the next attempt begins.
  due_ms INTEGER,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  PRIMARY KEY (run_id, place),
  CHECK ((state IN ('done', 'failed')) = (ended_ms IS NOT NULL)),
  CHECK ((state IN ('sleeping', 'retrying')) <= (due_ms IS NOT NULL)),
  CHECK ((state = 'failed') <= (error IS NOT NULL))
) STRICT;

-- What steps wait for: an event, or the end of a run they invoked. Goes with the end of the wait.
CREATE TABLE workflow_wait (
  run_id TEXT NOT NULL REFERENCES workflow_run (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  event_name TEXT,
  -- The property that must have a value, and the value; '*' when the function itself looks at each event.
  match_path TEXT NOT NULL DEFAULT '*',
  match_value TEXT NOT NULL DEFAULT '',
  child_run_id TEXT,
  deadline_ms INTEGER,
  -- Events up to this number have been looked at.
  seen_seq INTEGER NOT NULL,
  -- Something came that may end the wait.
  is_hinted INTEGER NOT NULL DEFAULT 0 CHECK (is_hinted IN (0, 1)),
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, place),
  CHECK ((event_name IS NULL) <> (child_run_id IS NULL))
) STRICT;

CREATE INDEX workflow_wait_event ON workflow_wait (event_name, match_path, match_value)
  WHERE event_name IS NOT NULL;

CREATE INDEX workflow_wait_hinted ON workflow_wait (run_id) WHERE is_hinted = 1;
