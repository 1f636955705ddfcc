"""Small units in one request keep a row each: their own answers, quotes, share of the cost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from batch.batch_support import Go, write_contracts
from batch.grid_server import GridServer

from docanalyst.batch.planning import UnitPlan
from docanalyst.batch.unit.bundles import bundles
from docanalyst.batch.unit.resuming import take_up
from docanalyst.batch.units import File, Unit
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.grid.checking import check_reply, read_reply
from docanalyst.domain.grid.grids import RowStatus, Stated
from docanalyst.domain.grid.sections import section_of, section_rules
from docanalyst.domain.prompts import Field
from docanalyst.domain.verification.verify import VerificationIndex
from docanalyst.settings import load_settings
from docanalyst.storage import Store

FIELDS = (Field("rent", "text", "Rent."), Field("law", "text", "Law."))
ONE = Document("1" * 64, "One", (Page(1, None, "The rent of the first house is nine pounds a week."),))
TWO = Document("2" * 64, "Two", (Page(1, None, "The rent of the second house is ten pounds a week."),))
ANSWER = """## D1
- rent: nine pounds [^1]
- law: not addressed

## D2: the other lease
- rent: ten pounds [^2]
- law: not addressed (see D1)

[^1]: D1 p.1 "The rent of the first house is nine pounds a week."
[^2]: D2 p.1 "The rent of the second house is ten pounds a week."
"""


def answers(answer: str, number: int, document: Document) -> dict[str, object]:
    check = VerificationIndex([document]).verify
    found = check_reply(read_reply(section_of(answer, number), FIELDS), FIELDS, check)
    return {item.name: item for item in found}


@pytest.mark.parametrize("style", ["## D{}", "**D{}**", "# Document {}", "[D{}]", "### **D{}**"])
def test_each_section_stands_by_itself(style: str) -> None:
    answer = ANSWER.replace("## D1", style.format(1)).replace("## D2: the other lease", style.format(2))
    one, two = answers(answer, 1, ONE), answers(answer, 2, TWO)
    assert (one["rent"].text, one["rent"].verdict) == ("nine pounds", "verbatim")  # type: ignore[attr-defined]
    assert (two["rent"].text, two["rent"].verdict) == ("ten pounds", "verbatim")  # type: ignore[attr-defined]
    assert two["law"].stated is Stated.NOT_ADDRESSED  # type: ignore[attr-defined]


def test_a_quote_from_another_document_is_never_verified() -> None:
    crossed = ANSWER.replace("nine pounds [^1]", "ten pounds [^2]")
    assert answers(crossed, 1, ONE)["rent"].verdict == "unknown_document"  # type: ignore[attr-defined]
    taken = ANSWER.replace('[^1]: D1 p.1 "The rent of the first', '[^1]: D1 p.1 "The rent of the second')
    assert answers(taken, 1, ONE)["rent"].verdict == "altered"  # type: ignore[attr-defined]


def test_a_section_that_is_missing_gives_nothing() -> None:
    assert section_of(ANSWER, 3) == ""
    assert section_of("no sections at all", 1) == ""
    assert {item.stated for item in answers(ANSWER, 3, ONE).values()} == {Stated.INCOMPLETE}  # type: ignore[attr-defined]


def test_the_rules_name_the_documents_and_the_fields() -> None:
    rules = section_rules(FIELDS, 4)
    assert "D1 to D4" in rules and "rent, law" in rules


def planned(tokens: int, name: str = "a", **more: object) -> UnitPlan:
    return UnitPlan(Unit(name, (File(name),), ("x",)), name, tokens=tokens, **more)  # type: ignore[arg-type]


def test_only_small_units_share_and_none_is_split() -> None:
    units = [planned(tokens, str(place)) for place, tokens in enumerate([100, 100, 900, 100, 100, 100, 100])]
    found = [[unit.tokens for unit in bundle] for bundle in bundles(units, 3, 1_000)]
    assert found == [[100, 100], [900], [100, 100, 100], [100]]
    assert [len(bundle) for bundle in bundles(units, 1, 1_000)] == [1] * 7
    broken = [planned(100, "a"), planned(0, "b", problem="broken"), planned(100, "c", answered=True)]
    assert [len(bundle) for bundle in bundles(broken, 5, 1_000)] == [1, 1, 1]


def test_a_request_for_five_and_a_row_for_each(tmp_path: Path, go: Go, served: Callable[[str], None]) -> None:
    paths = write_contracts(tmp_path / "c", 12)
    with GridServer() as server:
        served(server.url)
        batch = go(paths, together=5)
        assert len(server.requests) == 3
        assert batch.ended.status == "complete"
        for number, row in enumerate(batch.rows, 1):
            assert row.unit == str(paths[number - 1]) and row.status is RowStatus.COMPLETE
            assert {answer.verdict for answer in row.answers} == {"verbatim"}
            assert any(f"CONTRACT-{number:04d}" in answer.text for answer in row.answers)
            assert "asked together with" in row.notes[-1]
        tally = batch.ended.tally
        assert tally.spent_micros == server.bill.input_tokens + 2 * server.bill.output_tokens
        assert tally.input_tokens == server.bill.input_tokens
        assert go(paths).ended.tally.reused == 12, "how it was asked is no part of what was answered"


def test_what_a_shared_request_leaves_out_is_asked_by_itself(
    tmp_path: Path, go: Go, served: Callable[[str], None]
) -> None:
    paths = write_contracts(tmp_path / "c", 3)
    with GridServer(lambda seen: "last left out") as server:
        served(server.url)
        batch = go(paths, together=3)
    assert len(server.requests) == 2
    assert [row.status for row in batch.rows] == [RowStatus.COMPLETE] * 3
    assert batch.ended.tally.spent_micros == server.bill.input_tokens + 2 * server.bill.output_tokens
    assert "asked together" not in "".join(batch.rows[2].notes)


def test_a_shared_request_that_fails_costs_nobody_else(
    tmp_path: Path, go: Go, served: Callable[[str], None]
) -> None:
    with GridServer(lambda seen: "400" if len(server.requests) == 1 else "") as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 3), together=3)
    assert len(server.requests) == 4
    assert [row.status for row in batch.rows] == [RowStatus.COMPLETE] * 3


def test_after_a_crash_each_unit_takes_its_part(
    tmp_path: Path, go: Go, served: Callable[[str], None]
) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    with GridServer() as server:
        served(server.url)
        batch = go(paths, together=2)
    from docanalyst.pdf import read_document

    with Store.open(load_settings(None).store_path) as kept:
        item = kept.batches.items(batch.runner.run_id)[1]
        turn_id = item.record["turns"][0]
        sent = replace(item, status="sent", record={"sending": f"{turn_id}#2/2", "most_micros": 9_000})
        document = read_document(paths[1])
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [document]))
        assert turn is not None
        fields, _, _ = turn.answer.partition("[^1]:")
        assert "CONTRACT-0002" in fields and "CONTRACT-0001" not in fields
        assert account.cost
        with kept._ground.database.writing() as connection:
            connection.execute("UPDATE turns SET status = 'interrupted'")
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [document]))
        assert turn is None and account.doubt == 9_000 and account.turns == []
