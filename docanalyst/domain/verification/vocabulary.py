"""Words that turn the meaning of a passage when one is changed, added or left out; folded."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = _words(
    "not no non nor never neither none nothing nobody nowhere without cannot unless except excepting "
    "excluding exclude excludes excluded exclusion isn aren wasn weren doesn didn won wouldn shan shouldn "
    "couldn hasn haven hadn mustn needn lack lacks absent absence prohibited prohibit nicht kein keine "
    "ohne ne pas sans sin ni nunca jamais"
)

MODALS = _words(
    "shall may must will should would could might can cannot ought need required obliged obligated "
    "entitled permitted allowed authorized authorised muss kann darf soll doit peut debe puede"
)

QUANTIFIERS = _words(
    "any all each every some several many most few both either neither none only solely exclusively least "
    "more less fewer half majority entire whole"
)

NUMBER_WORDS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "hundreds thousand thousands million millions billion billions trillion dozen half third thirds "
    "quarter quarters once twice first second fourth fifth sixth seventh eighth ninth tenth eleventh "
    "twelfth thirteenth fifteenth twentieth thirtieth double triple single"
)

DATE_WORDS = _words(
    "january february march april june july august september october november december jan feb mar apr "
    "jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday today "
    "tomorrow yesterday"
)

MONEY_WORDS = _words(
    "dollar dollars usd cent cents euro euros eur pound pounds gbp sterling yen jpy franc francs chf "
    "rupee rupees inr yuan renminbi rmb cny peso pesos won krw"
)

UNITS = _words(
    "second seconds minute minutes hour hours day days week weeks month months quarter quarters year "
    "years daily weekly monthly quarterly annual annually yearly business calendar mg g kg µg μg ug ng pg "
    "mcg ml l dl µl μl ul cl mm cm m km nm µm μm inch inches foot feet mile miles acre acres gallon "
    "gallons liter liters litre litres ton tons tonne tonnes barrel barrels percent per percentage mol "
    "mmol μmol µmol nmol pmol hz khz mhz kv mv v kw mw gw w °c degree degrees celsius fahrenheit gram "
    "grams kilogram kilograms milligram milligrams meter meters metre metres"
)

PARTIES = _words(
    "licensor licensee lessor lessee landlord tenant buyer seller purchaser vendor supplier customer "
    "client company employer employee contractor subcontractor consultant distributor reseller agent "
    "principal borrower lender guarantor grantor grantee assignor assignee franchisor franchisee party "
    "parties affiliate affiliates shareholder stockholder member manager partner owner operator provider "
    "recipient user publisher author plaintiff defendant appellant appellee petitioner respondent "
    "claimant debtor creditor trustee beneficiary insurer insured indemnitor indemnitee disclosing "
    "receiving mortgagor mortgagee bailor bailee payor payee patients patient controls placebo subsidiary "
    "subsidiaries parent bank issuer underwriter investor investors founder founders corporation"
)

ASKING_FOR_A_NUMBER = _words(
    "within of than least most over under up to in on at for by from until after before section sections "
    "article articles clause clauses paragraph page pages exhibit schedule annex appendix table figure "
    "fig no number item part chapter note rule form line level phase stage grade group type class "
    "category version step arm dose cycle visit site case sample model lane panel row column series "
    "volume issue score factor chain unit zone tier block week day month year hour minute quarter point "
    "option question equation example experiment study trial cohort box tower building floor room suite "
    "lot plot account code key port channel mode plus minus equals times"
)
"""Words behind which a number belongs to them: it is no reference mark."""
