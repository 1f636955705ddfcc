"""The quote check, tried on a reader's own documents: honest quotes with harmless damage, and altered ones."""
