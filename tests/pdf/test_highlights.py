"""Highlighted copies: the marks lie on the words and nowhere else, the original is kept, damage is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError, UsageError
from docanalyst.domain.language.folding import fold
from docanalyst.domain.verification.verify import verify
from docanalyst.pdf import locate, read_document
from docanalyst.pdf.marks.highlights import Highlight, highlighted_copy, write_highlights

pdfium = pytest.importorskip("pypdfium2")


def _quotes(document: Document) -> list[str]:
    """A sentence from the middle of each page, with its line ends as they are on the page."""
    found = []
    for page in document.pages:
        words = page.text.split()
        if len(words) > 60:
            middle = len(words) // 2
            found.append(" ".join(words[middle : middle + 24]))
    return found[:4]


def _highlight(path: Path, quote: str, document: Document) -> list[Highlight]:
    (citation,) = verify([quote], [document])
    assert citation.verified, quote
    return [
        Highlight(
            span.page_number, tuple(locate(path, span.page_number, span.start, span.end)), f"✓ {quote[:20]}"
        )
        for span in citation.spans
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["services-agreement.pdf", "field-study.pdf"])
def test_the_marks_lie_on_the_words_and_on_nothing_else(name: str, samples: Path, tmp_path: Path) -> None:
    source = samples / name
    document = read_document(source)
    for number, quote in enumerate(_quotes(document)):
        marks = _highlight(source, quote, document)
        copy = tmp_path / f"{number}.pdf"
        assert write_highlights(source, copy, marks) == len(marks)
        assert _covered(copy, marks, fold(quote)) >= 0.95
        assert _coloured_outside(copy, source, marks) == 0


def _covered(copy: Path, marks: list[Highlight], wanted: str) -> float:
    """Share of the quote's characters whose middle lies under an annotation; 0 where others do as well."""
    under: list[str] = []
    with pdfium.PdfDocument(copy) as file:
        for mark in marks:
            page = file[mark.page_number - 1]
            quads = _quads(copy, mark.page_number)
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                across, up = (left + right) / 2, (bottom + top) / 2
                if any(q[0] <= across <= q[2] and q[1] <= up <= q[3] for q in quads):
                    under.append(text.get_text_range(index, 1))
    found = fold("".join(under))
    assert len(found) <= len(wanted) * 1.02 + 2, (found, wanted)
    return sum(a == b for a, b in zip(found, wanted, strict=False)) / len(wanted)


def _quads(path: Path, number: int) -> list[tuple[float, float, float, float]]:
    from pypdf import PdfReader

    found = []
    for reference in PdfReader(path).pages[number - 1]["/Annots"]:
        annotation = reference.get_object()
        if annotation["/Subtype"] == "/Highlight":
            points = [float(point) for point in annotation["/QuadPoints"]]
            for at in range(0, len(points), 8):
                xs, ys = points[at : at + 8 : 2], points[at + 1 : at + 8 : 2]
                found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def _coloured_outside(copy: Path, source: Path, marks: list[Highlight]) -> int:
    """Pixels that the copy colours differently from the original outside of the marks."""
    scale, wrong = 2.0, 0
    with pdfium.PdfDocument(copy) as after, pdfium.PdfDocument(source) as before:
        for mark in marks:
            height = before[mark.page_number - 1].get_height()
            new = after[mark.page_number - 1].render(scale=scale, may_draw_forms=False)
            old = before[mark.page_number - 1].render(scale=scale, may_draw_forms=False)
            new_bytes, old_bytes = bytes(new.buffer), bytes(old.buffer)
            changed = 0
            for row in range(new.height):
                first = row * new.stride
                if new_bytes[first : first + new.stride] == old_bytes[first : first + new.stride]:
                    continue
                for column in range(new.width):
                    at = first + column * new.n_channels
                    if new_bytes[at : at + 3] != old_bytes[at : at + 3]:
                        changed += 1
                        x, y = column / scale, height - row / scale
                        slack = 1.0
                        wrong += not any(
                            box.left - slack <= x <= box.right + slack
                            and box.bottom - slack <= y <= box.top + slack
                            for box in mark.boxes
                        )
            assert changed > 200
    return wrong


def test_the_original_bytes_stay_in_front(samples: Path) -> None:
    source = samples / "mutual-nda.pdf"
    document = read_document(source)
    copy = highlighted_copy(source, _highlight(source, _quotes(document)[0], document))
    assert copy.startswith(source.read_bytes())


def test_notes_are_kept_as_written(samples: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    source = samples / "mutual-nda.pdf"
    note = "[1] ✓ verified\n“ä 漢字” (x) \\ <b>" + "y" * 9_000
    boxes = tuple(locate(source, 1, 10, 60))
    write_highlights(
        source, tmp_path / "copy.pdf", [Highlight(1, boxes, note, "ff8a80"), Highlight(99, boxes, "")]
    )
    annotations = [item.get_object() for item in PdfReader(tmp_path / "copy.pdf").pages[0]["/Annots"]]
    (annotation,) = [item for item in annotations if item["/Subtype"] == "/Highlight"]
    contents = annotation["/Contents"]
    assert contents.replace("\r", "\n").startswith("[1] ✓ verified\n“ä 漢字” (x) \\ <b>yyy")
    assert contents.endswith("…")
    assert annotation["/T"] == "docanalyst"


def test_an_encrypted_file_stays_encrypted(samples: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    locked = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=samples / "mutual-nda.pdf")
    writer.encrypt("geheim", "owner", algorithm="RC4-128")
    writer.write(locked)
    boxes = tuple(locate(samples / "mutual-nda.pdf", 1, 10, 60))
    assert write_highlights(locked, tmp_path / "copy.pdf", [Highlight(1, boxes, "n")], password="geheim") == 1
    reader = PdfReader(tmp_path / "copy.pdf")
    assert reader.is_encrypted
    assert reader.decrypt("geheim")
    assert "/Annots" in reader.pages[0]
    with pytest.raises(DocumentError, match="a password is needed"):
        write_highlights(locked, tmp_path / "other.pdf", [Highlight(1, boxes, "n")])
    assert not list(tmp_path.glob("other*"))


def test_the_original_is_never_overwritten(samples: Path, tmp_path: Path) -> None:
    source = tmp_path / "mine.pdf"
    source.write_bytes((samples / "mutual-nda.pdf").read_bytes())
    with pytest.raises(UsageError, match="original"):
        write_highlights(source, source, [])


@pytest.mark.parametrize("content", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF"], ids=["empty", "text", "hollow"])
def test_what_is_no_pdf_is_refused_and_leaves_nothing(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "bad.pdf"
    source.write_bytes(content)
    with pytest.raises(DocumentError, match=r"No highlighted copy of bad\.pdf"):
        write_highlights(source, tmp_path / "copy.pdf", [])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["bad.pdf"]


def test_a_folder_that_is_not_there(samples: Path, tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        write_highlights(samples / "mutual-nda.pdf", tmp_path / "none" / "copy.pdf", [])


def test_hostile_files_end_in_an_error(shared: Path, tmp_path: Path, write_pdf: Callable[..., Path]) -> None:
    for name in ("self_form.pdf", "flate_1g.pdf", "not_pdf.pdf", "pages_loop.pdf", "empty.pdf"):
        path = shared / "corpus" / "hostile" / name
        if not path.is_file():
            pytest.skip(f"{name} is not on this machine")
        try:
            write_highlights(path, tmp_path / name, [])
        except DocumentError:
            assert not (tmp_path / name).exists()
