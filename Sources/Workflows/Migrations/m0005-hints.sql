-- The first event that may end the wait: those before it, of the same name, cannot. NULL where none has come.
ALTER TABLE workflow_wait ADD COLUMN hint_seq INTEGER;

-- Waits that were there before look through all that came since they last did.
UPDATE workflow_wait SET hint_seq = seen_seq + 1;
