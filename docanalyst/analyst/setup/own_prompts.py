"""The user's own prompts: files beside the configuration, which go before shipped ones of the same name."""

from __future__ import annotations

from pathlib import Path

from docanalyst import prompts
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.prompts import Prompt
from docanalyst.settings import Settings


def read_source(prompt: Prompt) -> str:
    """The file of a prompt as it is written, header and all. Raises UsageError."""
    return prompts.read_source(Path(prompt.path))


def is_own(settings: Settings, prompt: Prompt) -> bool:
    """Whether a prompt is the user's own."""
    return Path(prompt.path).parent == settings.prompts_dir


def save_prompt(settings: Settings, name: str, source: str) -> Prompt:
    """Keep a prompt of the user's own under this name, and read it back.

    Raises UsageError for a name that is no file name, or with the line that is wrong in the source: then
    nothing is written. Raises StorageError where the folder cannot be written.
    """
    name = name.strip().removesuffix(".md").lower().replace(" ", "-")
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
            f"The prompt could not be kept at {place}: {error.strerror}.",
            "Free space or mend its folder's rights.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return prompts.read_prompt(place)


def delete_prompt(settings: Settings, prompt: Prompt) -> None:
    """Delete a prompt of the user's own; a shipped one of the same name shows again.

    Raises UsageError for a shipped one, StorageError where the file cannot be deleted.
    """
    if not is_own(settings, prompt):
        raise UsageError(f"{prompt.name} is a shipped prompt and stays.", "Edit a copy of it instead.")
    try:
        Path(prompt.path).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{prompt.path} could not be deleted: {error.strerror}.", "Mend the rights of its folder."
        ) from error
