"""Text into terminal rows: plain text, marks, Markdown, wrapping, painting."""
