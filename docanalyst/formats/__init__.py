"""Parsers of documents that are not PDFs, one folder for each format; `pdf` runs them in its limited process."""
