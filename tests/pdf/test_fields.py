"""Filled form fields are text of the page; what nobody sees of them is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import inspect_document, locate

WritePdf = Callable[..., Path]

LABELS = lines(["Name of the tenant:", "Monthly rent:", "Pets allowed:", "Signed below."], step=30)


def field(kind: str, rectangle: str, value: str, more: str = "") -> bytes:
    return (
        f"<</Type/Annot/Subtype/Widget/FT/{kind}/T(f{rectangle.replace(' ', '')})/Rect[{rectangle}]{value}"
        f"/F 4/P 5 0 R/DA(/Helv 10 Tf 0 g){more}>>".encode()
    )


def form(write_pdf: WritePdf, *fields: bytes) -> Path:
    names = " ".join(f"{7 + n} 0 R" for n in range(len(fields)))
    return write_pdf(
        [LABELS],
        page_entries=f"/Annots[{names}]",
        catalog=f"/AcroForm<</Fields[{names}]/DA(/Helv 10 Tf 0 g)>>",
        extra=list(fields),
    )


def test_values_stand_beside_their_labels(write_pdf: WritePdf) -> None:
    path = form(
        write_pdf,
        field("Tx", "200 715 400 735", "/V(Jane Roe)"),
        field("Tx", "200 685 400 705", "/V(1,250 dollars)"),
        field("Btn", "200 657 215 672", "/V/Yes/AS/Yes", "/AP<</N<</Yes 3 0 R/Off 3 0 R>>>>"),
    )
    text = inspect_document(path).document.pages[0].text
    assert text.split("\n")[:3] == [
        "Name of the tenant: Jane Roe",
        "Monthly rent: 1,250 dollars",
        "Pets allowed: [x]",
    ] or text.replace("\n\n", "\n").split("\n")[:3] == [
        "Name of the tenant: Jane Roe",
        "Monthly rent: 1,250 dollars",
        "Pets allowed: [x]",
    ]
    start = text.index("1,250")
    (box,) = locate(path, 1, start, start + 5)
    assert (box.left, box.top) == (200, 705)


def test_fields_that_nobody_sees_are_told_of(write_pdf: WritePdf) -> None:
    path = form(
        write_pdf,
        field("Tx", "200 715 400 735", "/V(hidden by a flag)").replace(b"/F 4", b"/F 2"),
        field("Tx", "200 -90 400 -70", "/V(off the page)"),
        field("Tx", "200 685 400 705", "/V(too small)").replace(b"/Helv 10 Tf", b"/Helv 0.5 Tf"),
        field("Tx", "200 655 400 675", "/V(white)").replace(b"0 g", b"1 g"),
    )
    reading = inspect_document(path)
    assert "hidden" not in reading.document.pages[0].text and "white" not in reading.document.pages[0].text
    told = {words for _, words in reading.pages[0].hidden}
    assert told == {"hidden by a flag", "off the page", "too small", "white"}


def test_empty_fields_leave_no_trace(write_pdf: WritePdf) -> None:
    path = form(write_pdf, field("Tx", "200 715 400 735", "/V()"), field("Tx", "200 685 400 705", ""))
    assert "f200" not in inspect_document(path).document.pages[0].text


def test_a_flood_of_field_text_is_over_the_limit(write_pdf: WritePdf) -> None:
    fields = [field("Tx", f"200 {n % 700} 400 {n % 700 + 10}", f"/V({'words ' * 400})") for n in range(100)]
    with pytest.raises(DocumentError, match="over the limit of 200,000 a page"):
        inspect_document(form(write_pdf, *fields))


def typed(text: str, more: str = "/DA(/Helv 12 Tf 0 g)", box: str = "200 600 400 630") -> bytes:
    return f"<</Type/Annot/Subtype/FreeText/Rect[{box}]/F 4/Contents({text}){more}>>".encode()


def drawn(content: bytes) -> tuple[bytes, str]:
    """A form that is the look of an annotation, as object 8."""
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 200 30]/Resources<</Font<</F1 3 0 R>>>>/Length %d>>"
    return head % len(content) + b"stream\n%s\nendstream" % content, "/AP<</N 8 0 R>>"


def test_text_typed_onto_a_page_is_read_as_an_annotation(write_pdf: WritePdf) -> None:
    look, entry = drawn(line("Agreed, J. Roe", 5, 10, 12))
    path = write_pdf([LABELS], page_entries="/Annots[7 0 R]", extra=[typed("Agreed, J. Roe", entry), look])
    reading = inspect_document(path)
    assert "[annotation: Agreed, J. Roe]" in reading.document.pages[0].text and not reading.pages[0].hidden


def test_typed_text_that_is_not_drawn_is_told_of(write_pdf: WritePdf) -> None:
    look, entry = drawn(b"1 g " + line("Ignore the rest", 5, 10, 12))
    path = write_pdf([LABELS], page_entries="/Annots[7 0 R]", extra=[typed("Ignore the rest", entry), look])
    reading = inspect_document(path)
    assert "Ignore" not in reading.document.pages[0].text
    assert reading.pages[0].hidden[0][1] == "[annotation: Ignore the rest]"


def test_text_under_an_annotation_is_hidden(write_pdf: WritePdf) -> None:
    look, entry = drawn(b"0 g 0 0 200 30 re f")
    black = f"<</Type/Annot/Subtype/Square/Rect[70 710 400 740]/F 4{entry}>>".encode()
    path = write_pdf([LABELS], page_entries="/Annots[7 0 R]", extra=[black, look])
    reading = inspect_document(path)
    assert "Name of the tenant" not in reading.document.pages[0].text
    assert reading.pages[0].hidden == (("covered", "Name of the tenant:"),)


def test_notes_stand_apart_from_the_text_with_their_author(write_pdf: WritePdf) -> None:
    notes = [
        b"<</Type/Annot/Subtype/Text/Rect[300 700 9 9]/F 4/T(J. Doe)/Contents(We never agreed\nto this)>>",
        b"<</Type/Annot/Subtype/Caret/Rect[300 660 310 670]/F 4/Contents(insert: and affiliates)>>",
        b"<</Type/Annot/Subtype/Text/Rect[300 700 320 720]/F 2/T(J. Doe)/Contents(Switched off)>>",
        b"<</Type/Annot/Subtype/Popup/Rect[300 700 320 720]/F 4/Contents(The same again)>>",
        b"<</Type/Annot/Subtype/Link/Rect[300 700 320 720]/F 4/Contents(Go to page 2)>>",
    ]
    path = write_pdf([LABELS], page_entries="/Annots[7 0 R 8 0 R 9 0 R 10 0 R 11 0 R]", extra=notes)
    text = inspect_document(path).document.pages[0].text
    assert text.endswith(
        "Signed below.\n\n[note by J. Doe: We never agreed to this]\n\n"
        "[note by an unnamed author: insert: and affiliates]"
    )


def signature(look: str, flags: int = 4) -> bytes:
    return (
        f"<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[200 600 400 630]/F {flags}/P 5 0 R{look}>>".encode()
    )


def signed(write_pdf: WritePdf, annotation: bytes, *more: bytes) -> Path:
    return write_pdf(
        [LABELS],
        page_entries="/Annots[7 0 R]",
        catalog="/AcroForm<</Fields[7 0 R]/SigFlags 3>>",
        extra=[annotation, *more],
    )


def test_the_look_of_a_signature_is_read(write_pdf: WritePdf) -> None:
    look, entry = drawn(line("Signed by Jane Roe", 5, 18, 9) + line("3 May 2024", 5, 6, 9))
    reading = inspect_document(signed(write_pdf, signature(entry), look))
    assert "[signature: Signed by Jane Roe 3 May 2024]" in reading.document.pages[0].text


def test_a_signature_without_words_is_marked_and_one_without_a_look_is_not(write_pdf: WritePdf) -> None:
    look, entry = drawn(b"0 0 m 100 20 l S")
    assert "[signature]" in inspect_document(signed(write_pdf, signature(entry), look)).document.pages[0].text
    assert "signature" not in inspect_document(signed(write_pdf, signature(""))).document.pages[0].text
    hidden = inspect_document(signed(write_pdf, signature(entry, flags=2), look))
    assert "signature" not in hidden.document.pages[0].text


def test_the_words_of_a_stamp_are_read(write_pdf: WritePdf) -> None:
    look, entry = drawn(line("APPROVED", 5, 10, 14))
    stamp = f"<</Type/Annot/Subtype/Stamp/Rect[200 600 400 630]/F 4/Contents(by J. Roe){entry}>>".encode()
    path = write_pdf([LABELS], page_entries="/Annots[7 0 R]", extra=[stamp, look])
    assert "[stamp: APPROVED]" in inspect_document(path).document.pages[0].text


def test_typed_text_is_read_as_it_is_drawn(write_pdf: WritePdf) -> None:
    look, entry = drawn(line("Payment in 30 days", 5, 10, 12))
    path = write_pdf(
        [LABELS], page_entries="/Annots[7 0 R]", extra=[typed("Payment in 60 days", entry), look]
    )
    reading = inspect_document(path)
    assert "[annotation: Payment in 30 days]" in reading.document.pages[0].text
    assert any("60 days" in warning for warning in reading.document.warnings)


def test_a_page_without_fields_is_as_before(write_pdf: WritePdf) -> None:
    path = write_pdf([line("Nothing to fill in.")], catalog="/AcroForm<</Fields[]>>")
    assert inspect_document(path).document.pages[0].text == "Nothing to fill in."
