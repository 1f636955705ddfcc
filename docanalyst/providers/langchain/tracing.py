"""Keeps langchain-core from sending prompts and answers to a tracing service."""

from __future__ import annotations


def switch_off_tracing() -> None:
    """Switch LangSmith tracing off, whatever the environment says (LANGSMITH_TRACING, LANGCHAIN_TRACING_V2).

    A variable in a shell must not send a client's documents to a third party. Callbacks that a caller puts on
    its own chat model still run.
    """
    import os

    import langsmith

    langsmith.configure(enabled=False)
    # The first generation's variables no longer trace, but make langchain-core raise.
    for name in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):
        os.environ.pop(name, None)
