"""Redlines: a Word document with the changes from one version to another as tracked changes.

The writing is our own. python-redlines with its Docxodus engine does the same for two Word files, under the
MIT licence, and kept the text of both in 16 of 17 pairs. But its engine is a .NET program of 43 to 70 MB for
each platform, with none for Intel Macs and musl; it needs 9 s and 247 MB for 94,000 words, and reads neither
PDFs nor text. Those need a writer of our own in any case, whose result is checked by our own reading.
"""
