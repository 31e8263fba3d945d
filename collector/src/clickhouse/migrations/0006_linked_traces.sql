-- What delivers an answer links to the stream that it delivers; from that stream's side it is found by this.
ALTER TABLE streams {on_cluster} ADD INDEX IF NOT EXISTS linked_trace_id_bloom linked_trace_id TYPE bloom_filter(0.01) GRANULARITY 1;
