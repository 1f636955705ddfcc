"""Damage that a copy suffers without changing what it says; all should be verified."""
