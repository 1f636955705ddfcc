"""The table of authorities of an export."""

from __future__ import annotations

import io

import pytest

from docanalyst.exporters import Report, exporter_for


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_what_the_answer_cites_is_listed(citing: Report, suffix: str) -> None:
    (made,) = exporter_for(f"x{suffix}").export(citing)
    text = made.content.decode()
    table = text[text.index("Authorities cited") :]
    for words in ("Roe v. Wade, 410 U.S. 113 (1973)", "42 U.S.C. § 1983", "4 U.S. 5", "not found"):
        assert words in table
    assert "<b>" not in table


def test_in_word(citing: Report) -> None:
    docx = pytest.importorskip("docx")
    (made,) = exporter_for("x.docx").export(citing)
    tables = docx.Document(io.BytesIO(made.content)).tables
    (table,) = [table for table in tables if table.rows[0].cells[0].text == "Authority"]
    assert [row.cells[2].text for row in table.rows][1:] == ["not found"] * 3


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_without_authorities_there_is_no_table(report: Report, suffix: str) -> None:
    (made,) = exporter_for(f"x{suffix}").export(report)
    assert b"Authorities cited" not in made.content
