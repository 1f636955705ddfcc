"""Tables stand in line whatever is in them."""

from __future__ import annotations

import pytest

from docanalyst.cli.tables import columns, padded, show_table


def test_columns_stand_in_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([("name", "sum"), ("合同", "7"), ("e\u0301t\u202ee", "1,000")], right=(1,))
    assert capsys.readouterr().out.splitlines() == ["name    sum", "合同      7", "e\u0301te   1,000"]


def test_the_columns_of_a_text() -> None:
    assert [columns(text) for text in ("abc", "合同", "e\u0301", "")] == [3, 4, 1, 0]
    assert padded("合", 4) == "合  "
    assert padded("7", 3, right=True) == "  7"


def test_a_head_alone_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([("a", "b")])
    assert capsys.readouterr().out == "a  b\n"
