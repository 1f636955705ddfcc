"""Guesses a model's tokenizer from its name if the catalog does not state one."""

from __future__ import annotations

import re


def tokenizer_by_name(model: str) -> str:
    """Qwen3 models count exactly, whoever serves them; later lines (3.5 and up) have another vocabulary."""
    name = model.lower().rpartition("/")[2]
    if re.match(r"(qwen\.)?qwen-?3(?![.\d])(-next)?[-:_ ]", name) or name == "qwen3":
        return "unknown" if "-next" in name else "qwen3"
    if re.match(r"(openai\.)?gpt-oss", name):
        return "o200k_harmony"
    if re.search(r"qwen-?3(\.|p)\d", name):
        return "qwen3.5"
    for family in ("llama-3", "llama3", "llama-4", "llama4", "gemma", "mistral", "deepseek"):
        if family in name:
            return family.replace("-", "")
    return "unknown"
