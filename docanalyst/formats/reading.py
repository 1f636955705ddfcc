"""Reads a file without fixed pages, such as a Word file or a web page, in the limited process, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.word.blocks import Block

BLOCKS_IN_A_MESSAGE = 500


class Story(Protocol):
    """An open file. `blocks` gives its text; the other attributes are known after it."""

    @property
    def title(self) -> str:
        """The title in the properties of the file."""

    @property
    def macros(self) -> bool:
        """Whether the file has macros."""

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""

    @property
    def told(self) -> Sequence[str]:
        """Sentences about the file."""

    def blocks(self) -> Iterator[Block]:
        """Every block, in order."""

    def close(self) -> None:
        """Close the file."""


def read(request: dict[str, Any], send: Any) -> None:
    """Send the blocks of a file in messages `blocks`, then `facts`: its properties and what was not read.

    Sends `refused` with a reason for a file that cannot be read.
    """
    story: Story | None = None
    try:
        story = _OPENERS[request["kind"]](request)
        waiting: list[Block] = []
        for block in story.blocks():
            waiting.append(block)
            if len(waiting) == BLOCKS_IN_A_MESSAGE:
                send("blocks", blocks=waiting)
                waiting = []
        send("blocks", blocks=waiting)
        send("facts", title=story.title, unread=story.unread, macros=story.macros, told=list(story.told))
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
    except RecursionError:
        send("refused", reason="its elements are nested too deeply", kind="large")
    finally:
        if story is not None:
            story.close()


def _word(request: dict[str, Any]) -> Story:
    from docanalyst.formats.word.stories import Stories

    return Stories.open(
        request["path"],
        request["view"],
        include_hidden=request["include_hidden"],
        anchored=request.get("anchored", False),
    )


def _html(request: dict[str, Any]) -> Story:
    from docanalyst.formats.web.page import WebPage

    return WebPage(request["path"], request["view"], include_hidden=request["include_hidden"])


def _epub(request: dict[str, Any]) -> Story:
    from docanalyst.formats.web.book import Book

    return Book(request["path"], request["view"], include_hidden=request["include_hidden"])


def _mail(request: dict[str, Any]) -> Story:
    from docanalyst.formats.mail.message import Message

    return Message(request["path"], request["view"], include_hidden=request["include_hidden"])


def _outlook(request: dict[str, Any]) -> Story:
    from docanalyst.formats.mail.outlook import OutlookMessage

    return OutlookMessage(request["path"], request["view"], include_hidden=request["include_hidden"])


def _opendocument(request: dict[str, Any]) -> Story:
    from docanalyst.formats.opendocument.stories import OpenDocument

    return OpenDocument(request["path"], request["view"], include_hidden=request["include_hidden"])


def _rtf(request: dict[str, Any]) -> Story:
    from docanalyst.formats.rtf.story import RichText

    return RichText(request["path"], request["view"], include_hidden=request["include_hidden"])


_OPENERS: dict[str, Callable[[dict[str, Any]], Story]] = {
    "word": _word,
    "html": _html,
    "epub": _epub,
    "mail": _mail,
    "outlook": _outlook,
    "opendocument": _opendocument,
    "rtf": _rtf,
}
