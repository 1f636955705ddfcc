"""OpenDocument texts (.odt): numbers as they are shown, notes, text boxes and tracked changes."""
