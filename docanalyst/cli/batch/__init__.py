"""`docanalyst batch`: the command, the run, its progress and provider batches."""
