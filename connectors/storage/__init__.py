"""Where everything accepted is kept: SQLite by default, PostgreSQL by setting, one schema."""
