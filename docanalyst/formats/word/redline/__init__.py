"""Redlines: a Word document with the changes from one version to another as tracked changes.

The writing is our own. python-redlines with its Docxodus engine does the same for two Word files, under the MIT
licence, and kept every text in 16 of 17 pairs; but it is a self-contained .NET program of 43 to 70 MB for each
platform (none for Intel Macs and musl), needs 9 s and 247 MB for 94,000 words, and reads neither PDFs nor text. Our own
writer is needed for those, is checked by our own reading, and so serves for all.
"""
