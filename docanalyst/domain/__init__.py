"""Pure rules and values: standard library only (and the stemmer, in retrieval); no I/O, no clock."""
