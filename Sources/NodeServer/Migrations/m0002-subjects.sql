-- What a request that is answered much later has begun, such as the id of a render job: one that is sent again after its
-- process has died goes on with it.
ALTER TABLE server_idempotency ADD COLUMN subject TEXT;
