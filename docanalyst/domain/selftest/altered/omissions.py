"""Ellipses that join what does not belong together, or hide words that turn the sentence."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import Make, Pair, choose, first_of, gap, kinds, planted
from docanalyst.domain.selftest.passages import Passage

ELLIPSES = ("…", "...", ". . .", "[...]", "[…]", "[. . .]", "(...)")
"""Ways of marking an omission."""

_FOREIGN: dict[str, tuple[str, ...]] = {
    "German": (
        "Der Verkäufer haftet [nicht] für Schäden, die auf höherer Gewalt beruhen.",
        "Der Käufer zahlt den vollen Preis, [es sei denn,] die Ware ist bei der Lieferung beschädigt.",
        "Die Mieterin darf die Wohnung [nur] mit schriftlicher Zustimmung der Vermieterin untervermieten.",
        "Der Auftragnehmer liefert die Unterlagen [ohne] besondere Aufforderung an die Auftraggeberin.",
        "Die Kündigung wird wirksam, [sofern] die Gesellschaft ihr schriftlich zugestimmt hat.",
        "Der Lieferant erhält eine Frist von [dreißig] Tagen zur Beseitigung der Mängel.",
        "Der Vertreter erhält [keine] Provision für Geschäfte, die nach dem Vertrag zustande kommen.",
        "Die Parteien [müssen] alle Unterlagen nach dem Ende des Vertrages zurückgeben.",
    ),
    "French": (
        "Le vendeur garantit tous les défauts de la chose [sauf] ceux que l'acheteur connaissait déjà.",
        "Le locataire paie le loyer le premier jour du mois, [à moins que] le bailleur en décide autrement.",
        "La société [ne peut pas] céder le contrat à un tiers pendant la durée convenue.",
        "Le fournisseur livre les marchandises [sans] préavis aux magasins de la cliente.",
        "Le gérant signe les contrats [uniquement] avec l'accord écrit de tous les associés.",
        "Le prestataire dispose de [trente] jours pour remettre le rapport à la direction.",
        "L'acheteur est [jamais] responsable des frais de transport et de douane.",
    ),
    "Spanish": (
        "El vendedor [no] responde de los daños causados por el transporte de la mercancía.",
        "El arrendatario paga la renta el primer día del mes, [salvo que] el arrendador acuerde otra cosa.",
        "El contrato se renueva por un año [si] ambas partes lo acuerdan por escrito.",
        "La empresa entrega los documentos [sin] aviso previo a la oficina de la clienta.",
        "El socio puede vender sus acciones [solamente] con el acuerdo de los demás socios.",
        "El proveedor tiene un plazo de [treinta] días para entregar el informe final.",
        "El agente [nunca] cobra comisión por las ventas hechas fuera de su territorio.",
    ),
    "Russian": (
        "Продавец [не] отвечает за убытки, которые причинены перевозкой товара покупателю.",
        "Покупатель платит полную цену товара, [если] стороны договорились об этом письменно.",
        "Арендатор пользуется помещением [кроме] случаев, которые прямо указаны в договоре сторон.",
        "Общество передаёт документы [без] предварительного уведомления всех своих участников.",
        "Участник продаёт свою долю [только] с письменного согласия остальных участников общества.",
        "Поставщик [никогда] платит пошлины за товар, который вывозится за границу страны.",
        "Исполнитель имеет [тридцать] дней для передачи отчёта своему заказчику.",
    ),
    "Chinese": (
        "卖方对于运输过程中造成的货物损失[不]承担任何赔偿责任。",
        "买方应当在交货之日支付全部货款,[除非]双方另有书面约定并盖章。",
        "承租人经营该房屋的收入[仅]归出租人和承租人共同所有。",
        "公司向全体股东提供年度财务报告,[如果]股东以书面形式提出要求。",
        "供应商自收到通知之日起有[三十]天的时间改正交付的产品。",
        "代理人[没有]权利以委托人的名义签订任何形式的合同。",
        "员工[必须]在合同终止之后归还公司的全部文件和设备。",
    ),
}
"""Sentences of our own, the words that an ellipsis hides between square brackets."""


def hidden(*words: str) -> Make:
    """Makes quotations in which an ellipsis hides words of the sentence, given as regular expressions."""
    pattern = re.compile(rf" (?:{'|'.join(words)})(?=[ ,])", re.IGNORECASE)

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        found = [
            match
            for match in pattern.finditer(passage.text)
            if len(passage.text[: match.start()].split()) > 3 and len(passage.text[match.end() :].split()) > 3
        ]
        match = choose(found, chooser)
        if match is None:
            return None
        before, after = passage.text[: match.start()], passage.text[match.end() :].lstrip(" ,")
        return Pair(f"{before} {chooser.choice(ELLIPSES)} {after}")

    return make


def hidden_planted(*written: str) -> Make:
    """Makes quotations in which an ellipsis hides words put into the sentence."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        mark = chooser.choice(ELLIPSES)
        return planted(*((words, mark) for words in written))(passage, chooser)

    return make


