"""Words that turn the meaning of a passage when one is changed, added or left out; folded."""

from __future__ import annotations

from docanalyst.domain.language.folding import fold_word
from docanalyst.domain.language.months import MONTHS, SHORT_MONTHS
from docanalyst.domain.language.numerals import NUMBER_NAMES


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold_word, text.split()))


NEGATIONS = _words(
    "not no non nor never neither none nothing nobody nowhere without cannot unless except excepting "
    "exception exceptions excepted excluding exclude excludes excluded exclusion isn aren wasn weren "
    "doesn didn don won wouldn shan shouldn couldn hasn haven hadn mustn needn lack lacks lacking "
    "absent absence prohibited prohibit prohibits forbidden fail fails failed failing failure deny "
    "denies denied refuse refuses refused refusal disclaim disclaims waive waives waived instead hardly "
    "scarcely barely seldom rarely unable false nicht kein keine keinen keinem keiner keines nie "
    "niemals ohne weder außer ausser ausgenommen ausschluss sondern ne n pas jamais aucun aucune sans "
    "ni rien sauf hormis excepté nullement sin nunca jamás ningún ninguna ninguno nada tampoco salvo "
    "excepto не нет ни без кроме никогда нельзя никто ничто исключением "
    "исключая 不 未 无 無 非 没 沒 否 除 勿 禁 "
    "免 莫"
)

MODAL_VERBS = _words(
    "shall may must will should would could might can cannot ought muss müssen kann können darf dürfen "
    "soll sollen sollte wird werden würde doit doivent peut peuvent devra devront pourra pourrait debe "
    "deben puede pueden deberá podrá podría должен должна должны может могут обязан обязана обязаны"
)
"""Verbs that another verb follows, if not at once: "may, at its own choice, cancel"."""

MODALS = MODAL_VERBS | _words(
    "need required requires require obliged obligated entitled permitted allowed authorized authorised "
    "вправе следует 须 須 必 应 應 可 能 得 当 當"
)

CONDITIONS = _words(
    "if unless until till provided providing save otherwise notwithstanding conditional contingent "
    "assuming subject only solely merely exclusively purely pending lest contrary lieu allegedly "
    "alleged purportedly purported possibly perhaps supposedly reportedly claimed claims argued argues "
    "contended believes believed opinion view some half part partly partially minority hypothetically "
    "doubtful angeblich vielleicht möglicherweise teilweise einige hälfte wenn falls sofern soweit "
    "solange vorbehaltlich unbeschadet sonst andernfalls nur lediglich ausschließlich ausschliesslich "
    "bloß höchstens prétendument peut-être certains moitié partie partiellement si pourvu réserve sinon "
    "seulement uniquement exclusivement supuestamente quizás algunos mitad parte siempre condición solo "
    "sólo solamente únicamente exclusivamente якобы возможно некоторые часть половина если пока условии "
    "иначе только лишь исключительно 若 如 则 則 倘 限 据 據 部 某 仅 僅 只 唯"
)
"""Conditions and restrictions that turn a sentence wherever they are in what is left out."""

RESTRICTIONS = _words(
    "but however when whenever where wherever while although though whether yet despite else still "
    "nevertheless nonetheless just exactly precisely alone mainly mostly primarily partly partially "
    "almost nearly approximately about roughly substantially materially maximum minimum least most less "
    "more fewer few little than exceed exceeds exceeding below above under over same temporarily "
    "provisionally after before prior since during upon allegedly purportedly possibly probably perhaps "
    "likely sometimes occasionally generally usually often limited bis aber jedoch doch trotz obwohl "
    "allein mindestens fast etwa ungefähr teilweise vielleicht möglicherweise kaum weniger mehr als "
    "nach vor mais toutefois cependant lorsque quand néanmoins malgré jusque seul seule moins plus "
    "environ presque partiellement guère après avant pero aunque cuando mientras hasta siquiera "
    "obstante menos más casi aproximadamente quizás tal apenas después antes но однако хотя когда менее "
    "более почти примерно едва около максимум минимум после до 但 虽 雖 至 少 多 约 約 超"
)
"""Words that restrict or turn what is right beside them."""

AUXILIARIES = _words(
    "is are was were be been has have had do does did am ist sind war waren hat haben hatte est sont "
    "était a ont es son fue era ha han tiene является были был была"
)

QUANTIFIERS = _words(
    "any all each every some several many most few both either neither none only solely exclusively "
    "least more less fewer half majority entire whole"
)

