"""The column store: load rows, answer SQL, migrate. The only room that knows chDB or ClickHouse."""
