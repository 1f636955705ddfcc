"""Real documents: every one is read, or refused with one clear line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from makepdf import lines, make_pdf

from docanalyst.domain.citations import Quote
from docanalyst.domain.errors import DocumentError, PasswordRequired
from docanalyst.domain.verification.verify import verify
from docanalyst.pdf import collect, inspect_document, read_document

pytestmark = pytest.mark.slow

WritePdf = Callable[..., Path]

PASSWORDS = {"password_openpassword.pdf": "openpassword", "aes256_both_passwords.pdf": "foo"}
REFUSED = {
    "empty.pdf",
    "not_pdf.pdf",
    "pages_loop.pdf",
    "truncated_tail.pdf",
    "flate_1g.pdf",
    "self_form.pdf",
    "broken_xref_fuzzed.pdf",
    *(() if find_spec("brotli") else ("brotli_streams.pdf",)),
    "memory_eater.pdf",
    "scan_slip_opinion_2p.pdf",
    "scan_linn.pdf",
    "vector_outlines_no_text.pdf",
}


def test_every_shared_file_reads_or_says_why_not(shared: Path) -> None:
    found = collect([str(shared / "corpus"), str(shared / "evaldata")])
    files = [file for file in found if file.path.endswith(".pdf")]
    assert len(files) > 80
    refused = set()
    for file in files:
        path = Path(file.path)
        try:
            document = read_document(path, password=PASSWORDS.get(path.name), ocr="off")
        except DocumentError as error:
            refused.add(path.name)
            assert path.name in error.message and error.hint, path.name
            assert "\n" not in error.message and len(error.message) < 200
            assert not re.search(r"Traceback|Exception|Error\b|0x[0-9a-f]{6}", error.message)
            continue
        assert document.pages and document.title and "\n" not in document.title
        assert all(page.text == page.text.strip("\n") for page in document.pages)
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "".join(page.text for page in document.pages)
        )
    assert refused == REFUSED


def test_locked_files_ask(shared: Path) -> None:
    for name in PASSWORDS:
        with pytest.raises(PasswordRequired):
            read_document(shared / "corpus/odd" / name)


def test_gold_clauses_stand_where_they_should(shared: Path) -> None:
    folder = shared / "evaldata/contracts"
    rows = [json.loads(row) for row in (folder / "docs.jsonl").read_text().splitlines()]
    paths = {row["id"]: folder / "pdf" / Path(row["pdf"]).name for row in rows}
    gold = defaultdict(list)
    for row in (folder / "questions.jsonl").read_text().splitlines():
        question = json.loads(row)
        gold[question["doc"]] += question["gold"]
    good = total = 0
    for name, clauses in gold.items():
        document = read_document(paths[name], ocr="off")
        quotes = [
            Quote(clause["text"], "D1", clause["pages"][0] if clause["pages"] else None) for clause in clauses
        ]
        for clause, citation in zip(clauses, verify(quotes, [document]), strict=True):
            total += 1
            good += citation.verified and (not clause["pages"] or citation.found_page in clause["pages"])
    assert total > 600 and good >= 0.992 * total


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("odd/owner_only.pdf", "efforts to improve reusability"),
        ("odd/rotated90_table.pdf", "Alabama | 18,870 | 23,022 | 22,650 | 859 | 1,178 | 0 | 14"),
        ("odd/korean_insurance_brief_2col.pdf", "코로나-19"),
        ("odd/form_fields_only.pdf", "Single line, combs abcdefghijklmnopqrstuvwxyz"),
        ("legal/usc_title1_ch1.pdf", "52 | May 29, 1928, ch. 910, §2, 45 Stat. 1007 | 202"),
        ("papers/acl_N18-3011_2col.pdf", "the entity extraction\nmodel identifies the span"),
        ("papers/tracemonkey_2col.pdf", "access-nbody | 8 | 16 | 18 | 5 | 0 | 2.0 | 1.1 | 2.3"),
        ("large/free_culture_352p.pdf", "software"),
        # Letters of one width, the cells of a row set apart by real blanks.
        ("legal/adianutrition_inc_04_01_2005_ex_10_d2_reseller_a.pdf", "DETTO | PIVX"),
        ("legal/ceres_inc_01_25_2012_ex_10_20_collaboration_agre.pdf", "Accession | Species | SuppliedBy"),
    ],
)
def test_words_of_hard_pages(shared: Path, name: str, words: str) -> None:
    assert any(words in page.text for page in read_document(shared / "corpus" / name, ocr="off").pages)


def test_what_was_left_out_is_told(shared: Path) -> None:
    reading = inspect_document(shared / "corpus/large/free_culture_352p.pdf", ocr="off")
    page = reading.pages[100]
    assert any("FREE CULTURE" in line or "PIRACY" in line or "PROPERTY" in line for line in page.dropped)
    assert any(reason == "off the page" and "PASS PAGES" in words for reason, words in page.hidden)
    assert any("off the page" in warning and "14,7" in warning for warning in reading.document.warnings)


PEAKS = """
import resource, sys
from docanalyst.pdf import read_document
from docanalyst.pdf.sandbox import process
read_document(sys.argv[1], ocr="off")
process.end_idle()
print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sizes are given in other units elsewhere")
def test_memory_is_flat_in_the_length_of_a_document(tmp_path: Path) -> None:
    peaks = {}
    for count in (100, 1000):
        pages = [
            lines(
                [
                    f"line {row} of page {page} with words to fill it to the margin of the paper"
                    for row in range(45)
                ]
            )
            for page in range(count)
        ]
        path = tmp_path / f"{count}.pdf"
        path.write_bytes(make_pdf(pages, compress=True))
        said = subprocess.run(
            [sys.executable, "-c", PEAKS, str(path)], capture_output=True, check=True
        ).stdout
        peaks[count] = [int(size) for size in said.split()]
    assert peaks[1000][0] < 1.5 * peaks[100][0], "the program"
    assert peaks[1000][1] < 1.2 * peaks[100][1] and peaks[1000][1] < 120_000, "the parsing process"
