-- The segment of the spool that a row came with, so that the rows of one can be counted after a crash; '' for rows
-- that did not come through the spool. Constant within an insert, so it takes next to nothing on disk.
ALTER TABLE streams {on_cluster} ADD COLUMN IF NOT EXISTS segment LowCardinality(String);

ALTER TABLE streams {on_cluster} ADD INDEX IF NOT EXISTS segment_bloom segment TYPE bloom_filter(0.01) GRANULARITY 1;

-- A segment is deleted when ClickHouse has its rows, so "has" must mean that a power cut cannot take them.
ALTER TABLE streams {on_cluster} MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
