"""One unit of a run: asking it, its cost, and resuming it."""
