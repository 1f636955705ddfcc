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

ENGINES = ("ours,_clean", "ours,_cold", "bare_pdfium", "pdftotext", "pypdf", "pdfplumber")
DRAWN = ("ceres_inc_01_25_2012_ex_10_20_collaboration_agre",)
TOLERANCE = 0.004
"""A truth made by machine joins all hyphens and parts indices from their letters: that much is its own."""

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


def main() -> int:
    """Print a table: found / in order / belonging of each engine; 1 where ours falls behind pdfium."""
    out, files = Path(sys.argv[1]), [Path(name) for name in json.loads(sys.argv[2])]
    scores: dict[str, dict[str, tuple[float, float, float]]] = {}
    for file in files:
        truth = body(file.with_suffix(".txt").read_text(errors="replace"))
        for folder in ENGINES:
            text = out / folder / f"{file.stem}.txt"
            if text.exists():
                scores.setdefault(file.stem, {})[folder] = score(text.read_text(errors="replace"), truth)
    names = [name.replace("_", " ") for name in ENGINES]
    lines = [f"| found / in order / belongs | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    missed = []
    for stem, by in scores.items():
        shown = [" / ".join(f"{figure:.3f}" for figure in by[name]) if name in by else "" for name in ENGINES]
        mark = "†" if stem in DRAWN else ""
        lines.append(f"| {stem[:36]}{mark} | {' | '.join(shown)} |")
        whole, sent, pdfium = by["ours,_clean"], by["ours,_cold"], by["bare_pdfium"]
        if whole[0] < pdfium[0] - TOLERANCE or (stem not in DRAWN and whole[1] < pdfium[1] - TOLERANCE):
            missed.append(f"{stem}: fewer words found, or in order, than pdfium's")
        if stem not in DRAWN and sent[2] < pdfium[2] - 0.001:
            missed.append(f"{stem}: more noise than pdfium's")
    print("\n".join(lines))
    print(
        '\n"ours, clean" is our text before anything is left out of it, "ours, cold" what is sent: the '
        "difference is page numbers and running lines, of which the truths keep some.\n"
        "† The truth has the order in which things were drawn, not that of the page: there a paragraph comes "
        "before the list above it.\n"
    )
    print("\n".join(missed) or f"Bar: words and order as pdfium's (within {TOLERANCE:g}), less noise: holds.")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
