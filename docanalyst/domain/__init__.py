"""Pure rules and values on the standard library, snowballstemmer, json-repair and msgspec.

They read no files but their own data, and no clock.
"""
