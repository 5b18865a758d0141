-- Functions that programs outside the engine execute.

-- What the program said the step is, as JSON: its id there and what it asks for. NULL for steps of functions in Swift.
ALTER TABLE workflow_step ADD COLUMN request TEXT;

-- What an event's sender said beside its data, as a JSON object: "user", "meta".
ALTER TABLE workflow_event ADD COLUMN extra TEXT;
