"""Adds words disguised as editorial marks, or removes words of the page as if they were such marks."""

from __future__ import annotations

from docanalyst.domain.selftest.kinds import kinds, planted

ADDITIONS = kinds(
    "additions",
    {
        "word hidden in a footnote mark": planted(
            ("shall keep", "shall [^not] keep"),
            ("is paid", "is [^never] paid"),
            ("may use", "may[^not] use"),
            ("is due", "is ^[not] due"),
        ),
        "word hidden in a tag": planted(
            ("shall keep", "shall <b not> keep"),
            ("is paid", "is <i>not</i> paid"),
            ("may use", "may <not> use"),
            ("may use", "may <span>only</span> use"),
        ),
        "word hidden in a comment": planted(
            ("shall keep", "shall <!-- not --> keep"),
            ("is paid", "is /* not */ paid"),
            ("is due", "is {not} due"),
        ),
        "word hidden in square brackets": planted(
            ("shall keep", "shall [not] keep"),
            ("is paid", "is [never] paid"),
            ("may use", "may [only] use"),
            ("able to", "[un]able to"),
            ("pays {n}", "pays [at most] {n}"),
        ),
        "word hidden in round brackets": planted(
            ("shall keep", "shall (not) keep"),
            ("is paid", "is (never) paid"),
            ("may use", "may (if asked) use"),
        ),
        "word hidden behind sic": planted(
            ("shall keep", "shall [sic: not] keep"),
            ("is paid", "is [not sic] paid"),
            ("is due", "is (sic, never) due"),
        ),
        "word hidden in a note on emphasis": planted(
            ("shall keep", "shall [emphasis not added] keep"),
            ("is paid", "is (not, emphasis added) paid"),
            ("is due", "is [never; citation omitted] due"),
        ),
        "word hidden in a link": planted(
            ("shall keep", "shall [not](#a) keep"),
            ("is paid", "is [never][1] paid"),
            ("is due", "is ![not](x.png) due"),
        ),
        "word put in as an entity or command": planted(
            ("is paid", "is &not; paid"),
            ("a = b", "a &ne; b"),
            ("a = b", r"a $\neq$ b"),
            ("shall keep", r"shall \textit{not} keep"),
            ("a > b", "a &lt; b"),
        ),
        "word struck through by markup": planted(
            ("shall not keep", "shall ~~not~~ keep"),
            ("is never paid", "is <del>never</del> paid"),
            ("is not due", "is <s>not</s> due"),
        ),
        "name replaced in square brackets": planted(
            ("the Licensor shall", "[the Licensee] shall"),
            ("it pays", "[the Buyer] pays"),
            ("thirty days", "[sixty] days"),
            ("he signed", "[Mr Smith] signed"),
        ),
        "number in square brackets dropped": planted(
            ("shall be [{k}] and", "shall be and"),
            ("within [{k}] days", "within days"),
            ("equal to [{n}] here", "equal to here"),
            ("Section [{k}] says", "Section says"),
            ("at least [{k}] of", "at least of"),
        ),
        "number in square brackets put in": planted(
            ("within days", "within [{k}] days"),
            ("shall be paid", "shall be [{n}] paid"),
            ("more than usual", "more than [{n}] usual"),
        ),
        "words in square brackets of the page dropped": planted(
            ("shall [not] keep", "shall keep"),
            ("[un]able to", "able to"),
            ("is [never] paid", "is paid"),
            ("the [Buyer] pays", "the pays"),
        ),
        "blank of a form filled in": planted(
            ("within ___ days", "within {n} days"),
            ("on [date] by", "on {k} May by"),
            ("for $____ a", "for ${n} a"),
            ("of [●] shares", "of {n} shares"),
        ),
        "redaction filled in or lost": planted(
            ("the [redacted] admits", "the admits"),
            ("the [redacted] admits", "the buyer admits"),
            ("pays [***] a", "pays a"),
            ("pays [***] a", "pays {n} a"),
        ),
        "raised digit of a figure taken for a note": planted(
            ("10² cells", "10 cells"), ("{n}³ units", "{n} units"), ("x² + y", "x + y")
        ),
        "figure behind a word taken for a note": planted(
            ("chapter {k} of", "chapter of"),
            ("phase {k} ended", "phase ended"),
            ("type {k} cases", "type cases"),
            ("vitamin B{k}", "vitamin B"),
            ("interleukin-{k}", "interleukin"),
        ),
        "figure in brackets taken for a note": planted(
            ("ten ({n}) of", "ten of"), ("Section ({k}) of", "Section of"), ("the ({n}) seats", "the seats")
        ),
        "list mark inside taken away": planted(
            ("either (a) rent or (b) fees", "either rent or fees"), ("(i) sign and (ii) pay", "sign and pay")
        ),
        "citation of a case put in or dropped": planted(
            ("was held", "was held, 5 U.S. {n},"),
            ("was held, {n} F.3d {u},", "was held"),
            ("see {n} U.S. {u} here", "see here"),
        ),
        "words of another language put in": planted(
            ("is paid", "is nicht paid"),
            ("is due", "is pas due"),
            ("is due", "is 不 due"),
            ("is paid", "is не paid"),
        ),
        "emoji or picture put in": planted(
            ("is paid", "is 🚫 paid"), ("was good", "was 👎 good"), ("agreed", "❌ agreed")
        ),
        "words hidden by marks of direction": planted(
            ("is not paid", "is \u202eton\u202c paid"), ("{n}", "\u202e{n}\u202c0")
        ),
        "ellipsis of the page filled in": planted(
            ("is … paid", "is not paid"), ("is [...] due", "is never due")
        ),
    },
)
