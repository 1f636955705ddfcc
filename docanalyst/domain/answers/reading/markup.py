"""An answer with its HTML, escapes and TeX quotation marks masked, character for character.

A masked text is as long as the answer, so that offsets into one are offsets into the other. Tags that quote
become quotation marks, tags that divide become line ends, bars or bullets, and the rest becomes `FILL`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from docanalyst.domain.answers.reading.places import read_place

FILL = "\x00"
"""Stands for a character of markup inside a line."""
_LITERAL = 0xE100
"""Added to the code of an escaped character: a "[" of the document ("\\[6]") is no mark of ours."""
INLINE = rf"[ \t{FILL}]"
"""A blank of a masked line, as a character class of a pattern."""

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9_-]{0,20})((?:\s[^<>]{0,400})?)/?>")
_QUOTES = {"q", "quote", "quotation", "excerpt", "verbatim", "quoted", "blockquote"}
_LINES = {"p", "div", "section", "article", "ul", "ol", "table", "tbody", "thead", "details", "summary"}
_INSIDE = {
    "b",
    "i",
    "u",
    "em",
    "strong",
    "mark",
    "sup",
    "sub",
    "span",
    "small",
    "a",
    "font",
    "code",
    "s",
    "del",
    "ins",
    "answer",
    "response",
    "citation",
    "footnote",
    "note",
    "claim",
    "statement",
}
_PLACES = {"cite", "source", "document", "doc", "ref", "reference", "location"}
_SUPERSCRIPT = re.compile(r"<sup[^<>]{0,60}>\s?(?:<a[^<>]{0,200}>)?\s?\[?(\d{1,4})\]?\s?(?:</a>)?\s?</sup>")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~\"'$&“”])")
_TEX = re.compile(r"``((?:[^`'\n]|'(?!')){1,4000})''")
_ENTITIES = {
    "&quot;": '"',
    "&ldquo;": "“",
    "&rdquo;": "”",
    "&laquo;": "«",
    "&raquo;": "»",
    "&bdquo;": "„",
    "&lsquo;": "‘",
    "&rsquo;": "’",
    "&nbsp;": " ",
    "&#34;": '"',
    "&#39;": "'",
    "&apos;": "'",
}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]{12,2000})`(?!`)")
_BULLET = re.compile(r"\n[ \t\x00]*(?:>[ \t\x00]?)*(?:[-*+•◦▪][ \t\x00]+)?")
_BLANKS = re.compile(r"[ \t]{2,}")
_LITERALS = {_LITERAL + ord(character): character for character in "\\`*_{}[]#+-|<>~"}


@lru_cache(maxsize=16)
def masked(answer: str) -> str:
    """The answer with its markup masked, of the same length."""
    text = answer.replace(FILL, " ")
    if "\\" in text:
        text = _ESCAPE.sub(_mask_escape, text)
    if "<" in text:
        text = _TAG.sub(_mask_tag, _SUPERSCRIPT.sub(_mask_superscript, text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: _ENTITIES[match.group()].ljust(len(match.group()), FILL), text)
    if "`" in text:
        text = _TEX.sub(lambda match: f"“{FILL}{match[1]}”{FILL}", text)
        text = _CODE_SPAN.sub(_mask_code, text)
    return text


def words_of(text: str) -> str:
    """The words of a stretch of masked text: without what was masked, bullets, and marks of emphasis."""
    text = _BULLET.sub("\n", f"\n{text}").replace("**", "").replace("__", "")
    return _BLANKS.sub(" ", text.replace(FILL, "")).translate(_LITERALS).strip()


def _mask_escape(match: re.Match[str]) -> str:
    code = _LITERAL + ord(match[1])
    return FILL + (chr(code) if code in _LITERALS else match[1])


def _mask_code(match: re.Match[str]) -> str:
    """A passage set as code is one that is quoted; a name or a path is not."""
    return f"“{match[1]}”" if len(match[1].split()) >= 4 and '"' not in match[1] else match.group()


def _mask_superscript(match: re.Match[str]) -> str:
    return f"[^{match[1]}]".ljust(len(match.group()), FILL)


def _mask_tag(match: re.Match[str]) -> str:
    whole, name = match.group(), match[1].lower()
    size, closes = len(whole), whole[1] == "/"
    if name in _QUOTES:
        return _mask_quote(whole, match[2], size, closes)
    if name in _PLACES or name == "page":
        return _mask_place(match, name, closes)
    if name == "br":
        return " " * size
    if name in ("td", "th"):
        return FILL * size if closes else "|".ljust(size, FILL)
    if name == "tr":
        return "|\n".ljust(size, FILL) if closes else "\n".ljust(size, FILL)
    if name == "li":
        return FILL * size if closes else "\n- ".ljust(size, " ")
    if re.fullmatch(r"h[1-6]", name):
        return "\n".rjust(size, FILL) if closes else "\n# ".ljust(size, " ")
    if name in _LINES:
        return "\n".rjust(size, FILL)
    return FILL * size if name in _INSIDE else whole


def _mask_quote(whole: str, attributes: str, size: int, closes: bool) -> str:
    if closes:
        return "”".ljust(size, FILL)
    if attributes and read_place(attributes.replace('"', " ")):
        inside = whole[1:-2].replace('"', " ").replace("'", " ")
        return f"({inside})“"
    return "“".rjust(size, FILL)


def _mask_place(match: re.Match[str], name: str, closes: bool) -> str:
    """A place in a tag of its own is read like one in brackets; other words in such a tag stay text."""
    whole = match.group()
    if closes:
        opening = match.string.rfind("<", 0, match.start())
        content = match.string[match.string.find(">", opening) + 1 : match.start()]
    else:
        closing = match.string.find("<", match.end())
        content = match.string[match.end() : closing if 0 <= closing < match.end() + 200 else match.end()]
    bare_page = name == "page" and content.strip().isdigit()
    if bare_page:
        return FILL * len(whole) if closes else " page ".ljust(len(whole), " ")[: len(whole)]
    if len(content) > 160 or not read_place(content):
        return FILL * len(whole)
    return ")".ljust(len(whole), FILL) if closes else "(".rjust(len(whole), FILL)
