"""Text that reads like an instruction to a language model. It raises a warning; it never changes the text."""

from __future__ import annotations

import re
from functools import cache

_HINTS = (
    "instruction", "prompt", "disregard", "ignore", "assistant", "you are now", "language model", "as an ai",
    "chatgpt", "system:", "obey", "do not tell", "do not mention", "do not reveal", "when asked", "![", "llm",
    "javascript:", "end of document", "|im_", "<system", "[inst]", "reviewer", "positive review",
    "recommend accept",
)  # fmt: skip

_MODEL = r"(ai|llm|language model|chatgpt|claude|gemini|assistant|chatbot)s?"
_NAMED = r"(ai|llm|language model|chatgpt|chatbot|(ai|virtual) (assistant|reviewer|model))s?"
_RULES = r"(instructions?|prompts?|directions|rules|guidelines)"
_REPLY = r"(answer|respond|reply|output|say|report|recommend|rate|give|praise|summari[sz]e)"

_PATTERNS = (
    (
        "ignore,disregard,forget,override,bypass & instruction,prompt,directions,rules,guidelines",
        r"\b(ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
        r"\b(previous|prior|above|earlier|preceding|all|any|your|system|other)\b[^.\n]{0,30}\b"
        + _RULES
        + r"\b",
    ),
    (
        "instruction,prompt & model,reviewer,ai,llm,chatgpt,claude,gemini,assistant,chatbot",
        r"\b(new|updated|revised|hidden|secret|important|following)\s+(system\s+)?(instructions?|prompts?)\s*"
        r"(to|for)\s+(the\s+)?(model|reviewer|" + _MODEL + r")\b",
    ),
    (
        "you are & assistant,ai,language model,chatbot,mode",
        r"\byou are (now )?(a|an|in)\s[^.\n]{0,30}"
        r"\b(assistant|ai|language model|chatbot|maintenance mode|developer mode)\b",
    ),
    ("you are now in & mode", r"\byou are now in\b[^.\n]{0,30}\bmode\b"),
    (
        "ai,llm,language model,chatgpt,chatbot,virtual & must,should,shall,instructed,please",
        r"\b" + _NAMED + r"\b[^.\n]{0,40}\b(must|should|shall|are instructed to|is instructed to|please)\b"
        r"[^.\n]{0,60}\b" + _REPLY + r"\b",
    ),
    (
        "system,hidden,initial & prompt,instructions & reveal,print,repeat,output,show,leak",
        r"\b(reveal|print|repeat|output|show|leak)\b[^.\n]{0,30}"
        r"\b(system|hidden|initial) (prompt|instructions)\b",
    ),
    (
        "do not,don't,never & mention,reveal,tell,disclose,quote,cite & this,the user,the reader",
        r"\b(do not|don't|never)\s+(mention|reveal|tell|disclose|quote|cite)\b[^.\n]{0,50}"
        r"\b(this (text|instruction|message|note)|the user|the reader)\b",
    ),
    (
        "when & asked,answering,summari,reviewing,questioned & quote,answer,reply,respond,say,state,always",
        r"\bwhen (asked|answering|summari[sz]ing|reviewing|questioned)\b[^.\n]{0,60}"
        r"\b(quote|answer|reply|respond|say|state|always)\b[^.\n]{0,40}[:\"“]",
    ),
    (
        "![,http,]( & always,must & end,begin,start,finish,conclude,answer,respond,reply",
        r"\b(always|must)\s+(end|begin|start|finish|conclude|answer|respond|reply)\s+(your|with|every|each|all)\b"
        r"[^\n]{0,80}(!\[|https?://|\]\()",
    ),
    ("decode & obey,follow,execute,run", r"\bdecode\b[^.\n]{0,30}\b(obey|follow|execute|run)\b"),
    ("< & >", r"<\s*/?\s*(system|instructions?|documents?)\s*>[^\n]{0,80}(<|\[|you)"),
    ("|im_,[inst],[/inst],<<", r"<?\|im_(start|end)\|>?|\[/?inst\]|<<\s*sys\s*>>"),
    ("positive review", r"\bgive (a |only )?positive reviews?\b"),
    ("recommend accept", r"\brecommend accept(ing|ance)\b[^.\n]{0,40}\b(paper|manuscript|regardless)"),
)
"""What a text must hold (one of the words of each group) before a pattern is tried on it, and the pattern."""