NUMBER_WORDS = NUMBER_NAMES | _words(
    "hundred hundreds thousand thousands million millions billion billions trillion dozen half third thirds "
    "quarter quarters once twice double triple single eins zwei drei vier fünf "
    "sechs sieben acht neun zehn elf zwölf zwanzig dreißig deux trois quatre cinq sept huit neuf dix "
    "onze douze vingt trente dos tres cuatro cinco seis siete ocho nueve diez doce veinte treinta один "
    "два три четыре пять шесть семь восемь девять десять 一 二 三 四 五 六 七 八 九 十 两 兩 半"
)

SCALES = _words(
    "hundred hundreds thousand thousands million millions billion billions trillion trillions lakh "
    "crore dozen mn bn k m hunderttausend tausend hundert millionen milliarden cent mille "
    "millones mil тысяч тысячи миллион миллионов 百 千 万 億 亿"
)
"""More than the scales that `numerals` reads: to turn a number a word need not be read as one."""

DATE_WORDS = _words(
    " ".join(month for month in (*MONTHS, *SHORT_MONTHS) if month != "May")  # "may" is a modal verb first
    + " monday tuesday wednesday thursday friday saturday sunday today "
    "tomorrow yesterday"
)

MONEY_WORDS = _words(
    "dollar dollars usd cent cents euro euros eur pound pounds gbp sterling yen jpy franc francs chf "
    "rupee rupees inr yuan renminbi rmb cny peso pesos won krw"
)

UNITS = _words(
    "second seconds minute minutes hour hours day days week weeks month months quarter quarters year "
    "years daily weekly monthly quarterly annual annually yearly business calendar mg g kg µg μg ug ng "
    "pg mcg ml l dl µl μl ul cl mm cm m km nm µm μm inch inches foot feet mile miles acre acres gallon "
    "gallons liter liters litre litres ton tons tonne tonnes barrel barrels percent per percentage mol "
    "mmol μmol µmol nmol pmol hz khz mhz kv mv v kw mw gw w °c degree degrees celsius fahrenheit gram "
    "grams kilogram kilograms milligram milligrams meter meters metre metres"
)

RAISED_UNITS = frozenset(unit for unit in UNITS if len(unit) < 4) | _words(
    "meter meters metre metres inch inches foot feet mile miles second seconds mmol μmol nmol pmol"
)
"""Units that take a power: "m²", "feet²"."""

PARTIES = _words(
    "licensor licensee lessor lessee landlord tenant buyer seller purchaser vendor supplier customer "
    "client company employer employee contractor subcontractor consultant distributor reseller agent "
    "principal borrower lender guarantor grantor grantee assignor assignee franchisor franchisee party "
    "parties affiliate affiliates shareholder stockholder member manager partner owner operator "
    "provider recipient user publisher author plaintiff defendant appellant appellee petitioner "
    "respondent claimant debtor creditor trustee beneficiary insurer insured indemnitor indemnitee "
    "disclosing receiving mortgagor mortgagee bailor bailee payor payee patients patient controls "
    "placebo subsidiary subsidiaries parent bank issuer underwriter investor investors founder founders "
    "corporation"
)

ASKING_FOR_A_NUMBER = _words(
    "within of than least most over under up to in on at for by from until after before section "
    "sections article articles clause clauses paragraph page pages exhibit schedule annex appendix "
    "table figure fig no number item part chapter note rule form line level phase stage grade group "
    "type class category version step arm dose cycle visit site case sample model lane panel row column "
    "series volume issue score factor chain unit zone tier block week day month year hour minute "
    "quarter point option question equation example experiment study trial cohort box tower building "
    "floor room suite lot plot account code key port channel mode plus minus equals times"
)
"""Words after which a number belongs to them: it is no reference mark."""

ABBREVIATIONS_OF_NUMBERS = _words(
    "no nos sec secs art arts fig figs vol vols pp ch chs cl para paras eq eqs ref refs cf ver st tel "
    "ext ed eds approx ca tab pt pts ser app exh sched nr abs ziff az bd rn al chap alt"
)
"""Abbreviations after which a number belongs to them: "No.5", "p.12"."""

FUNCTION_WORDS = _words(
    "a an the and or but nor not no of in on at to by for from with within without under over than as "
    "is are was were be been being am shall will may must can could would should might has have had do "
    "does did if unless until when where which that this these those it its any all each every such "
    "least most about approximately between during after before since up exceed exceeds exceeding equal "
    "equals pay pays paid"
)
"""Words after which a number in brackets is one that was filled in, and no reference mark."""
