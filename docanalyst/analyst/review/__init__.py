"""Checks the quotations of saved turns and of briefs, without asking a model."""
