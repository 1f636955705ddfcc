"""The schema: its first version, the migrations since, and the tables and columns of today."""
