"""The limited process that parses PDFs, and what is said to it."""
