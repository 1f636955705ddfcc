"""Errors and hints in the words of the terminal UI: a key instead of a command line option.

The layers below word their hints for the command line. A sentence that names an option or a command gets the
key that does the same here; a sentence for which there is no key is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

KeyOf = Callable[[str], str]
"""Returns the key of an action by its ID, as printed on a keyboard."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`“\"])")
_COMMAND_LINE = re.compile(
    r"(?<![\w-])--[a-z][\w-]*|`docanalyst\b[^`]*`|\bdocanalyst [a-z]+ (?:[A-Z-]|list\b)"
)

_ONLY_THERE = re.compile(r"`docanalyst (?:doctor|batch collect)[^`]*`")
"""Commands that repair the database or fetch a batch that was submitted there; no window does it."""

_HERE: tuple[tuple[str, str], ...] = (
    # Whole phrases first, then single options and commands.
    (r"Waiting does not help\. ", ""),
    (
        r"(?:Run )?`docanalyst sessions[^`]*` (?:to list|lists|shows|writes) (?:them|its turns|one)",
        "{session.list} lists them",
    ),
    (r"Run `docanalyst sessions[^`]*`", "Press {session.list}"),
    (r"`docanalyst models[^`]*` lists", "{models} lists"),
    (r"see `docanalyst models[^`]*`", "see {models}"),
    (r"See the providers with: docanalyst models", "{models} lists the providers"),
    (r"See them with: docanalyst keys list", "{keys} lists them"),
    (r"See them with: docanalyst help keys", "{help} lists them"),
    (r"Set [A-Z_]+(?:KEY|TOKEN)[A-Z_]*(?=[,. ])", "Press {keys} to enter the key"),
    (r"Check [A-Z_]+(?:KEY|TOKEN)[A-Z_]*(?=[,. ])", "Press {keys} to enter another key"),
    (r": --model ([^\s]+?)(?=\.(?:\s|$))", ": choose it with {models}"),
    (r"Name (?:one|it)(?: with|:)? --model", "Choose one with {models}"),
    (
        r"(?:Leave out|Drop) --local-only, or use",
        "Switch local_only off in the settings ({settings}), or use",
    ),
    (r"Use one of these, or --provider extractive", "Use one of these, or the offline analyst ({models})"),
    (r"--provider extractive", "the offline analyst ({models})"),
    (r"try --think or --no-think", "turn reasoning on or off with {ask.thinking}"),
    (r"Ask again with --no-think", "Turn reasoning off with {ask.thinking} and ask again"),
    (r"\(--max-output (\d[\d,]*|X)\)", r"(max_output in the settings, {settings}: \1)"),
    (r"raise (?:it with )?--max-output", "raise max_output in the settings ({settings})"),
    (r"(?:or )?lower --max-output(?: \(it counts too\))?", "lower max_output in the settings ({settings})"),
    (r", or use --overwrite", ""),
    (r"Give it with --password", "Press {documents.look} on it in the list of documents ({panel.documents})"),
    (r", or choose another (?:folder|one) with --data-dir", ""),
    (r" \(file\.pdf:1-40\)", " ({documents.pages} in the list of documents)"),
    (r"leave out D(?=\d)", "switch off D"),
    (r", or leave documents out", ", or switch documents off ({panel.documents})"),
)
_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _HERE)


def in_app(words: str, key: KeyOf) -> str:
    """Return an error or hint with keys instead of options and commands.

    Args:
        key: Returns the user's own key of an action.
    """
    if not words:
        return words
    for pattern, here in _PATTERNS:
        words = pattern.sub(partial(_filled, here=here, key=key), words)
    kept = [one for one in _SENTENCES.split(words) if not has_command_line(one)]
    return " ".join(kept)


def has_command_line(words: str) -> bool:
    """Return whether a text names an option or a command of the command line."""
    return _COMMAND_LINE.search(_ONLY_THERE.sub("", words)) is not None


def _filled(match: re.Match[str], here: str, key: KeyOf) -> str:
    return re.sub(r"\{([a-z_.]+)\}", lambda name: key(name[1]), match.expand(here))
