"""The repair question: sends the quotes that failed back to the model, with what the pages say."""

from __future__ import annotations

from docanalyst.domain.answers.coverage import unsupported
from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.turns import Turn, TurnStatus

MAX_STATEMENTS = 20

_REASONS = {
    Verdict.WRONG_PAGE: "is on another page",
    Verdict.WRONG_DOCUMENT: "is in another document",
    Verdict.ALTERED: "is not word for word what the page says",
    Verdict.NOT_FOUND: "was not found",
    Verdict.UNKNOWN_DOCUMENT: "names a document that does not exist",
}


def repair_question(turn: Turn) -> str | None:
    """What to ask so that an answer's failed quotes and uncited statements are put right; None if none are.

    It quotes the pages' own words where they are known, so that the model can copy them.
    """
    if turn.status not in (TurnStatus.COMPLETE, TurnStatus.PARTIAL, TurnStatus.TRUNCATED) or not turn.answer:
        return None
    failed = [citation for citation in turn.citations if not citation.verified]
    bare = unsupported(turn.answer, turn.citations)[:MAX_STATEMENTS]
    if not failed and not bare:
        return None
    lines = ["Your last answer was checked against the documents. Give the whole answer again, corrected."]
    if failed:
        lines.append("\nThese quotes failed:")
        lines += [_failure(citation) for citation in failed]
    if bare:
        lines.append(
            "\nThese statements have no verified quote. Support each with an exact quote, or drop it:"
        )
        lines += [f"- {' '.join(statement.text.split())}" for statement in bare]
    lines.append(
        "\nCopy each quote exactly from one page and cite the number in that page's marker. "
        "If the documents do not support a statement, say so instead of quoting."
    )
    return "\n".join(lines)


def _failure(citation: Citation) -> str:
    said = " ".join(citation.quote.split())
    line = f'- [^{citation.number}] "{said}" {_REASONS.get(citation.verdict, "failed")}'
    if citation.verdict in (Verdict.WRONG_PAGE, Verdict.WRONG_DOCUMENT) and citation.found_page is not None:
        return f"{line}: {citation.found_document} p.{citation.found_page}."
    wrong = "; ".join(
        f'you wrote "{difference.quoted}", the page has "{difference.source}"'
        for difference in citation.differences[:6]
    )
    return f"{line}: {wrong}." if wrong else f"{line}."
