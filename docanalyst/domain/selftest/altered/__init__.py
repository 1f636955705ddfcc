"""Edits that change what a quotation says; none may be verified."""
