"""Provider batches: submitted now, collected later."""
