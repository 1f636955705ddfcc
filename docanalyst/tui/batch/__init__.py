"""The batch windows: form, plan, progress, table, one unit, earlier batches."""
