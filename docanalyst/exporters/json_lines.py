"""Exports complete sessions as JSON or JSON lines, including document pages, for `sessions import`."""

from __future__ import annotations

import json

from docanalyst.domain.records.sessions import session_lines, session_record
from docanalyst.domain.text import with_escapes
from docanalyst.exporters.report import Made, Report


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
    return [Made(with_escapes(text).encode("utf-8"))]
