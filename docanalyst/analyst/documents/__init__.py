"""Documents for the analyst: reading, listing, their sources and pictures."""
