"""E-mails and their attachments: documents of their own, named within the e-mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from formats.makemail import container, mail, message_tree

from docanalyst.analyst.documents.reading import read_all
from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import collect, read_document
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.pdf.paths import left_out

SAMPLE = Path(__file__).parents[2] / "samples" / "mutual-nda.pdf"


def paths(*given: Path) -> list[str]:
    """What PATHs give, without the folder."""
    return [Path(item.path).name for item in collect([str(path) for path in given])]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """An e-mail with a PDF, a picture and an e-mail that has a text file."""
    inner = mail("Old: a/b", "Sixty days.", files=(("note.txt", b"A note."),))
    message = mail("Kündigung", page="<p>The rent is due.</p><p style='display:none'>PREHEADER</p>")
    message.add_attachment(SAMPLE.read_bytes(), maintype="application", subtype="pdf", filename="NDA ü.pdf")
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(inner)
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    return path


def test_attachments_are_documents_and_the_others_are_named(letter: Path) -> None:
    names = [
        "mail.eml",
        "mail.eml › NDA ü.pdf",
        "mail.eml › Old_ a_b.eml",
        "mail.eml › Old_ a_b.eml › note.txt",
    ]
    assert paths(letter) == names == paths(letter.parent)
    assert [(Path(file).name, reason) for file, reason in left_out([str(letter.parent)])] == [
        ("mail.eml › logo.png", "a picture")
    ]
    documents, notes = read_all([str(letter)], password=None, progress=None, cache_dir=None)
    assert [document.name for document in documents] == names
    assert documents[1].page_count == 5
    assert "logo.png (a picture)" in notes[0]
    assert [Path(name).name for name in documents[0].beside] == ["mail.eml › logo.png"]


def test_an_attachment_is_named_read_and_divided_like_any_file(letter: Path) -> None:
    given = f"{letter} › NDA ü.pdf"
    assert read_document(given).pages[0].text
    assert [(item.path, item.pages) for item in collect([f"{given}:2-3"])] == [(given, "2-3")]
    assert paths(letter, Path(given)) == paths(letter)
    assert local_file(given).read_bytes() == SAMPLE.read_bytes()
    with pytest.raises(DocumentError, match=r"no attachment gone\.pdf"):
        local_file(f"{letter} › gone.pdf")


def test_the_message_is_headers_and_what_is_shown(letter: Path) -> None:
    document = read_document(letter)
    text = document.pages[0].text
    assert text.startswith("From: Ann <ann@example.org>\nTo: bo@example.org\n")
    assert "Subject: Kündigung" in text and text.endswith("The rent is due.")
    assert "PREHEADER" not in text and any("PREHEADER" in line for line in document.warnings)


def test_a_plain_form_with_other_words_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail("S", "Pay 900 to account nine by noon today", "<p>Nothing is due.</p>").as_bytes())
    assert any("second form as plain text" in line for line in read_document(path).warnings)


def test_names_of_attachments_stay_inside_the_e_mail(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    files = (("../../up.txt", b"up"), ("same.txt", b"one"), ("same.txt", b"two"), ("a › b.txt", b"three"))
    path.write_bytes(mail("S", files=files).as_bytes())
    assert paths(path) == [
        "a.eml", "a.eml › _.._up.txt", "a.eml › same.txt", "a.eml › same (2).txt", "a.eml › a _ b.txt",
    ]  # fmt: skip


HEAD = b"From: a@b\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            b"From a@b Mon Jan 01 00:00:00 2024\nFrom: a\nSubject: one\n\nbody\n\n"
            b"From c@d Tue Jan 02 00:00:00 2024\nFrom: c\nSubject: two\n\nbody\n",
            "a mailbox of 2 messages",
        ),
        (HEAD + b"\r\n" + b"x\r\n" * 1_600_000, "over the limit of 1,500,000"),
        (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3_000, "more than 2,000 groups"),
        (
            HEAD
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(90)
            ),
            "nested too deeply",
        ),
        (b"no header at all\n", "not an e-mail"),
    ],
)
def test_e_mails_over_a_limit_are_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=said):
        read_document(path)


@pytest.mark.parametrize(
    ("charset", "body", "word"),
    [
        ("iso-8859-1", b"caf\xe9", "café"),
        ("nonsense", b"caf\xe9", "café"),
        ("utf-8", b"caf\xe9", "café"),
        ("utf-16", "wide é".encode("utf-16"), "wide é"),
    ],
)
def test_charsets_of_bodies(tmp_path: Path, charset: str, body: bytes, word: str) -> None:
    path = tmp_path / "a.eml"
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    path.write_bytes(HEAD + head + body)
    assert word in read_document(path).pages[0].text


def test_e_mails_nested_without_end_stop(tmp_path: Path) -> None:
    message = mail("0", "innermost")
    for number in range(1, 9):
        outer = mail(str(number))
        outer.add_attachment(message)
        message = outer
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    assert len(collect([str(path)])) == 5
    assert [reason for _, reason in left_out([str(path)])] == ["an e-mail inside too many others"]


def test_messages_of_outlook(tmp_path: Path) -> None:
    pytest.importorskip("olefile")
    inner = {"__substg1.0_3701000D": message_tree("Inner", text="Inner words.")}
    file = {
        "__substg1.0_3707001F": "note.txt".encode("utf-16-le"),
        "__substg1.0_37010102": b"Attached words.".ljust(5_000),
    }
    tree = message_tree("Notice", "<p>The <b>rent</b> is due.</p>", files=(file, inner))
    path = tmp_path / "a.msg"
    path.write_bytes(container(tree))
    assert paths(path) == ["a.msg", "a.msg › note.txt", "a.msg › attachment.eml"]
    text = read_document(path).pages[0].text
    assert "From: Ann Lee <ann@example.org>" in text and "To: Bo; Cy" in text and "2026" in text
    assert text.endswith("The rent is due.")
    assert read_document(f"{path} › note.txt").pages[0].text.strip() == "Attached words."
    assert "Inner words." in read_document(f"{path} › attachment.eml").pages[0].text


def test_a_damaged_message_of_outlook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "__properties_version1.0".encode("utf-16-le")
    path.write_bytes(data + bytes(900))
    with pytest.raises(DocumentError, match="damaged"):
        read_document(path)


def test_an_empty_page_beside_attachments_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    parts = [b"Content-Type: text/html\r\n\r\n\r\n", b"Content-Type: text/plain\r\n\r\nWords.\r\n"]
    parts.append(
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nStatus: 5.1.1\r\n"
    )
    body = b"".join(b"--b\r\n" + part for part in parts) + b"--b--\r\n"
    path.write_bytes(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert read_document(path).pages[0].text.endswith("Words.")
    status = read_document(f"{path} › delivery-status.txt").pages[0].text
    assert "Reporting-MTA: dns; x" in status and "Status: 5.1.1" in status
