"""How facts are worded for people, in one home: verdicts, places, money, times, counts, the receipt.

It is a part of `exporters` because that is the lowest layer that only people read: the command line, the
terminal UI, batches and every export format import it, and it knows nothing but the domain. Text from
documents and models is put on one line here and made harmless by the caller, each in its own way.
"""
