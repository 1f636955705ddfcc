"""RTF files: their text, notes, tables, hidden text and tracked changes."""
