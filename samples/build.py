"""Typesets the sample documents from their sources.

    python samples/build.py           write samples/*.pdf
    python samples/build.py --check   say whether the PDFs are what the sources give

Needs the `typst` package, which is among the development dependencies and brings its own fonts; the fonts of
the system are not looked at. The bytes are the same on every run: each source states its date, and nothing
else in a PDF depends on when or where it was made. They may differ under another version of typst, so the
check is made under the version named here.

Exit codes: 0 all is well, 1 a PDF is missing or differs, 2 the check cannot be made here.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
DOCUMENTS = ("services-agreement", "first-amendment", "mutual-nda", "field-study")
TYPST_VERSION = "0.15.2"


def typeset(name: str) -> bytes:
    """The PDF of a source, by its name without suffix."""
    import typst

    pdf: bytes = typst.compile(
        str(SOURCES / f"{name}.typ"), root=str(SOURCES), ignore_system_fonts=True, format="pdf"
    )
    return pdf


def obstacle() -> str | None:
    """Why the check cannot be made here, or None."""
    try:
        installed = importlib.metadata.version("typst")
    except importlib.metadata.PackageNotFoundError:
        return 'typst is not installed; get it with: pip install "docanalyst[dev]"'
    if installed != TYPST_VERSION:
        return f"the samples were set with typst {TYPST_VERSION}, and {installed} is installed"
    return None


def check() -> int:
    """Compare each PDF with what its source gives now."""
    if reason := obstacle():
        print(f"Cannot check: {reason}.", file=sys.stderr)
        return 2
    stale = []
    for name in DOCUMENTS:
        target = HERE / f"{name}.pdf"
        if not target.is_file() or target.read_bytes() != typeset(name):
            stale.append(target.name)
    for name in stale:
        print(f"samples/{name} is not what its source gives; run: python samples/build.py", file=sys.stderr)
    return 1 if stale else 0


def build() -> int:
    """Write every PDF."""
    for name in DOCUMENTS:
        pdf = typeset(name)
        (HERE / f"{name}.pdf").write_bytes(pdf)
        print(f"samples/{name}.pdf  {len(pdf):,} bytes")
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Typeset the sample documents.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    return check() if parser.parse_args().check else build()


if __name__ == "__main__":
    raise SystemExit(main())
