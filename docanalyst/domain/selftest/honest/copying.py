"""Damage that a model or a person does in copying: marks, markup, entities, notes of an editor, other signs
for the same thing."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import (
    Make,
    Pair,
    choose,
    first_of,
    gap,
    inner_words,
    kinds,
    planted,
    put,
    replaced,
)
from docanalyst.domain.selftest.passages import Passage

_MARKUP = re.compile(r"[*_`=<>\[\]#&$\\^]")


def around(before: str, after: str = "", *, words: int = 0) -> Make:
    """Makes quotations with marks around them, or around so many inner words."""
    after = after or before

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        if _MARKUP.search(passage.text):
            return None
        if not words:
            return Pair(before + passage.text + after)
        match = choose(
            re.finditer(rf"(?<=[a-z] )[a-z]{{3,}}(?: [a-z]{{3,}}){{{words - 1}}}(?= [a-z])", passage.text),
            chooser,
        )
        return None if match is None else Pair(replaced(passage.text, match, before + match[0] + after))

    return make


def with_opening(*openings: str) -> Make:
    """Makes quotations with marks before the first word."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        return Pair(chooser.choice(openings) + passage.text)

    return make


def with_ending(*endings: str) -> Make:
    """Makes quotations with a note after the last word."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        return Pair(passage.text + chooser.choice(endings))

    return make


def with_inside(*notes: str) -> Make:
    """Makes quotations with a note of an editor inside."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        return None if place is None else Pair(put(passage.text, place, chooser.choice(notes)))

    return make


def first_letter_small(passage: Passage, chooser: random.Random) -> Pair | None:
    """The first letter small."""
    return Pair(passage.text[0].lower() + passage.text[1:]) if passage.text[1:2].islower() else None


def first_letter_in_brackets(passage: Passage, chooser: random.Random) -> Pair | None:
    """The first letter changed, in brackets."""
    return Pair(f"[{passage.text[0].lower()}]{passage.text[1:]}") if passage.text[1:2].islower() else None


def _tail(passage: Passage, chooser: random.Random) -> str:
    found = [
        match
        for match in re.finditer(r"(?<=[a-z] )[a-z]{3,}(?= [a-z])", passage.text)
        if len(passage.text[match.start() :].split()) > 6
    ]
    match = choose(found, chooser)
    return passage.text[match.start() :] if match else ""


def tail_capitalised(passage: Passage, chooser: random.Random) -> Pair | None:
    """The end of a sentence with a capital."""
    tail = _tail(passage, chooser)
    return Pair(tail[0].upper() + tail[1:]) if tail else None


def tail_in_brackets(passage: Passage, chooser: random.Random) -> Pair | None:
    """The end of a sentence with a capital in brackets."""
    tail = _tail(passage, chooser)
    return Pair(f"[{tail[0].upper()}]{tail[1:]}") if tail else None


def tail_behind_ellipsis(passage: Passage, chooser: random.Random) -> Pair | None:
    """The end of a sentence after an ellipsis."""
    tail = _tail(passage, chooser)
    return Pair(chooser.choice(["… ", "... ", "[…] ", "…", ". . . "]) + tail) if tail else None


def head_before_ellipsis(passage: Passage, chooser: random.Random) -> Pair | None:
    """The beginning of a sentence before an ellipsis."""
    place = gap(passage.text, chooser)
    if place is None or len(passage.text[:place].split()) < 6:
        return None
    return Pair(passage.text[:place] + chooser.choice(["…", " ...", " […]", " . . .", " [...]"]))


def last_stop_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without its full stop."""
    return Pair(passage.text[:-1])


def last_stop_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """A comma or semicolon for the last full stop."""
    return Pair(passage.text[:-1] + chooser.choice(",;"))


def stop_at_a_comma(passage: Passage, chooser: random.Random) -> Pair | None:
    """A full stop where the sentence goes on after a comma with plain words."""
    found = [
        match
        for match in re.finditer(
            r"(?<=[a-z]{2}),(?= (?:which|and|the|as|in|of|to|for|by|with|a) )", passage.text
        )
        if len(passage.text[: match.start()].split()) > 6
    ]
    match = choose(found, chooser)
    return None if match is None else Pair(passage.text[: match.start()] + ".")


def suffix_bracketed(passage: Passage, chooser: random.Random) -> Pair | None:
    """A plural's s left out, with empty brackets for it."""
    match = choose(
        inner_words(
            passage.text,
            lambda word: len(word) > 6 and word.islower() and re.search(r"[a-rt-z]s$", word) is not None,
        ),
        chooser,
    )
    return None if match is None else Pair(replaced(passage.text, match, match[0][:-1] + "[]"))


