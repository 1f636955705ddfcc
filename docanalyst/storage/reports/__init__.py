"""Reports from the database: search, SQL and spending."""
