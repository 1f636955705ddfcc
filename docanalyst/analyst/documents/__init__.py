"""Documents of the analyst: listing, reading, saved sources and page pictures."""
