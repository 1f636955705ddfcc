"""Counts tokens offline: exactly for Qwen3, as an estimate with a margin for other models.

from docanalyst.tokens import qwen3
qwen3.count("text")
"""
