"""Finds, reads and checks prompts: Markdown files with TOML front matter between `+++` lines.

The built-in prompts are in `prompts/`; a prompt of the same name in the user's own folder replaces one.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError
from docanalyst.domain.prompts import FIELD_TYPES, Field, Prompt

INSTRUCTIONS = "common"
REMINDER = "reminder"
QUESTION = "question"
MERGING = "merge"
MAX_TOKENS = 8_000
"""Maximum length of a prompt, in Qwen3 tokens."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_NOT_TASKS = (INSTRUCTIONS, REMINDER, MERGING)
_KEYS = {"id", "title", "audience", "summary", "fields"}
_FIELD_KEYS = {"name", "type", "definition", "options", "group", "question", "judgement"}


@cache
def shipped_folder() -> Path:
    """Return the folder of the built-in prompts: in the wheel, or beside the package in a source tree."""
    package = Path(__file__).parent
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


def list_prompts(own_folder: Path | None = None) -> list[Prompt]:
    """Return all prompts by name, including the user's own.

    Raises:
        UsageError: An invalid prompt file.
    """
    names = {path.stem: path for path in sorted(shipped_folder().glob("*.md"))}
    if own_folder is not None and own_folder.is_dir():
        names.update({path.stem: path for path in sorted(own_folder.glob("*.md"))})
    return [read_prompt(path) for name, path in sorted(names.items()) if name not in _NOT_TASKS]


def find_prompt(name: str, own_folder: Path | None = None) -> Prompt:
    """Return the prompt with this name or path. Raises UsageError that lists the existing prompts."""
    if name.endswith(".md") and Path(name).is_file():
        return read_prompt(Path(name))
    for folder in (own_folder, shipped_folder()):
        if folder is not None and "/" not in name and (folder / f"{name}.md").is_file():
            return read_prompt(folder / f"{name}.md")
    existing = [prompt.name for prompt in list_prompts(own_folder)]
    near = difflib.get_close_matches(name, existing, n=1)
    raise UsageError(
        f"No prompt named {name!r}.",
        (f"Did you mean {near[0]!r}? " if near else "") + f"Prompts: {', '.join(existing)}.",
    )


def read_prompt(path: Path) -> Prompt:
    """Read a prompt file. Raises UsageError that names the invalid line."""
    try:
        status = path.stat()
    except OSError:
        return _parse(path, read_source(path))
    return _read(path, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=128)
def _read(path: Path, inode: int, size: int, modified: int) -> Prompt:
    """Read a file, cached until it changes."""
    return _parse(path, read_source(path))


def read_source(path: Path) -> str:
    """Return the text of a prompt file, front matter included. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Cannot read the prompt file {path}: {error}.", "Save it as UTF-8 text, or name another file."
        ) from error


def require_name(name: str) -> None:
    """Check the name of a prompt.

    Raises:
        UsageError: It is invalid.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"Invalid prompt name: {name!r}.", "Use letters, digits and hyphens, such as my-review."
        )


def copy_prompt(name: str, new_name: str, own_folder: Path) -> Path:
    """Copy a prompt to the user's own folder under a new name; return its path. Raises UsageError."""
    require_name(new_name)
    source = find_prompt(name, own_folder)
    target = own_folder / f"{new_name}.md"
    text = read_source(Path(source.path))
    text = re.sub(r'^id = ".*"$', f'id = "{new_name}"', text, count=1, flags=re.MULTILINE)
    try:
        own_folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        hint = "Use another name." if target.exists() else "Check the permissions of its folder."
        raise UsageError(f"Cannot write {target}: {error.strerror or error}.", hint) from error
    return target


def check_prompt(prompt: Prompt, tokens: int) -> None:
    """Check a prompt. Raises UsageError that names the invalid line.

    Args:
        tokens: Length of the filled-in prompt; a long prompt leaves less room for documents.
    """
    text = read_source(Path(prompt.path))
    if not prompt.body.strip():
        raise UsageError(
            f"{prompt.path}: the prompt is empty after its front matter.", "Write the task there."
        )
    if tokens > MAX_TOKENS:
        raise UsageError(
            f"{prompt.path} has {tokens:,} tokens; the maximum is {MAX_TOKENS:,}.",
            "Shorten it, or split it into two prompts.",
        )
    names = [field.name for field in prompt.fields]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"{prompt.path}, line {_line(text, name)}: duplicate field {name}.",
                "Rename or delete one of them.",
            )
    if prompt.fields and "{fields}" not in prompt.body:
        raise UsageError(
            f"{prompt.path}: the prompt has fields but no {{fields}}.",
            "Write {fields} where the list of fields belongs.",
        )
    for match in _PLACEHOLDER.finditer(text):
        if match.group(1) not in ("fields", "question"):
            line = text.count("\n", 0, match.start()) + 1
            raise UsageError(
                f"{prompt.path}, line {line}: unknown placeholder {match.group()}.",
                "Use {fields} or {question}.",
            )


@cache
def _parse(path: Path, text: str) -> Prompt:
    digest = hashlib.sha256(text.encode()).hexdigest()
    header: dict[str, Any] = {}
    body = text
    if text.startswith("+++\n"):
        front, fence, body = text[3:].partition("\n+++\n")
        if not fence:
            raise UsageError(
                f"{path}, line 1: the front matter has no closing +++ line.", "Add a line with +++ after it."
            )
        try:
            header = tomllib.loads(front)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(
                f"{path}: the front matter is not valid TOML: {error}.", "Correct it there."
            ) from error
    _refuse_unknown(path, text, header, _KEYS)
    return Prompt(
        name=path.stem,
        title=str(header.get("title", path.stem.replace("-", " ").capitalize())),
        body=body.strip(),
        fields=tuple(_field(path, text, entry) for entry in header.get("fields", [])),
        sha256=digest,
        audience=str(header.get("audience", "")),
        summary=str(header.get("summary", "")),
        path=str(path),
    )


def _field(path: Path, text: str, entry: Mapping[str, Any]) -> Field:
    _refuse_unknown(path, text, entry, _FIELD_KEYS)
    name, kind = str(entry.get("name", "")), str(entry.get("type", "text"))
    if not name.isidentifier():
        raise UsageError(
            f"{path}, line {_line(text, name)}: invalid field name {name!r}.",
            "Use snake_case, such as notice_period.",
        )
    if kind not in FIELD_TYPES:
        raise UsageError(
            f"{path}, line {_line(text, name)}: field {name} has the unknown type {kind!r}.",
            f"Types: {', '.join(FIELD_TYPES)}.",
        )
    options = tuple(str(option) for option in entry.get("options", ()))
    if kind == "enum" and not options:
        raise UsageError(
            f"{path}, line {_line(text, name)}: the enum {name} has no options.", 'Add options = ["…", "…"].'
        )
    judgement = entry.get("judgement", False)
    if not isinstance(judgement, bool):
        raise UsageError(
            f"{path}, line {_line(text, name)}: judgement of {name} is neither true nor false.",
            "Write judgement = true for a field that is concluded, not quoted.",
        )
    words = {key: str(entry.get(key, "")) for key in ("definition", "group", "question")}
    return Field(name, kind, options=options, judgement=judgement, **words)


def _refuse_unknown(path: Path, text: str, entry: Mapping[str, Any], known: set[str]) -> None:
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise UsageError(
                f"{path}, line {_line(text, key)}: unknown key {key!r}.",
                f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(sorted(known))}.",
            )


def _line(text: str, word: str) -> int:
    position = text.find(word) if word else 0
    return text.count("\n", 0, max(position, 0)) + 1
