"""`docanalyst batch`: the command, its run, its progress and its provider batches."""
