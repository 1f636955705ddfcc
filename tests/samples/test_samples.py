"""The sample documents are what their sources give, and the question sheet is true of them."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LABELS = {
    "services-agreement.pdf": ["i", "ii", "iii", *map(str, range(1, 21))],
    "first-amendment.pdf": ["1", "2", "3"],
    "mutual-nda.pdf": ["1", "2", "3", "4", "5"],
    "field-study.pdf": [str(number) for number in range(101, 109)],
}
NUMBERED = re.compile(r"^(\d{1,2}\.\d{1,2})\s", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """A sample as pdfium reads it. texts and labels: in page order."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """All pages, with line ends folded to blanks and hyphenated words joined."""
        return re.sub(r"\s+", " ", "\n".join(self.texts).replace("\ufffe", ""))


@cache
def read(name: str) -> Sample:
    """Read a sample once for all tests."""
    with pypdfium2.PdfDocument(SAMPLES / name) as pdf:
        texts = []
        for page in pdf:
            textpage = page.get_textpage()
            texts.append(textpage.get_text_range().replace("\r\n", "\n"))
            textpage.close()
            page.close()
        return Sample(tuple(texts), tuple(pdf.get_page_label(index) for index in range(len(pdf))))


def fold(text: str) -> str:
    """Text without white space and hyphens, in compatibility form."""
    return re.sub("[\\s\\ufffe\\u0002\\u00ad\\u2010\\u2011-]", "", unicodedata.normalize("NFKC", text))


def questions() -> list[dict[str, Any]]:
    """The question sheet."""
    lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def gold() -> list[Any]:
    """Every gold passage with the id of its question."""
    return [
        pytest.param(passage, id=f"{question['id']}-{position}")
        for question in questions()
        for position, passage in enumerate(question["gold"], 1)
    ]


def load(path: Path) -> ModuleType:
    """A module of the samples folder, which is not a package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", LABELS)
def test_pages_carry_their_printed_numbers(name: str) -> None:
    sample = read(name)
    assert list(sample.labels) == LABELS[name]
    for label, text in zip(sample.labels, sample.texts, strict=True):
        if label != "i":  # the cover prints no number
            assert re.search(rf"(^|\s){label}(\s|$)", text), f"page {label} does not print its number"


@pytest.mark.parametrize("passage", gold())
def test_gold_stands_on_the_page_named(passage: dict[str, Any]) -> None:
    sample = read(passage["document"])
    assert len(passage["pages"]) == len(passage["printed"])
    for page, label in zip(passage["pages"], passage["printed"], strict=True):
        assert sample.labels[page - 1] == label
        assert fold(passage["text"]) in fold(sample.texts[page - 1])


def test_question_sheet_is_well_formed() -> None:
    sheet = questions()
    assert len({question["id"] for question in sheet}) == len(sheet) >= 24
    assert sum(not question["answerable"] for question in sheet) >= 5
    for question in sheet:
        assert question["question"].endswith((".", "?"))
        assert set(question["documents"]) <= set(LABELS)
        assert question["answerable"] == bool(question["gold"])
        for passage in question["gold"]:
            assert passage["document"] in question["documents"]
            assert len(passage["text"].split()) <= 60
    overridden = [question for question in sheet if len({p["document"] for p in question["gold"]}) > 1]
    assert len(overridden) >= 5
    used = {passage["document"] for question in sheet for passage in question["gold"]}
    assert used == set(LABELS)


@pytest.mark.parametrize(
    ("name", "target", "pattern"),
    [
        ("services-agreement.pdf", "services-agreement.pdf", r"clause (\d{1,2}\.\d{1,2})"),
        (
            "first-amendment.pdf",
            "services-agreement.pdf",
            r"lause (\d{1,2}\.\d{1,2})(?:\(\w\))? of the Principal",
        ),
        ("mutual-nda.pdf", "mutual-nda.pdf", r"Section (\d{1,2}\.\d{1,2})"),
    ],
)
def test_references_lead_to_a_clause(name: str, target: str, pattern: str) -> None:
    cited = set(re.findall(pattern, read(name).text.replace("\u00a0", " ")))
    numbered = {number for text in read(target).texts for number in NUMBERED.findall(text)}
    assert len(cited) >= 4
    assert cited <= numbered


def test_contents_name_the_page_on_which_each_clause_begins() -> None:
    sample = read("services-agreement.pdf")
    entries = re.findall(r"^(?:(\d{1,2})\. )?(.+?) (?:\. )+(\d+)$", sample.texts[1], re.MULTILINE)
    assert len(entries) == 34
    for number, title, label in entries:
        page = sample.texts[sample.labels.index(label)]
        heading = f"{number}. {title}" if number else title
        assert re.search(rf"^{re.escape(heading)}$", page, re.MULTILINE), heading


def test_planted_flaws_are_there() -> None:
    paper = read("field-study.pdf").text
    assert "The remaining 132 plots" in paper
    assert "In 130 plots" in paper
    assert "a reduction of 19.1%" in paper
    assert "smallholder tomato by 21%" in paper
    nda = read("mutual-nda.pdf").text
    assert nda.count("Qualified Personnel") == 1


@pytest.mark.slow
def test_numbers_of_the_paper_come_from_its_simulation() -> None:
    simulate = load(SAMPLES / "sources" / "field_study_data.py").simulate
    stored = json.loads((SAMPLES / "sources" / "field-study.json").read_text(encoding="utf-8"))
    assert simulate() == stored


def test_samples_are_small() -> None:
    assert sum((SAMPLES / name).stat().st_size for name in LABELS) < 1_500_000


def test_pdfs_are_what_the_sources_give() -> None:
    reason = load(SAMPLES / "build.py").obstacle()
    if reason is not None:
        pytest.skip(reason)
    run = subprocess.run(
        [sys.executable, str(SAMPLES / "build.py"), "--check"], capture_output=True, text=True, timeout=240
    )
    assert run.returncode == 0, run.stderr