_NEUTRAL = (
    ", together with the attached papers and drawings,",
    ", in the form described in the preceding paragraph,",
    " (as described in the preceding paragraph)",
    ", as the attached papers and drawings show in detail,",
)


def neutral_words_omitted(*marks: str) -> Make:
    """Makes quotations in which a marked omission leaves out words that turn nothing."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        if place is None or len(passage.text[:place].split()) < 5 or len(passage.text[place:].split()) < 5:
            return None
        source = passage.text[:place] + chooser.choice(_NEUTRAL) + passage.text[place:]
        return Pair(f"{passage.text[:place]} {chooser.choice(marks)}{passage.text[place:]}", source)

    return make


def neutral_sentence_omitted(*marks: str) -> Make:
    """Makes quotations in which a marked omission leaves out a whole sentence that turns nothing."""
    neutral = (
        "The papers and drawings are attached to this document.",
        "This paragraph describes the form of the papers.",
    )

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        if not passage.following:
            return None
        source = f"{passage.text} {chooser.choice(neutral)} {passage.following}"
        return Pair(f"{passage.text}{chooser.choice(marks)} {passage.following}", source)

    return make


def page_marker_copied(passage: Passage, chooser: random.Random) -> Pair | None:
    """The marker of the page, as it is written in the context, copied with the words."""
    return Pair(f"[D{passage.document + 1} p.{passage.page + 1} · 3f9ac21b]\n{passage.text}")


MARKS = kinds(
    "marks",
    {
        "straight quotation marks for curly ones": planted(("the “net sum” paid", 'the "net sum" paid')),
        "curly quotation marks for straight ones": planted(('the "net sum" paid', "the “net sum” paid")),
        "single quotation marks curly or straight": planted(
            ("the ‘net sum’ paid", "the 'net sum' paid"), ("the 'net sum' paid", "the ‘net sum’ paid")
        ),
        "single quotation marks for double ones": planted(
            ("the “net sum” paid", "the ‘net sum’ paid"), ('the "net sum" paid', "the 'net sum' paid")
        ),
        "quotation marks of another language": planted(
            ("the “net sum” paid", "the «net sum» paid"), ("the „net sum“ paid", "the “net sum” paid")
        ),
        "quotation marks of TeX": planted(("the “net sum” paid", "the ``net sum'' paid")),
        "apostrophe curly or straight": planted(
            ("the buyer’s house", "the buyer's house"),
            ("the buyer's house", "the buyer’s house"),
            ("it isn’t so", "it isn't so"),
        ),
        "apostrophe as an accent": planted(
            ("the buyer’s house", "the buyer´s house"), ("the buyer's house", "the buyer`s house")
        ),
        "hyphen for an en dash": planted(
            ("pages {k}–{n}", "pages {k}-{n}"), ("the buyer – if any – paid", "the buyer - if any - paid")
        ),
        "en dash for a hyphen": planted(
            ("a well-known form", "a well–known form"), ("pages {k}-{n}", "pages {k}–{n}")
        ),
        "en dash for an em dash": planted(
            ("the buyer — if any — paid", "the buyer – if any – paid"),
            ("the buyer—if any—paid", "the buyer–if any–paid"),
        ),
        "two hyphens for a dash": planted(
            ("the buyer—if any—paid", "the buyer--if any--paid"),
            ("the buyer — if any — paid", "the buyer -- if any -- paid"),
        ),
        "spaces around an em dash": planted(
            ("the buyer—if any—paid", "the buyer — if any — paid"),
            ("the buyer — if any — paid", "the buyer—if any—paid"),
        ),
        "no-break hyphen": planted(
            ("a well-known form", "a well\u2011known form"),
            ("a well\u2011known form", "a well-known form"),
            ("a well-known form", "a well\u2010known form"),
        ),
        "minus of another shape": planted(
            ("−{n} units", "-{n} units"), ("-{n} units", "−{n} units"), ("–{n} units", "-{n} units")
        ),
        "quotation marks around it": first_of(around("“", "”")),
        "other quotation marks around it": around("«", "»"),
        "straight quotation marks around it": around('"'),
        "first letter in lower case": first_letter_small,
        "first letter in lower case, in brackets": first_letter_in_brackets,
        "end of a sentence with a capital": tail_capitalised,
        "end of a sentence with a capital in brackets": tail_in_brackets,
        "ellipsis before it": tail_behind_ellipsis,
        "ellipsis after it": head_before_ellipsis,
        "full stop left out": last_stop_dropped,
        "comma or semicolon for the last full stop": last_stop_turned,
        "full stop in place of a continuation": stop_at_a_comma,
        "list mark before it": with_opening("(a) ", "1. ", "(iv) ", "- ", "• ", "* ", "2) "),
        "heading or quotation mark of Markdown before it": with_opening("> ", "## ", "> > "),
        "ending in brackets left out": suffix_bracketed,
        "plain words left out, with three dots": neutral_words_omitted("...", ". . .", "…"),
        "plain words left out, with dots in brackets": neutral_words_omitted(
            "[...]", "[…]", "(...)", "[. . .]"
        ),
        "plain words left out, with other marks": neutral_words_omitted("[..]", "[---]", "* * *"),
        "plain sentence left out": neutral_sentence_omitted(" …", " ...", " [...]", " . . .", " […]"),
        "plain sentence left out, with four dots": neutral_sentence_omitted(" . . .", "...", "…"),
        "page marker copied": page_marker_copied,
    },
)

MARKUP = kinds(
    "markup",
    {
        "bold": around("**", words=2),
        "italic": around("*", words=2),
        "italic with underscores": around("_", words=2),
        "bold with underscores": around("__", words=2),
        "bold and italic": around("***", words=1),
        "marked with equals signs": around("==", words=2),
        "set as code": around("`", words=1),
        "all of it bold": around("**"),
        "all of it italic": around("*"),
        "HTML bold": around("<b>", "</b>", words=2),
        "HTML emphasis": around("<em>", "</em>", words=2),
        "HTML mark or underline": first_of(around("<mark>", "</mark>", words=2)),
        "HTML underline": around("<u>", "</u>", words=1),
        "HTML span": around("<span>", "</span>", words=3),
        "HTML paragraph around it": around("<p>", "</p>"),
        "HTML quotation around it": around("<q>", "</q>"),
        "HTML line break for a blank": lambda passage, chooser: _break(
            passage, chooser, ("<br>", "<br/>", "<br />")
        ),
        "HTML no-break space": lambda passage, chooser: _break(passage, chooser, ("&nbsp;", "&#160;")),
        "HTML entities": planted(
            ("R&D costs", "R&amp;D costs"),
            ("the “net sum” paid", "the &ldquo;net sum&rdquo; paid"),
            ("the buyer's house", "the buyer&#39;s house"),
            ('the "net sum" paid', "the &quot;net sum&quot; paid"),
            ("a < b", "a &lt; b"),
            ("pages {k}–{n}", "pages {k}&ndash;{n}"),
        ),
        "Markdown escapes": planted(
            ("{n}.{k} units", r"{n}\.{k} units"),
            ("the max_size value", r"the max\_size value"),
            ("the * mark", r"the \* mark"),
            ("${n} each", r"\${n} each"),
            ("item #{k}", r"item \#{k}"),
            ("[{k}] there", r"\[{k}\] there"),
        ),
        "LaTeX escapes": planted(
            ("{n}% of", r"{n}\% of"), ("R&D costs", r"R\&D costs"), ("${t} paid", r"\${t} paid")
        ),
        "LaTeX around a sign": planted(
            ("p < 0.0{k}", "p $<$ 0.0{k}"),
            ("≥ {n}", r"$\geq$ {n}"),
            ("≤ {n}", r"$\leq {n}$"),
            ("{n} × {k}", r"{n} $\times$ {k}"),
            ("{n} ± {k}", r"{n} $\pm$ {k}"),
        ),
        "LaTeX around a formula": planted(
            ("p < 0.0{k}", "$p < 0.0{k}$"), ("10⁵ cells", "$10^{5}$ cells"), ("n = {n}", "$n = {n}$")
        ),
        "footnote mark of the answer": with_inside("[^1]", "[^12]"),
        "footnote mark of the answer behind it": with_ending("[^1]", " [^2]"),
        "block quotation with a mark on each line": lambda passage, chooser: _quoted_lines(passage),
    },
)

EDITING = kinds(
    "editing",
    {
        "sic": with_inside("[sic]", "[sic!]", "(sic)"),
        "sic in italics": with_inside("[*sic*]", "[_sic_]", "[sic.]"),
        "emphasis added": with_ending(
            " (emphasis added)",
            " [emphasis added]",
            " (emphasis supplied)",
            " (italics added)",
            " (first emphasis added)",
        ),
        "our emphasis": with_ending(
            " (our emphasis)", " (emphasis ours)", " (emphasis mine)", " (my emphasis)"
        ),
        "emphasis in original": with_ending(
            " (emphasis in original)", " (emphasis omitted)", " (italics in original)"
        ),
        "cleaned up": with_ending(" (cleaned up)", " [cleaned up]"),
        "alterations in original": with_ending(
            " (alterations in original)", " (alteration omitted)", " (brackets omitted)"
        ),
        "citations omitted": with_ending(
            " (citations omitted)",
            " (citation omitted)",
            " (internal citations omitted)",
            " [citation omitted]",
        ),
        "quotation marks omitted": with_ending(
            " (internal quotation marks omitted)", " (quotation marks omitted)", " (quotation omitted)"
        ),
        "footnotes omitted": with_ending(
            " (footnote omitted)", " (footnotes omitted)", " [footnotes omitted]"
        ),
    },
)

SAME_SIGNS = kinds(
    "same signs",
    {
        "fraction with a slash for its character": planted(
            ("½ of", "1/2 of"), ("¾ of", "3/4 of"), ("{k}½ of", "{k} 1/2 of"), ("⅓ of", "1/3 of")
        ),
        "fraction character for a slash": planted(
            ("1/2 of", "½ of"), ("3/4 of", "¾ of"), ("{k} 1/2 of", "{k}½ of")
        ),
        "fraction with the fraction slash": planted(
            ("1⁄2 of", "1/2 of"), ("3⁄4 of", "¾ of"), ("½ of", "1⁄2 of")
        ),
        "power with a caret": planted(
            ("10⁵ cells", "10^5 cells"),
            ("x² values", "x^2 values"),
            ("10⁻⁶ cells", "10^-6 cells"),
            ("10⁵ cells", "10^{5} cells"),
        ),
        "power with two stars": planted(
            ("10⁵ cells", "10**5 cells"), ("{n} × 10⁶ cells", "{n} × 10**6 cells")
        ),
        "power as HTML": planted(
            ("10⁵ cells", "10<sup>5</sup> cells"),
            ("{n} m² area", "{n} m<sup>2</sup> area"),
            ("10⁻⁶ cells", "10<sup>−6</sup> cells"),
        ),
        "raised character for a caret": planted(("10^5 cells", "10⁵ cells"), ("10^6 cells", "10⁶ cells")),
        "degrees in one or two characters": planted(
            ("{n} °C", "{n} ℃"), ("{n}℃", "{n}°C"), ("{n}℉", "{n}°F"), ("{n} °F", "{n} ℉")
        ),
        "times sign as a letter": planted(("{n} × {k} mm", "{n} x {k} mm"), ("{n} x {k} mm", "{n} × {k} mm")),
        "comparison in two characters": planted(
            ("≤ {n}", "<= {n}"), ("≥ {n}", ">= {n}"), ("≥{n}%", ">={n}%")
        ),
        "comparison in one character": planted(("<= {n}", "≤ {n}"), (">= {n}", "≥ {n}")),
        "micro sign or Greek letter": planted(("{n} µg", "{n} μg"), ("{n} μm", "{n} µm")),
        "ohm and angstrom signs": planted(("{n} Ω", "{n} Ω"), ("{n} Å", "{n} Å")),
        "thousands with or without a blank": planted(
            ("{k} 000 units", "{k}000 units"),
            ("{n}000 units", "{n} 000 units"),
            ("{n} 000 units", "{n}\u202f000 units"),
        ),
        "space before a percent sign": planted(
            ("{n} % of", "{n}% of"), ("{n}% of", "{n} % of"), ("{n}°C in", "{n} °C in")
        ),
        "spaces around a comparison or equals sign": planted(
            ("p<0.0{k} in", "p < 0.0{k} in"), ("n = {n} in", "n={n} in"), ("≥{n} in", "≥ {n} in")
        ),
        "unit in one or two characters": planted(
            ("{n} ㎎ of", "{n} mg of"), ("{n}㎏ of", "{n}kg of"), ("{n} km of", "{n} ㎞ of")
        ),
        "dots of an ellipsis of the page": planted(
            ("so . . . it is", "so … it is"), ("so ... it is", "so … it is"), ("so … it is", "so ... it is")
        ),
    },
)


def _break(passage: Passage, chooser: random.Random, marks: tuple[str, ...]) -> Pair | None:
    place = gap(passage.text, chooser)
    return (
        None
        if place is None
        else Pair(passage.text[:place] + chooser.choice(marks) + passage.text[place + 1 :])
    )


def _quoted_lines(passage: Passage) -> Pair:
    words = passage.text.split()
    half = len(words) // 2
    return Pair("> " + " ".join(words[:half]) + "\n> " + " ".join(words[half:]))
