"""Contracts to ask over, and what a batch run leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from docanalyst.batch.events import BatchEvent, RunEnded, UnitEnded
from docanalyst.batch.planning import RunPlan
from docanalyst.batch.runner import Runner
from docanalyst.domain.grid.grids import Row

CLAUSES = (
    "This Agreement is made between Harbour Estates Limited and Mira Okafor on 3 March 2020.",
    "The Tenant shall pay rent of $4,500 per month on the first day of each month of the term.",
    "This Agreement shall be governed by the laws of the State of Delaware without regard to conflicts.",
    "Either party may terminate this Agreement on sixty (60) days written notice to the other party.",
)


def write_contracts(folder: Path, count: int, first: int = 1) -> list[Path]:
    """Text contracts of two pages, each with a number of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + count):
        pages = [
            f"CONTRACT-{number:04d}. {CLAUSES[0]} {CLAUSES[1]}",
            f"Page two of contract {number}. {CLAUSES[2]} {CLAUSES[3]}",
        ]
        path = folder / f"contract-{number:04d}.txt"
        path.write_text("\f".join(pages), encoding="utf-8")
        paths.append(path)
    return paths


@dataclass
class Batch:
    """What a run left behind."""

    plan: RunPlan
    runner: Runner
    events: list[BatchEvent] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def ended(self) -> RunEnded:
        last = self.events[-1]
        assert isinstance(last, RunEnded)
        return last

    @property
    def units(self) -> list[UnitEnded]:
        return [event for event in self.events if isinstance(event, UnitEnded)]


Go = Callable[..., Batch]


def write_pdfs(folder: Path, count: int, first: int = 1) -> list[Path]:
    """The same contracts as PDFs of one page, for folders."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + count):
        lines = [f"CONTRACT-{number:04d}. {CLAUSES[0]}", *CLAUSES[1:]]
        words = " ".join(f"({line.replace('(', '').replace(')', '')}) Tj T*" for line in lines)
        stream = f"BT /F1 9 Tf 40 700 Td 20 TL {words} ET"
        objects = (
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
            "/Resources<</Font<</F1 5 0 R>>>>>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        )
        body = "".join(f"{place} 0 obj{item}endobj\n" for place, item in enumerate(objects, 1))
        path = folder / f"contract-{number:04d}.pdf"
        path.write_bytes(f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Size 6>>\n%%EOF\n".encode())
        paths.append(path)
    return paths
