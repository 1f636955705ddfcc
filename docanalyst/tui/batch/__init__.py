"""The batch screen: form, plan, progress, table, one unit, earlier batches."""
