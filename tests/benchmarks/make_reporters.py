"""Makes names.txt of the authorities anew: python -m pip install reporters-db, then run this file."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

NAMES = Path(__file__).resolve().parents[2] / "docanalyst/domain/answers/authorities/names.txt"
HEAD = """\
# Names of reporters, codes and journals, each with its variants, from reporters-db {version} (BSD 2-Clause,
# Free Law Project; see NOTICE). A line: the usual name, then its variants, between bars. Made anew from that
# package by tests/benchmarks/make_reporters.py.
"""


def main() -> None:
    """Write the file."""
    from reporters_db import JOURNALS, LAWS, REPORTERS  # type: ignore[import-not-found]

    lines = []
    for title, data in (("reporters", REPORTERS), ("codes", LAWS), ("journals", JOURNALS)):
        lines.append(f"[{title}]")
        lines += [
            "|".join((name, *sorted(variants - {name}))) for name, variants in sorted(_names(data).items())
        ]
    NAMES.write_text(HEAD.format(version=version("reporters-db")) + "\n".join(lines) + "\n", encoding="utf-8")


def _names(data: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for key, entries in data.items():
        for entry in entries:
            for name in entry.get("editions") or (key,):
                names.setdefault(name, set())
            variations = entry.get("variations") or {}
            if isinstance(variations, dict):
                for variant, name in variations.items():
                    names.setdefault(name, set()).add(variant)
            else:
                names.setdefault(key, set()).update(variations)
    return names


if __name__ == "__main__":
    main()
