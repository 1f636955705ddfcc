"""Words facts for users in one place: verdicts, page references, money, times, counts, receipts.

It belongs to `exporters`, the lowest layer with output for users: the command line, the terminal UI, batches
and every export format import it, and it imports only the domain. It puts text from documents and models on
one line; the caller escapes it for its own medium.
"""
