"""A quote without what people and models add to one: markup, editorial notes, a list mark, our page marker.

Every form is tried, the one as given first; each is compared with the page in full. Nothing that could be a
word or a sign of the source is taken out.
"""

from __future__ import annotations

import html
import re
import unicodedata

from docanalyst.domain.language.folding import fold

_EDITORIAL_WORDS = (
    r"(?:(?:first|second|third|last|final|all|other|some|our|my|author's|author’s|original|internal|further|"
    r"bold(?:face)?|italics?)\s+){0,3}"
    r"(?:emphas[ie]s|italics?|bold(?:face)?|alterations?|brackets?|quotation\s+marks|quotations?|citations?|cites?|"
    r"footnotes?|references?|capitali[sz]ation|ellips[ie]s|paragraph\s+breaks?|line\s+breaks?|formatting|"
    r"parentheticals?|punctuation)"
    r"(?:(?:,\s+|\s+and\s+|,\s+and\s+)(?:internal\s+)?(?:emphas[ie]s|alterations?|brackets?|quotation\s+marks|quotations?|"
    r"citations?|footnotes?|references?|ellips[ie]s))*"
    r"\s+(?:added|mine|ours|supplied|in\s+(?:the\s+)?original|omitted|removed|altered|adopted|modified|changed)"
)
_EDITORIAL = re.compile(
    rf"[\[(]\s*[*_]{{0,2}}(?:sic\s*[.!?]{{0,2}}|cleaned\s+up|(?:our|my)\s+(?:emphasis|italics|translation)|{_EDITORIAL_WORDS})"
    rf"[*_]{{0,2}}\.?\s*[\])]",
    re.IGNORECASE,
)
_BARE_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|mark|br|q|span|p|cite|blockquote|small|div|li|ul|ol|code|tt|font)\s{0,3}/?>",
    re.IGNORECASE,
)
_BLANK_TAG = re.compile(r"</?(?:br|p|div|li|ul|ol|blockquote)\s{0,3}/?>", re.IGNORECASE)
_HEIGHT_TAG = re.compile(r"<(sup|sub)>([^<>]{1,12})</\1>", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"\[\^\d{1,4}\]")
_PAGE_MARKER = re.compile(r"\[D\d{1,4} p\.\d{1,5}(?: \(printed [^()\[\]]{1,200}\))? · [0-9a-f]{4,64}\]\s*")
_BLOCKQUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+(?![ \t]*[\d.$€£¥<>≤≥±%+−–-])", re.MULTILINE)
_LINE_MARK = re.compile(r"^(?:[ \t]*(?:[-*+•◦▪–—‣●■][ \t]+|#{1,6}[ \t]+))+(?![\d.$€£¥<>≤≥±%])")
_LIST_MARK = re.compile(
    r"^\s*(?:\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)])\s+(?=[\"“‘']?[^\W\d_a-z])"
)
_EMPHASIS = re.compile(
    r"(?<![\w*\\])(\*{1,3})(?=[\w“\"‘'(\[<$€£])((?:(?!\n\s*\n)[^*]){1,2000}?)(?<=[\w.,;:!?)\]”\"’'%])\1(?![\w*])"
    r"|(?<![\w_\\])(_{1,3})(?=[^\W_]|[“\"‘'(\[<$€£])((?:(?!\n\s*\n)[^_]){1,2000}?)(?<=[\w.,;:!?)\]”\"’'%])\3(?![\w_])"
    r"|(?<![=\\])(==)(?=[^\s=])([^=\n]{1,2000}?)(?<=[^\s=])\5(?!=)"
    r"|(?<![`\\])(`)(?=[^\s`])([^`\n]{1,2000}?)(?<=[^\s`])\7(?!`)"
)
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])(?!\\)(?![(\[]\s*\\)")
_CURRENCY_ESCAPE = re.compile(r"\\([$%&#_{}])")
_LATEX_NAMES = {
    "leqslant": "≤",
    "leq": "≤",
    "le": "≤",
    "geqslant": "≥",
    "geq": "≥",
    "ge": "≥",
    "neq": "≠",
    "ne": "≠",
    "lt": "<",
    "gt": ">",
    "pm": "±",
    "mp": "∓",
    "times": "×",
    "cdot": "·",
    "div": "÷",
    "approx": "≈",
    "sim": "~",
    "equiv": "≡",
    "degree": "°",
    "circ": "°",
    "infty": "∞",
    "rightarrow": "→",
    "to": "→",
    "leftarrow": "←",
    "uparrow": "↑",
    "downarrow": "↓",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
    "S": "§",
    "dots": "...",
    "ldots": "...",
    "quad": " ",
    "qquad": " ",
}
_LATEX_COMMAND = re.compile(
    r"\\(" + "|".join(sorted(_LATEX_NAMES, key=len, reverse=True)) + r")(?![A-Z]|[a-z]{2})\s?"
)
_LATEX_CIRC = re.compile(r"\^\{?\\circ\}?\s?")
_LATEX_WRAP = re.compile(
    r"\\(?:text(?:it|bf|rm|sc|tt|sf)?|math(?:rm|it|bf|sf)?|emph|underline|mbox)\{([^{}]{0,500})\}"
)
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\{(\d{1,4})\}\{(\d{1,4})\}")
_LATEX_SPACE = re.compile(r"\\[,;:!\s]|(?<=\S)~(?=\S)")
_MATH = re.compile(
    r"\$(\s?(?:\\[A-Za-z%][^$]{0,200}?|[<>=≤≥±×≈~]|[^$\s][^$]{0,200}?[<>=≤≥±×≈\\^_][^$]{0,200}?[^$\s<>=+-])\s?)\$"
)
_OPENERS, _CLOSERS = "“‘«„‹「『《\"'`", "”’»“›」』》\"'`"


LONGEST = 30_000
"""Characters of the longest quote that is cleaned up and compared word by word; a longer one is only looked
up as given. The longest gold clause has 9,000."""


def forms(quote: str) -> list[str]:
    """The forms of a quote to look up, without doubles; none for a quote without letters or digits."""
    given = quote.strip()
    if len(quote) > LONGEST:
        return [given]
    clean = clean_quote(quote)
    found = [given, unwrapped(given), clean, without_latex(clean)]
    return [form for form in dict.fromkeys(found) if fold(form)]


def clean_quote(quote: str) -> str:
    """A quote without markup, editorial notes and the marks around it. Omissions stay marked."""
    text = html.unescape(quote) if "&" in quote else quote
    text = unicodedata.normalize("NFC", text)
    text = _PAGE_MARKER.sub(" ", text)
    lines = text.strip().split("\n")
    if len(lines) > 1 and all(line.lstrip().startswith(">") for line in lines):
        text = "\n".join(line.lstrip()[1:] for line in lines)
    else:
        text = _BLOCKQUOTE.sub("", text)
    if "<" in text:
        text = _HEIGHT_TAG.sub(
            lambda match: ("^" if match[1].lower() == "sup" else "_") + f"{{{match[2].strip()}}}", text
        )
        text = _BARE_TAG.sub("", _BLANK_TAG.sub(" ", text))
    if "[" in text or "(" in text:
        text = _FOOTNOTE_MARK.sub("", _EDITORIAL.sub(" ", text))
    for _ in range(3):
        text = unwrapped(_LINE_MARK.sub("", text))
        text = _EMPHASIS.sub(lambda match: match[2] or match[4] or match[6] or match[8], text)
    return with_first_letter(unwrapped(_ESCAPED.sub("", text) if "\\" in text else text))


def without_latex(quote: str) -> str:
    """A quote with the usual LaTeX of figures written out: "$p \\leq 0.05$" is "p ≤ 0.05"."""
    if "$" not in quote and "\\" not in quote and "^{" not in quote:
        return quote
    text = _MATH.sub(r"\1", quote)
    text = _LATEX_FRACTION.sub(r"\1/\2", text)
    text = _LATEX_CIRC.sub("°", text)
    text = _LATEX_WRAP.sub(r"\1", text)
    text = _LATEX_COMMAND.sub(
        lambda match: _LATEX_NAMES[match[1]] + (" " if match[0][-1:].isspace() else ""), text
    )
    text = _LATEX_SPACE.sub(" ", text)
    return unwrapped(_CURRENCY_ESCAPE.sub(r"\1", text))


def without_list_mark(quote: str) -> str:
    """A quote without the number of an item that it begins with: "(a) The rent" is "The rent"."""
    return _LIST_MARK.sub("", clean_quote(quote), count=1)


def unwrapped(quote: str) -> str:
    """A quote without the pairs of quotation marks around it."""
    text = quote.strip()
    while len(text) > 1 and text[0] in _OPENERS and text[-1] in _CLOSERS:
        text = text[1:-1].strip()
    return text


_FIRST_LETTER = re.compile(r"^(\W*?)\[([^\W\d_])\](?=[^\W\d_])")
_ELLIPSIS = re.compile(
    r"\[\s{0,3}(?:(?:\.\s{0,2}){2,4}|…|-{2,3}|—|–|(?:\*\s{0,2}){3,5}|omitted|snip)\s{0,3}\]|\(\s{0,3}(?:(?:\.\s{0,2}){2,4}|…)\s{0,3}\)|"
    r"(?:\.[ \t\u00a0\n]?){3,}|(?:…[ \t\u00a0]?)+\.?|⋯+|(?<!\S)(?:\*[ \t\u00a0]?){3,5}(?!\S)"
)
_LETTERS_LEFT_OUT = re.compile(r"(?<=[^\W\d_])\[\s?\]")


def with_first_letter(quote: str) -> str:
    """A quote without the brackets around a first letter whose case was changed: "[t]he" is "the"."""
    return _FIRST_LETTER.sub(r"\1\2", quote)


def split_ellipsis(quote: str) -> list[str]:
    """The pieces of a quote between marked omissions; empty pieces left out."""
    return [with_first_letter(piece) for piece in map(str.strip, _ELLIPSIS.split(quote)) if fold(piece)]


def has_ellipsis(quote: str) -> bool:
    """Whether a quote marks an omission anywhere, its ends included."""
    return _ELLIPSIS.search(quote) is not None


def shortened_words(quote: str) -> list[str]:
    """The pieces of a quote between words whose ending is left out in brackets: "appli[] the rule"."""
    return _LETTERS_LEFT_OUT.split(quote)
