-- A key that reads the answers about its project, and does not send.
ALTER TABLE ingest_keys {on_cluster} ADD COLUMN IF NOT EXISTS reads Bool DEFAULT false;
