"""The folders that a client of the server may read, and nothing outside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from docanalyst.domain.errors import DocumentError, UsageError


class Roots:
    """Folders that may be read. Links are followed first, so that none leads out of them.

    Raises:
        UsageError: A folder does not exist.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = [Path(folder).expanduser().resolve() for folder in folders]
        for given, folder in zip(folders, self.folders, strict=True):
            if not folder.is_dir():
                raise UsageError(f"There is no folder {given}.", "Name an existing folder with --root DIR.")

    def holds(self, path: str | Path) -> bool:
        """Return whether a path is in one of the folders."""
        place = Path(path).expanduser().resolve()
        return any(place == folder or folder in place.parents for folder in self.folders)

    def files(self, paths: Sequence[str]) -> list[str]:
        """Return the files at PATHs, each with its page ranges, all of them in the folders.

        Args:
            paths: Absolute, or relative to one of the folders.

        Raises:
            DocumentError: A path is outside, does not exist or is no document.
        """
        from docanalyst.analyst.documents.listing import list_files

        if not paths:
            raise DocumentError("No paths given.", "Name at least one document or folder.")
        # A path outside is refused before anything says whether it exists.
        placed = [self._placed(path) for path in paths]
        found = list_files(placed)
        for file in found:
            self._require(_without_pages(file))
        return found

    def address(self, path: str) -> str:
        """Return the name of a file within its folder, as resource addresses give it."""
        place = Path(path).resolve()
        folder = next(folder for folder in self.folders if folder in place.parents)
        return quote(str(place.relative_to(folder)), safe="")

    def _placed(self, path: str) -> str:
        if not path.strip() or "\0" in path:
            raise DocumentError("A path is empty or holds a NUL character.", "Name a document or a folder.")
        given = Path(path).expanduser()
        if given.is_absolute():
            self._require(_without_pages(path))
            return str(given)
        beside = [folder / given for folder in self.folders]
        for place in beside:
            self._require(_without_pages(str(place)))
        existing = [place for place in beside if Path(_without_pages(str(place))).exists()]
        return str((existing or beside)[0])

    def _require(self, path: str) -> None:
        if not self.holds(path):
            allowed = ", ".join(map(str, self.folders))
            raise DocumentError(f"{path} is outside the folders of this server.", f"Allowed: {allowed}.")


def _without_pages(path: str) -> str:
    from docanalyst.pdf.paths import split_pages

    return split_pages(path)[0]
