"""Pure rules and values: the standard library, the stemmer and json-repair; no I/O, no clock."""