def hidden_in(language: str) -> Make:
    """Makes quotations of a sentence in another language, in which an ellipsis hides a word that turns it."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        before, words, after = re.split(r"[\[\]]", chooser.choice(_FOREIGN[language]))
        blank = "" if language == "Chinese" else " "
        quote = before.rstrip() + blank + chooser.choice(ELLIPSES) + blank + after.lstrip()
        return Pair(quote, f"{passage.text} {before}{words}{after}")

    return make


def sentences_spliced(passage: Passage, chooser: random.Random) -> Pair | None:
    """The beginning of one sentence and the end of the next, joined by an ellipsis."""
    return _spliced(passage.text, passage.following, chooser)


def sentences_spliced_in_page_order(passage: Passage, chooser: random.Random) -> Pair | None:
    """The beginning of one sentence and the middle of the next, joined by an ellipsis."""
    first, other = passage.text.split(), passage.following.split()
    if len(other) < 14 or not _is_foreign(other[4:8], passage.text):
        return None
    return Pair(" ".join([*first[: chooser.randrange(5, 8)], chooser.choice(ELLIPSES), *other[4:11]]))


def distant_spliced(passage: Passage, chooser: random.Random) -> Pair | None:
    """The beginning of one sentence and the end of one on another page, joined by an ellipsis."""
    return _spliced(passage.text, passage.distant, chooser)


def _spliced(text: str, other: str, chooser: random.Random) -> Pair | None:
    first, last = text.split(), other.split()
    if len(last) < 9 or not _is_foreign(last[-4:], text):
        return None
    return Pair(
        " ".join(
            [*first[: chooser.randrange(4, 8)], chooser.choice(ELLIPSES), *last[-chooser.randrange(4, 8) :]]
        )
    )


def _is_foreign(words: list[str], text: str) -> bool:
    """Whether words are nowhere in a text: else both pieces could be of one sentence."""
    return " ".join(words).strip(".,;") not in text


def order_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """The end of a sentence before its beginning, joined by an ellipsis."""
    words = passage.text[:-1].split()
    if len(words) < 12:
        return None
    half = len(words) // 2
    return Pair(" ".join([*words[half:], chooser.choice(ELLIPSES), *words[:half]]))


def single_words(passage: Passage, chooser: random.Random) -> Pair | None:
    """Single words of a sentence, with ellipses between them."""
    words = [word for word in passage.text[:-1].split() if word.isalpha()]
    if len(words) < 12:
        return None
    mark = chooser.choice(ELLIPSES)
    return Pair(f" {mark} ".join(words[at] for at in sorted(chooser.sample(range(len(words)), 5))))


def pairs_of_words(passage: Passage, chooser: random.Random) -> Pair | None:
    """Pairs of words from one sentence and the next, with ellipses between them."""
    words = f"{passage.text} {passage.following}".split()
    if len(passage.following.split()) < 10:
        return None
    mark = chooser.choice(ELLIPSES)
    starts = range(0, len(words) - 2, max(3, len(words) // 6))
    return Pair(f" {mark} ".join(" ".join(words[at : at + 2]) for at in starts))


def sentence_hidden_unmarked_half(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word changed after an ellipsis that is itself harmless."""
    place = gap(passage.text, chooser)
    if place is None:
        return None
    source = f"{passage.text[:place]} (as noted above) and never{passage.text[place:]}"
    return Pair(f"{passage.text[:place]} {chooser.choice(ELLIPSES)} and ever{passage.text[place:]}", source)


