"""Parsers of documents that are not PDFs, a folder for each format; `pdf` runs them in its process."""
