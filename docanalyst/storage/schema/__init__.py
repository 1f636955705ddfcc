"""The schema: its first version, the migrations, and the current tables and columns."""
