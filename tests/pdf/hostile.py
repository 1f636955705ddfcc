"""PDFs made to take a reader down, small on disk and large in memory or time."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from makepdf import line, make_pdf

FORM = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]"
    b"/Resources<</XObject<<%s>>/Font<</F1 3 0 R>>>>/Length %d>>"
)


def form(content: bytes, uses: bytes) -> bytes:
    """A form of this content. uses: the forms it draws, as names and objects."""
    return FORM % (uses, len(content)) + b"stream\n" + content + b"\nendstream"


def self_drawing_form() -> bytes:
    """A form that draws itself, twice each time."""
    content = line("over and over") + b"/X Do /X Do"
    return make_pdf(
        [line("A page with a form.") + b"/X Do"],
        resources="/XObject<</X 7 0 R>>",
        extra=[form(content, b"/X 7 0 R")],
    )


def nested_forms() -> bytes:
    """Ten levels of forms, each drawing the next ten times: 10^10 lines of text."""
    forms = [form(b"/X Do " * 10, b"/X %d 0 R" % (8 + level)) for level in range(9)]
    forms.append(form(line("text"), b""))
    return make_pdf([b"/X Do " * 10], resources="/XObject<</X 7 0 R>>", extra=forms)


def _flate(length: int, unit: bytes) -> bytes:
    """`length` bytes of a repeated unit, packed. After a full flush the same bytes pack the same, so that one
    block stands for all; the checksum at the end is wrong, which no PDF reader minds."""
    packer = zlib.compressobj(9)
    block = unit * ((1 << 20) // len(unit))
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (length // len(block) - 1) + packer.flush()


def _with_content(body: bytes, filters: bytes) -> bytes:
    stream = b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(body), filters, body)
    made = make_pdf([b""], extra=[stream])
    return made.replace(b"/Contents 6 0 R", b"/Contents 7 0 R")


def bomb_pages() -> bytes:
    """Thirteen pages that each draw that form."""
    content = line("over and over") + b"/X Do /X Do"
    pages = [line(f"Page {number}.") + b"/X Do" for number in range(13)]
    return make_pdf(pages, resources="/XObject<</X 31 0 R>>", extra=[form(content, b"/X 31 0 R")])


def flate_bomb() -> bytes:
    """A content stream of 1 GiB of blanks in one megabyte."""
    return _with_content(_flate(1 << 30, b" "), b"/FlateDecode")


def double_flate_bomb() -> bytes:
    """4 GiB packed twice, in a few kilobytes."""
    return _with_content(zlib.compress(_flate(4 << 30, b"\0"), 9), b"[/FlateDecode/FlateDecode]")


def text_operators() -> bytes:
    """200 MB of text operators in half a megabyte."""
    return _with_content(_flate(200 << 20, b"BT /F1 9 Tf 9 9 Td (abcdefgh) Tj ET\n"), b"/FlateDecode")


def many_kids() -> bytes:
    """A page tree that names one page 200,000 times."""
    made = make_pdf([line("The only page.")])
    return made.replace(b"/Kids[5 0 R]/Count 1", b"/Kids[" + b"5 0 R " * 200_000 + b"]/Count 200000")


def page_tree_loop() -> bytes:
    """A page tree that holds itself."""
    return make_pdf([line("x")]).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")


def deep_arrays() -> bytes:
    """An array in an array, a hundred thousand times."""
    return make_pdf([line("x")], info="/Title " + "[" * 100_000 + "]" * 100_000)


def long_page() -> bytes:
    """A page of 260,000 characters, over the limit."""
    texts = b"".join(line("abcdefghij" * 13, y=780 - 0.35 * row, size=0.3) for row in range(2_000))
    return make_pdf([line("First page."), texts], compress=True)


HOSTILE: dict[str, Callable[[], bytes]] = {
    make.__name__: make
    for make in (
        self_drawing_form,
        nested_forms,
        bomb_pages,
        flate_bomb,
        double_flate_bomb,
        text_operators,
        many_kids,
        page_tree_loop,
        deep_arrays,
        long_page,
    )
}
