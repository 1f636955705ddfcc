"""Kinds of pages, as the parsing process reports them. No imports: that process starts for every document."""

LAYER, THIN_LAYER, GIBBERISH = "layer", "thin layer", "gibberish"
"""A scan whose text is the layer of some OCR; one with a few words in it; text that is of no language."""

REPLACED = (LAYER, THIN_LAYER, GIBBERISH)
"""Kinds of which recognition replaces the text."""
