"""Maintenance of the database: purge, repair, rescue."""
