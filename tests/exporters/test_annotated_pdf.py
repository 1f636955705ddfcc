"""Which quotes are highlighted, with which notes, and what the copies are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docanalyst.domain.errors import UsageError
from docanalyst.exporters import Report, exporter_for
from docanalyst.exporters.annotated_pdf import marks


def test_found_quotes_are_marked_in_the_document_they_were_found_in(report: Report) -> None:
    found = marks(report)
    lease, amendment = found["a" * 64], found["b" * 64]
    assert [mark.spans[0].page_number for mark in lease] == [1, 2, 2, 2]
    assert len(amendment) == 1
    assert amendment[0].path == "am.pdf"
    assert "in another document" in amendment[0].note
    assert "[3] ≠ altered" in lease[1].note
    assert "negation: the page has “not”; the quotation leaves it out" in lease[1].note
    assert len({mark.colour for mark in lease}) == 3


def test_quotes_that_stand_nowhere_are_not_marked(report: Report) -> None:
    notes = [mark.note for items in marks(report).values() for mark in items]
    assert not any("dance" in note or note.startswith("[5]") for note in notes)


def test_notes_are_inert(hostile: Report) -> None:
    for items in marks(hostile).values():
        for mark in items:
            assert not any(c in mark.note for c in "\x1b\x9b\u202e")


def test_one_copy_takes_the_name_that_was_asked_for(report: Report) -> None:
    (made,) = exporter_for("x.pdf").export(replace(report, copies={"a" * 64: b"%PDF-a"}))
    assert (made.content, made.ending) == (b"%PDF-a", "")


def test_several_copies_are_told_apart(report: Report) -> None:
    copies = {"b" * 64: b"%PDF-b", "a" * 64: b"%PDF-a"}
    made = exporter_for("x.pdf").export(replace(report, copies=copies))
    assert [(item.content, item.ending) for item in made] == [(b"%PDF-a", "-lease"), (b"%PDF-b", "-am")]


def test_without_a_copy_there_is_nothing_to_write(report: Report) -> None:
    with pytest.raises(UsageError, match="nothing to highlight"):
        exporter_for("x.pdf").export(report)
