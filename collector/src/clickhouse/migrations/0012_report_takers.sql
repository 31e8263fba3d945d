-- Which collector took the report. Each stores the lost ones among those that it took, so that of several collectors on
-- one ClickHouse one alone does; what a collector that is gone leaves behind is taken over by the others.
ALTER TABLE open_reports {on_cluster} ADD COLUMN IF NOT EXISTS collector LowCardinality(String);
