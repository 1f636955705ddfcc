"""Text as language: folding, words, sentences, clauses, running heads, numerals, alignment."""
