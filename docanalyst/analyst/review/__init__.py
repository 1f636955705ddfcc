"""Checking without asking: evidence of turns, briefs, evaluations."""
