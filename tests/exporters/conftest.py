"""A session with every verdict in it, and one full of what a hostile document or model would write."""

from __future__ import annotations

import struct
import zlib

import pytest

from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Receipt, ReceiptDocument
from docanalyst.domain.turns import PromptUsed, Remark, Session, SessionDocument, Timings, Turn, TurnStatus
from docanalyst.domain.verification.verify import verify
from docanalyst.exporters import Picture, Report

LEASE = Document(
    "a" * 64,
    "Lease",
    (
        Page(1, "i", "4.1 Base Rent. The Tenant shall pay the base rent of $5,000 each month."),
        Page(
            2,
            "1",
            "4.2 The Tenant shall not assign this Lease within thirty (30) days. Notices are in writing.",
        ),
    ),
    path="/home/me/lease.pdf",
)
AMENDMENT = Document(
    "b" * 64, "Amendment", (Page(1, None, "The rent is raised to $6,000 each month."),), path="am.pdf"
)

ANSWER = """## Summary

The rent is **$5,000**.[^1] It was *raised* later.[^2] Nobody cites this.

- No assignment[^3]
- Notices[^4]

| What | Where |
|---|---|
| Rent | here [^5] |

[^1]: D1 p.1 "The Tenant shall pay the base rent of $5,000"
[^2]: D1 p.1 "The rent is raised to $6,000"
[^3]: D1 p.2 "The Tenant shall assign this Lease within sixty (60) days."
[^4]: D1 p.1 "Notices are in writing."
[^5]: D9 p.1 "The Landlord shall dance every evening in the yard"
"""

HOSTILE = """<script>alert(1)</script> and <img src=x onerror=alert(1)> ![p](http://evil.test/p.png)
[click](http://evil.test) <http://evil.test> [ref]: http://evil.test \x1b[31mred\x9b2J
\u202egnp.exe &lt;b&gt;[^1] =1+1

`code <script>` and

```html
<script>alert(2)</script>
```

javascript:alert(1) [a](javascript:alert(1)) "onmouseover="alert(1)

[^1]: D1 p.1 "<script>alert('q')</script>\x1b[2J ![x](http://evil.test/y.png) onerror=\\"x\\" words"
"""


def png(width: int = 40, height: int = 60) -> bytes:
    """A white picture."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff" * (3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    )


def turn_of(answer: str, identity: str = "t1", **fields: object) -> Turn:
    """A turn whose citations were checked against the two documents."""
    citations = tuple(verify(read_quotes(answer), [LEASE, AMENDMENT]))
    receipt = Receipt(
        (ReceiptDocument("D1", "/home/me/lease.pdf", LEASE.sha256, 2, "1-2", 400),),
        "c" * 64, 131_072, 4_096, 900, "exact", 905, True,
    )  # fmt: skip
    turn = Turn(
        identity, "s1", "What is the rent?", "groq", "qwen/qwen3-32b", TurnStatus.COMPLETE, answer, None,
        citations, coverage(answer, citations), receipt, Usage(905, 0, 64, 0), Cost(1_234),
        Timings(0.2, 1.5, 200.0),
        "stop", PromptUsed("lease-abstract", "d" * 64), None, 0, "2026-01-02T03:04:05Z",
    )  # fmt: skip
    return (
        turn
        if not fields
        else Turn(**{name: getattr(turn, name) for name in turn.__dataclass_fields__} | fields)
    )  # type: ignore[arg-type]


def report_of(*turns: Turn, title: str = "The lease & its amendment") -> Report:
    """A report with a picture beside the first citation."""
    documents = tuple(
        SessionDocument(d.sha256, d.title, d.path, d.page_count, d.pages_sent) for d in (LEASE, AMENDMENT)
    )
    session = Session("s1", title, "2026-01-02", "2026-01-02", documents, turns, len(turns))
    pictures = {(turns[0].id, 0): (Picture(png(), 1, ((0.1, 0.2, 0.9, 0.25),), width=612),)} if turns else {}
    return Report(session, (LEASE, AMENDMENT), pictures, version="1.2.3", exported_at="2026-01-03")


@pytest.fixture
def report() -> Report:
    """Every verdict, a table, a list, an uncited statement."""
    second = turn_of(
        'It was cut[^1]\n\n[^1]: D1 p.2 "Notices are in writing."',
        "t2",
        question="And then?",
        status=TurnStatus.TRUNCATED,
        remarks=(Remark("authority", "Smith v. Jones is not in your documents."),),
    )
    return report_of(turn_of(ANSWER), second)


@pytest.fixture
def hostile() -> Report:
    """Script, escapes, links, formulas wherever a document or a model can put them."""
    evil = "<script>alert('t')</script>\x1b[2J [x](http://evil.test) =cmd()"
    turn = turn_of(
        HOSTILE, question=evil, error=evil, status=TurnStatus.FAILED, remarks=(Remark("absence", evil),)
    )
    return report_of(turn, title=evil)


@pytest.fixture
def citing() -> Report:
    """An answer that cites authorities, none of which the documents name."""
    cited = "See Roe v. Wade, 410 U.S. 113 (1973); 42 U.S.C. § 1983 | <b>Hill</b> v. Dale, 4 U.S. 5."
    return report_of(turn_of(cited + '\n\n[^1]: D1 p.1 "4.1 Base Rent"'))