_SPACED = re.compile(r"(?:\b\w[ \u00a0]{1,3}){9,}\w\b")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_LETTERS = re.compile(r" \w \w \w \w \w \w ")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_DISGUISED = re.compile("[\u0370-\u04ff\u180e\u200b-\u200d\u2060-\u2064\ufeff]")
_JOINERS = re.compile("[\u200b\ufeff\u200c\u200d\u2060\u2061-\u2064\u180e]")
_OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_MIXED = re.compile(
    r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]|[0-9][\u0400-\u04ff]|[\u0400-\u04ff][0-9]"
)
_DISGUISED_WORD = re.compile(
    r"(?<!\w)[0-9]*[\u0410\u0412\u0415\u0417\u041a\u041c-\u041e\u0420-\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445"
    r"\u0455\u0456\u0458\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7]{2,}(?!\w)"
)
"""Words wholly in Cyrillic or Greek letters that look like others, as "\u0417\u041e" is like "30"."""
_MOSTLY = 20
"""Latin letters for each other one, from which such a word is no word of its language."""
_IN_NUMBER = re.compile(
    # What stands before it is asked last: a pattern that begins with letters is searched four times as fast.
    r"[1-9Il](?<![\w.].)(?:(?<=[1-9])[0-9,]*[Oo][0-9]*|(?<=[Il])[0-9]{1,3}(?:,[0-9]{3})+)(?![\w.-])"
)
"""Numbers with a letter in the place of a figure, as "1O" for "10"."""
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕԁɡһԛԝɑοινΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXaeopcyxijsdghqwaoivABEZHIKMNOPTYX"
)
_LETTERS_APART = re.compile(r"(?<=\b\w)[ \u00a0](?=\w\b)")

EXCERPT = 120


def find_instruction(text: str) -> str:
    """The first stretch of a page that reads like an instruction to a language model, or "".

    Letters set apart, letters of other alphabets that look alike, joiners within words and base64 are seen
    through. About one real document in a thousand raises this.
    """
    found = _search(text)
    if found:
        return found
    if not text.isascii() and _DISGUISED.search(text):
        found = _search(_JOINERS.sub("", text).translate(_LOOKALIKES))
        if found:
            return found
    if _LETTERS.search(text):
        for match in _SPACED.finditer(text):
            stretch = _LETTERS_APART.sub("", text[match.start() : match.start() + 600].replace("\n", " "))
            found = _search(stretch) or _search_folded(stretch)
            if found:
                return found
    if max(map(len, text.split()), default=0) >= 32:
        for match in _ENCODED.finditer(text):
            decoded = _decoded(match.group())
            if decoded and (found := _search(decoded)):
                return f"{found} (encoded)"
    return ""


def mixed_scripts(text: str) -> list[str]:
    """Words in letters that look like others: of two alphabets, of another alphabet than the text, or with a
    letter in the place of a figure."""
    found = [match.group() for match in _IN_NUMBER.finditer(text)]
    if text.isascii() or not _OTHER_ALPHABET.search(text):
        return found
    found += [word for word in text.split() if _MIXED.search(word)]
    latin = sum(map(str.isalpha, text)) - len(_OTHER_ALPHABET.findall(text))
    foreign = _DISGUISED_WORD.findall(text)
    if latin > _MOSTLY * len(_OTHER_ALPHABET.findall(text)):
        found += [word for word in foreign if word not in found]
    return found


def _search(text: str) -> str:
    line = text.replace("\n", " ")
    small = line.casefold()
    if not any(hint in small for hint in _HINTS):
        return ""
    for number, groups in enumerate(_needs()):
        if all(any(word in small for word in words) for words in groups):
            match = _pattern(number).search(line)
            if match:
                return " ".join(line[match.start() : match.start() + EXCERPT].split())
    return ""


_FOLDED = re.compile(
    r"(ignore|disregard|forget)(all|any|the)?(previous|prior|above|earlier)(instructions?|prompts?)"
)


@cache
def _needs() -> list[list[list[str]]]:
    """For each pattern the groups of words of which a text must hold one each."""
    return [[group.split(",") for group in needs.split(" & ")] for needs, _ in _PATTERNS]


@cache
def _pattern(number: int) -> re.Pattern[str]:
    """A pattern, compiled when a text first holds its words: in most documents none does."""
    return re.compile(_PATTERNS[number][1], re.IGNORECASE)


def _search_folded(text: str) -> str:
    """As `_search`, for letters whose word spaces are lost among the spaces between them."""
    match = _FOLDED.search(re.sub(r"\W+", "", text.lower()))
    return match.group() if match else ""


def _decoded(text: str) -> str:
    import base64
    import binascii

    try:
        data = base64.b64decode(text[: len(text) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return ""
    decoded = data.decode("utf-8", "replace")
    readable = sum(character.isprintable() for character in decoded)
    return decoded if readable > 0.9 * len(decoded) else ""
