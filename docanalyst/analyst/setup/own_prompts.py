"""The user's own prompts: files beside the configuration that replace built-in prompts of the same name."""

from __future__ import annotations

from pathlib import Path

from docanalyst import prompts
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.prompts import Prompt
from docanalyst.settings import Settings


def read_source(prompt: Prompt) -> str:
    """Return the text of a prompt file, front matter included. Raises UsageError."""
    return prompts.read_source(Path(prompt.path))


def is_own(settings: Settings, prompt: Prompt) -> bool:
    """Return whether a prompt is the user's own."""
    return Path(prompt.path).parent == settings.prompts_dir


def own_name(typed: str) -> str:
    """Return a prompt's name as it is saved."""
    return typed.strip().removesuffix(".md").lower().replace(" ", "-")


def save_prompt(settings: Settings, name: str, source: str) -> Prompt:
    """Save a prompt of the user's own under this name and return it.

    Raises StorageError if the folder cannot be written.

    Raises:
        UsageError: The name is invalid, or the source, whose line is then named; nothing is written.
    """
    name = own_name(name)
    prompts.require_name(name)
    place = settings.prompts_dir / f"{name}.md"
    draft = place.with_suffix(".new.md")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(source, encoding="utf-8")
        prompts.read_prompt(draft)
        draft.replace(place)
    except OSError as error:
        raise StorageError(
            f"Cannot save the prompt to {place}: {error.strerror}.",
            "Free disk space, or check the permissions of the folder.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return prompts.read_prompt(place)


def delete_prompt(settings: Settings, prompt: Prompt) -> None:
    """Delete a prompt of the user's own; a built-in prompt of the same name becomes visible again.

    Raises UsageError for a built-in prompt, StorageError if the file cannot be deleted.
    """
    if not is_own(settings, prompt):
        raise UsageError(
            f"{prompt.name} is a built-in prompt and cannot be deleted.", "Edit a copy of it instead."
        )
    try:
        Path(prompt.path).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"Cannot delete {prompt.path}: {error.strerror}.", "Check the permissions of its folder."
        ) from error