_NUMBERS = (
    r"\d[\d,.]*%?",
    "two",
    "three",
    "four",
    "five",
    "six",
    "ten",
    "twelve",
    "twenty",
    "thirty",
    "sixty",
    "ninety",
)

OMISSIONS = kinds(
    "omissions",
    {
        "an ellipsis hides a negation": first_of(
            hidden("not", "no", "never", "neither", "nor", "without", "cannot"),
            hidden_planted("not", "in no case"),
        ),
        "an ellipsis hides an exception": first_of(
            hidden("except", "excluding", "unless", "other than", "save", "notwithstanding"),
            hidden_planted(
                "except on Sundays",
                "other than rent",
                "save for tax",
                "with the exception of rent",
                "notwithstanding clause {k}",
            ),
        ),
        "an ellipsis hides a condition": first_of(
            hidden("if", "provided that", "only if", "until", "subject to", "as long as", "in the event"),
            hidden_planted(
                "if paid",
                "subject to tax",
                "provided that they sign",
                "on condition that they sign",
                "so long as it rains",
                "until the sale",
            ),
        ),
        "an ellipsis hides a modal verb": first_of(
            hidden("shall", "must", "may", "will", "should", "would", "can", "could"),
            hidden_planted("which may be", "that might be", "as must be"),
        ),
        "an ellipsis hides a number": first_of(
            hidden(*_NUMBERS), hidden_planted("within {n} days", "of ${t}", "by {n}%", "for twenty years")
        ),
        "an ellipsis hides a restrictive adverb": first_of(
            hidden("only", "solely", "exclusively", "merely", "at least", "at most"),
            hidden_planted("only", "solely", "hardly", "merely", "exclusively", "rarely", "almost"),
        ),
        "an ellipsis hides a word of quantity": first_of(
            hidden("some of", "few", "half of", "part of", "a minority of"),
            hidden_planted("some of", "few of", "a part of", "half of", "a minority of"),
        ),
        "an ellipsis hides a negative word": hidden_planted(
            "rather than",
            "instead of",
            "in lieu of",
            "fail to",
            "lack of",
            "prohibited from",
            "despite",
            "contrary to",
            "in the absence of",
            "denied by",
        ),
        "an ellipsis hides a negative contraction": hidden_planted(
            "which isn't so", "that doesn’t apply", "who won’t sign", "that can't be"
        ),
        "an ellipsis hides a hedge": hidden_planted(
            "allegedly", "possibly", "it is claimed", "in the view of the defendant", "purportedly", "perhaps"
        ),
        **{
            f"an ellipsis hides a word that turns the sentence, in {language}": hidden_in(language)
            for language in _FOREIGN
        },
        "an ellipsis joins two sentences": sentences_spliced,
        "an ellipsis joins a sentence to the middle of the next": sentences_spliced_in_page_order,
        "an ellipsis joins sentences of two pages": distant_spliced,
        "an ellipsis joins the parts of a sentence in the wrong order": order_turned,
        "ellipses between single words": single_words,
        "ellipses between pairs of words over two sentences": pairs_of_words,
        "a word changed behind an ellipsis": sentence_hidden_unmarked_half,
    },
)
