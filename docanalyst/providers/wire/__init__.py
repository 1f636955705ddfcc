"""A request on the wire: address, key, stream, faults, retries, reasoning, batches by file."""
