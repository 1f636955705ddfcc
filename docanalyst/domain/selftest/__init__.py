"""Trying the quote check on a reader's own documents, with honest quotations and altered ones."""
