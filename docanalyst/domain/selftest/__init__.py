"""Tries the quote check on the user's own documents, with honest and altered quotations."""
