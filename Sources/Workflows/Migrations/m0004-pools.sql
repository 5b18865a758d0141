-- Limits that several functions share.

-- Locked while room in a pool is given out.
INSERT INTO workflow_counter (name, value) VALUES ('pools', 0);
