"""Quality of extracted texts against the true ones; run by bench_reading.py in its own environment.

The truth of a document leaves out what recurs on its pages (running feet, page numbers), for the model is not
sent it either: each line that occurs at least three times but for its figures and reads like a foot. Hyphens
part words, because half of the truths have lost theirs. "ours, clean" is our text before anything is left out
of it, "ours, cold" what is sent: the difference is page numbers and running lines.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from rapidfuzz.distance import LCSseq

_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"", "\u00ad\u200b\ufffe")
_PAGE_NUMBER = re.compile(r"\W*(page)?\W*(#|[ivxl]+)?\W*(of #)?\W*")
_RECURRING = re.compile(r"source:|page #|of #$|confidential")


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"\w+(?:['.]\w+)*", unicodedata.normalize("NFKC", text).translate(_QUOTES).lower())


def body(text: str) -> str:
    """A true text without what recurs on its pages."""

    def fold(line: str) -> str:
        return re.sub(r"\d+", "#", " ".join(line.split()).lower())

    lines = text.split("\n")
    counts = Counter(map(fold, lines))
    seen: set[str] = set()
    kept = []
    for line in lines:
        folded = fold(line)
        if folded and _PAGE_NUMBER.fullmatch(folded):
            continue
        if counts[folded] >= 3 and _RECURRING.search(folded):
            if folded in seen:
                continue
            seen.add(folded)
        kept.append(line)
    return re.split(r"\n\s*\[1\] ", "\n".join(kept))[0] if "\n[1] " in text else "\n".join(kept)


def score(text: str, truth: str) -> tuple[float, float, float]:
    """Found, found in order, and the share of the text that belongs there; 0..1."""
    have, want = words(text), words(truth)
    found = sum((Counter(have) & Counter(want)).values())
    in_order = LCSseq.similarity(have, want)
    return found / max(1, len(want)), in_order / max(1, len(want)), in_order / max(1, len(have))


def main() -> None:
    """Print a table: a line for each document, found / in order / belonging for each engine."""
    out, files = Path(sys.argv[1]), [Path(name) for name in json.loads(sys.argv[2])]
    engines = ("ours,_clean", "ours,_cold", "bare_pdfium", "pdftotext", "pypdf", "pdfplumber")
    names = [name for name in engines if (out / name).is_dir()]
    print(f"\n{'found / in order / belongs':44}" + "".join(f"{name:>20}" for name in names))
    for file in files:
        truth = body(file.with_suffix(".txt").read_text(errors="replace"))
        row = ""
        for name in names:
            text = out / name / f"{file.stem}.txt"
            figures = score(text.read_text(errors="replace"), truth) if text.exists() else (0.0, 0.0, 0.0)
            row += f"{'/'.join(f'{figure:.3f}'.lstrip('0') or '0' for figure in figures):>20}"
        print(f"{file.stem[:42]:44}{row}")


if __name__ == "__main__":
    main()
