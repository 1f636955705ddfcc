"""Keeping the store sound: purge, repair, rescue."""
