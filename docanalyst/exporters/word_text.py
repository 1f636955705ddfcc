"""Reads the text of a Word document: its paragraphs, tables and footnotes, in order."""

from __future__ import annotations

from pathlib import Path

from docanalyst.domain.errors import DocumentError, UsageError, install_extra


def read_word(path: Path) -> str:
    """Return the paragraphs, separated by blank lines; cells of a table row are separated by " | ".

    Raises DocumentError for a file that is not a Word document, UsageError without the extra `office`.
    """
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
        from docx.table import Table
    except ModuleNotFoundError as error:
        raise UsageError(
            "Reading .docx needs the package python-docx, which is not installed.",
            install_extra("office"),
        ) from error
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise DocumentError(
            f"{path.name} is not a readable Word document.", "Save it again as .docx.", path=str(path)
        ) from error
    pieces: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            pieces += [" | ".join(cell.text.strip() for cell in row.cells) for row in item.rows]
        else:
            pieces.append(item.text)
    return "\n\n".join(piece for piece in pieces if piece.strip())
