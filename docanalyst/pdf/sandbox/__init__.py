"""The limited process that parses PDFs, and its messages."""
