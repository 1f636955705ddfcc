"""Word files (.docx): numbers as Word shows them, all stories, and tracked changes accepted or rejected.

The only user of lxml. Nothing that a file refers to is fetched, and macros are never run.
"""
