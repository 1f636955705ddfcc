"""One unit of a run: asking, its account, its place when resumed."""
