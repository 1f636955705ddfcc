"""How much of what eyecite finds is found here: python -m pip install eyecite, then
python tests/benchmarks/bench_authorities.py FILE…

FILE: an opinion (any document), or a test file of eyecite (.py), of which each string is read by itself.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from docanalyst.domain.answers.authorities import authorities


def main(paths: list[str]) -> None:
    """Print found, expected and missed for each file."""
    from eyecite import get_citations  # type: ignore[import-not-found]
    from eyecite.models import (  # type: ignore[import-not-found]
        FullCaseCitation,
        FullJournalCitation,
        FullLawCitation,
    )

    full = (FullCaseCitation, FullLawCitation, FullJournalCitation)
    for name in paths:
        expected, missed = 0, []
        for text in _texts(Path(name)):
            found = [item for item in authorities(text) if item.kind != "case name"]
            for citation in get_citations(text):
                if isinstance(citation, full):
                    start, end = citation.span()
                    expected += 1
                    if not any(item.start < end and start < item.end for item in found):
                        missed.append(text[start:end])
        share = f"{1 - len(missed) / expected:.3f}" if expected else "–"
        print(f"{name}: {expected - len(missed)} of {expected} ({share}); missed: {missed[:12]}")


def _texts(path: Path) -> list[str]:
    if path.suffix == ".py":
        tree = ast.parse(path.read_text(encoding="utf-8"))
        strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        return list(
            dict.fromkeys(text for text in strings if isinstance(text, str) and 5 < len(text) < 3_000)
        )
    from docanalyst.pdf import read_document

    return ["\n".join(page.text for page in read_document(path).pages)]


if __name__ == "__main__":
    main(sys.argv[1:])
