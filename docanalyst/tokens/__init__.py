"""Token counts: exact for Qwen3, offline; a labelled estimate with a margin for any other model.

from docanalyst.tokens import qwen3
qwen3.count("text")
"""
