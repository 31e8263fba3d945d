-- A part below this is one file instead of three hundred. A segment of 20,000 rows so takes a third of the CPU time to
-- write, one of 2,500 too (`node bench/ingest/segments.ts`); merges make what grows beyond it a file for each column.
ALTER TABLE streams {on_cluster} MODIFY SETTING min_bytes_for_wide_part = 67108864;
