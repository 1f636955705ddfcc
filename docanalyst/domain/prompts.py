"""Prompts as values: a task, its wording, and the fields of its answer."""

from __future__ import annotations

from dataclasses import dataclass

FIELD_TYPES = ("text", "number", "number_unit", "date", "money", "boolean", "enum", "list")


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a prompt asks for.

    options: the allowed values of an enum. question: what to search for, where name and definition do not
    say it well. judgement: it is concluded and nowhere written, so that no passage can stand for it.
    """

    name: str
    type: str = "text"
    definition: str = ""
    options: tuple[str, ...] = ()
    group: str = ""
    question: str = ""
    judgement: bool = False

    @property
    def title(self) -> str:
        """The name for people: "governing_law" → "governing law"."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A task in words. body: the instruction, `{fields}` where the field list goes. sha256: of the file."""

    name: str
    title: str
    body: str
    fields: tuple[Field, ...] = ()
    sha256: str = ""
    audience: str = ""
    summary: str = ""
    path: str = ""

    def fill(self, fields: tuple[Field, ...] | None = None) -> str:
        """The wording with its field list in place."""
        return self.body.replace("{fields}", describe_fields(self.fields if fields is None else fields))

    def ask(self, question: str = "") -> str:
        """The words of a question: the wording, with the user's own words in place or after it."""
        body = self.fill()
        if "{question}" in body:
            return body.replace("{question}", question.strip())
        return f"{body}\n\n{question.strip()}" if question.strip() else body


def describe_fields(fields: tuple[Field, ...]) -> str:
    """The field list as a model reads it: one line for each field, under its group."""
    lines: list[str] = []
    group = ""
    for field in fields:
        if field.group and field.group != group:
            group = field.group
            lines.append(f"{group}:")
        kind = f"one of: {', '.join(field.options)}" if field.options else field.type.replace("_", " + ")
        lines.append(f"- {field.title} ({kind}): {field.definition}")
    return "\n".join(lines)
