"""Finds and reads prompts: Markdown files with TOML front matter between `+++` lines.

The shipped ones lie in `prompts/`; a file of the same name in the user's own folder goes before them.
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
MAX_TOKENS = 8_000
"""Longest prompt that `check_prompt` lets pass, in Qwen3 tokens."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_NOT_TASKS = (INSTRUCTIONS, REMINDER)
_KEYS = {"id", "title", "audience", "summary", "fields"}
_FIELD_KEYS = {"name", "type", "definition", "options", "group"}


def shipped_folder() -> Path:
    """Where the shipped prompts lie: in the wheel, or beside the package in a source tree."""
    package = Path(__file__).parent
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


def list_prompts(own_folder: Path | None = None) -> list[Prompt]:
    """All tasks by name, the user's own among them. Raises UsageError for a file that is no prompt."""
    names = {path.stem: path for path in sorted(shipped_folder().glob("*.md"))}
    if own_folder is not None and own_folder.is_dir():
        names.update({path.stem: path for path in sorted(own_folder.glob("*.md"))})
    return [read_prompt(path) for name, path in sorted(names.items()) if name not in _NOT_TASKS]


def find_prompt(name: str, own_folder: Path | None = None) -> Prompt:
    """The prompt of this name, or the file at this path. Raises UsageError that lists what exists."""
    if name.endswith(".md") and Path(name).is_file():
        return read_prompt(Path(name))
    for folder in (own_folder, shipped_folder()):
        if folder is not None and "/" not in name and (folder / f"{name}.md").is_file():
            return read_prompt(folder / f"{name}.md")
    existing = [prompt.name for prompt in list_prompts(own_folder)]
    near = difflib.get_close_matches(name, existing, n=1)
    raise UsageError(
        f"There is no prompt named {name!r}.",
        (f"Did you mean {near[0]!r}? " if near else "") + f"Prompts: {', '.join(existing)}.",
    )


def read_prompt(path: Path) -> Prompt:
    """A prompt file as a value. Raises UsageError with the file and the line that is wrong."""
    try:
        status = path.stat()
    except OSError:
        return _parse(path, read_source(path))
    return _read(path, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=128)
def _read(path: Path, inode: int, size: int, modified: int) -> Prompt:
    """A file is read again when it was changed."""
    return _parse(path, read_source(path))


def read_source(path: Path) -> str:
    """A prompt file as it is written, header and all. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The prompt file {path} cannot be read: {error}.", "Save it as UTF-8 text, or name another one."
        ) from error


def require_name(name: str) -> None:
    """Raises UsageError for a name that no prompt may have."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a prompt.", "Use letters, digits and hyphens: my-review.")


def copy_prompt(name: str, new_name: str, own_folder: Path) -> Path:
    """A copy of a prompt in the user's own folder, under a new name. Raises UsageError."""
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
        hint = "Take another name." if target.exists() else "Mend the rights of its folder."
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.", hint) from error
    return target


def check_prompt(prompt: Prompt, tokens: int) -> None:
    """Raises UsageError, with the line, for a prompt that cannot be used well.

    tokens: of the filled prompt; a longer one takes room from the documents.
    """
    text = read_source(Path(prompt.path))
    if not prompt.body.strip():
        raise UsageError(f"{prompt.path}: there are no words after the front matter.")
    if tokens > MAX_TOKENS:
        raise UsageError(
            f"{prompt.path} is {tokens:,} tokens long, and {MAX_TOKENS:,} are the most.",
            "Say it shorter, or divide it into two prompts.",
        )
    names = [field.name for field in prompt.fields]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{prompt.path}, line {_line(text, name)}: the field {name} is there twice.")
    if prompt.fields and "{fields}" not in prompt.body:
        raise UsageError(
            f"{prompt.path}: it has fields, but the words do not say where they go.", "Put {fields} there."
        )
    for match in _PLACEHOLDER.finditer(text):
        if match.group(1) not in ("fields", "question"):
            line = text.count("\n", 0, match.start()) + 1
            raise UsageError(
                f"{prompt.path}, line {line}: {match.group()} names nothing.", "Use {fields} or {question}."
            )


@cache
def _parse(path: Path, text: str) -> Prompt:
    digest = hashlib.sha256(text.encode()).hexdigest()
    header: dict[str, Any] = {}
    body = text
    if text.startswith("+++\n"):
        front, fence, body = text[3:].partition("\n+++\n")
        if not fence:
            raise UsageError(f"{path}, line 1: the front matter has no closing +++ line.")
        try:
            header = tomllib.loads(front)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path}: the front matter is not valid TOML: {error}.") from error
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
        raise UsageError(f"{path}, line {_line(text, name)}: {name!r} is no field name (use snake_case).")
    if kind not in FIELD_TYPES:
        raise UsageError(
            f"{path}, line {_line(text, name)}: field {name} has the unknown type {kind!r}.",
            f"Types: {', '.join(FIELD_TYPES)}.",
        )
    options = tuple(str(option) for option in entry.get("options", ()))
    if kind == "enum" and not options:
        raise UsageError(f"{path}, line {_line(text, name)}: the enum {name} names no options.")
    return Field(name, kind, str(entry.get("definition", "")), options, str(entry.get("group", "")))


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
