"""Limits of a run: cost cap, request rate, shared models, consent."""
