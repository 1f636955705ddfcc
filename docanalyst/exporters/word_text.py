"""The text of a Word document that somebody else wrote: its paragraphs, tables and footnotes in order."""

from __future__ import annotations

from pathlib import Path

from docanalyst.domain.errors import DocumentError, UsageError


def read_word(path: Path) -> str:
    """Paragraphs, a blank line between them; cells of a table row with " | " between them.

    Raises DocumentError for a file that is no Word document, UsageError without the extra `office`.
    """
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
        from docx.table import Table
    except ModuleNotFoundError as error:
        raise UsageError(
            "Reading .docx needs a package that is not installed: python-docx.",
            "Install it with: pip install 'docanalyst[office]'",
        ) from error
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise DocumentError(
            f"{path.name} is not a Word document that can be read.", "Save it anew as .docx.", path=str(path)
        ) from error
    pieces: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            pieces += [" | ".join(cell.text.strip() for cell in row.cells) for row in item.rows]
        else:
            pieces.append(item.text)
    return "\n\n".join(piece for piece in pieces if piece.strip())
