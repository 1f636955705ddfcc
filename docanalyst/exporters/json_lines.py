"""Exports complete sessions as JSON or JSON lines, including document pages, for `sessions import`."""

from __future__ import annotations

import json
import re

from docanalyst.domain.records.sessions import session_lines, session_record
from docanalyst.exporters.report import Made, Report

_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Invisible characters that affect a terminal or reader; they are written as escapes."""


def export(report: Report, name: str) -> list[Made]:
    """Return the session as UTF-8.

    Args:
        name: "json" for one object, "jsonl" for one object on each line.
    """
    record = session_record(report.session, report.documents)
    if name == "json":
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    else:
        text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in session_lines(record))
    text = _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return [Made(text.encode("utf-8"))]
