"""Signs and symbols dropped, turned or put in: what is neither a letter nor a digit."""

from __future__ import annotations

from docanalyst.domain.selftest.kinds import kinds, planted

SIGNS = kinds(
    "signs",
    {
        "minus sign dropped": planted(("−{n}", "{n}"), ("-{n}.{k}", "{n}.{k}"), ("–{n}%", "{n}%")),
        "minus sign dropped after a blank": planted(("– {n}.{k}", "{n}.{k}"), ("− {n}", "{n}")),
        "minus sign put in": planted(("{n}.{k}", "−{n}.{k}"), ("{n}", "-{n}"), ("{n}%", "–{n}%")),
        "plus sign dropped": planted(("+{n}", "{n}"), ("+{k}.{j}%", "{k}.{j}%")),
        "plus changed to minus": planted(
            ("+{n}", "−{n}"), ("{n} + {k}", "{n} − {k}"), ("+{k}.{j}", "-{k}.{j}")
        ),
        "plus-minus turned into plus": planted(("{n} ± {k}", "{n} + {k}"), ("±{k}", "+{k}")),
        "plus-minus dropped": planted(("{n} ± {k}", "{n} {k}"), ("±{k}", "{k}")),
        "brackets of a negative amount dropped": planted(
            ("({t})", "{t}"), ("({n})", "{n}"), ("$({t})", "${t}")
        ),
        "brackets of a negative amount put in": planted(
            ("{t}", "({t})"), ("{n}", "({n})"), ("${t}", "$({t})")
        ),
        "comparison reversed": planted(
            ("> {n}", "< {n}"),
            ("<{n}", ">{n}"),
            ("≥ {n}", "≤ {n}"),
            ("≤{n}", "≥{n}"),
            ("p < 0.0{k}", "p > 0.0{k}"),
        ),
        "comparison made strict or loose": planted(
            ("≥ {n}", "> {n}"), ("<{n}", "≤{n}"), ("> {n}", "≥ {n}"), ("≤ {n}", "< {n}")
        ),
        "comparison dropped": planted(("> {n}", "{n}"), ("<{n}", "{n}"), ("≥ {n}", "{n}"), ("≤{n}%", "{n}%")),
        "comparison put in": planted(("{n}", "> {n}"), ("{n}", "<{n}"), ("{n}%", "≥ {n}%")),
        "equals turned into not equals": planted(
            ("a = {n}", "a ≠ {n}"), ("r ≠ {k}", "r = {k}"), ("x = y", "x ≠ y")
        ),
        "equals turned into nearly equals": planted(("a = {n}", "a ≈ {n}"), ("≈ {n}", "= {n}")),
        "about sign dropped": planted(("~{n}", "{n}"), ("≈{n}", "{n}"), ("∼{n}%", "{n}%")),
        "times sign turned": planted(
            ("{n} × {k}", "{n} + {k}"), ("{n} × {k}", "{n} ÷ {k}"), ("{k}×{j}", "{k}/{j}")
        ),
        "times sign dropped": planted(("{n} × {k}", "{n} {k}"), ("{k}×{j}", "{k}{j}"), ("{n}·{k}", "{n}{k}")),
        "root sign dropped": planted(("√{k}", "{k}"), ("√{n}", "{n}"), ("∛{n}", "√{n}")),
        "factorial mark dropped": planted(("{k}! ways", "{k} ways"), ("{n}!/{k}!", "{n}/{k}")),
        "caret of a power dropped": planted(("{k}^{j}", "{k}{j}"), ("10^{k}", "10{k}"), ("x^{k}", "x{k}")),
        "absolute bars dropped": planted(("|x|", "x"), ("|z| > {k}", "z > {k}"), ("‖v‖", "v")),
        "percent sign dropped": planted(("{n}%", "{n}"), ("{k}.{j} %", "{k}.{j}")),
        "percent sign put in": planted(("{n}", "{n}%"), ("{k}.{j}", "{k}.{j}%")),
        "percent turned into per mille": planted(("{n}%", "{n}‰"), ("{k}‰", "{k}%")),
        "degree sign dropped": planted(("{n}° angle", "{n} angle"), ("{n}°C", "{n}C"), ("{n} °F", "{n} F")),
        "feet turned into inches": planted(("{k}′", "{k}″"), ("{k}'", '{k}"'), ("{n}″", "{n}′")),
        "foot or inch mark dropped": planted(
            ("{k}′ {j}″", "{k} {j}"), ("{k}′ wide", "{k} wide"), ("{n}″ wide", "{n} wide")
        ),
        "currency sign dropped": planted(
            ("${t}", "{t}"), ("€{n}", "{n}"), ("£{n}.{k}0", "{n}.{k}0"), ("{n}¢", "{n}")
        ),
        "currency sign put in": planted(("{t}", "${t}"), ("{n}", "€{n}"), ("{n}", "£{n}")),
        "currency sign turned": planted(
            ("${t}", "€{t}"), ("€{n}", "£{n}"), ("£{n}", "${n}"), ("¥{t}", "${t}"), ("₹{t}", "₨{t}")
        ),
        "rare currency sign turned": planted(
            ("₩{t}", "₱{t}"), ("₺{n}", "₴{n}"), ("₪{n}", "₫{n}"), ("{n}₽", "{n}₸"), ("฿{n}", "₿{n}")
        ),
        "currency sign behind the figure turned": planted(
            ("{n} €", "{n} $"), ("{t} £", "{t} €"), ("{n} kr.", "{n} €.")
        ),
        "country of a dollar changed": planted(
            ("US${t}", "A${t}"), ("C${n}", "${n}"), ("${n}", "HK${n}"), ("S${t}", "US${t}")
        ),
        "arrow turned": planted(
            ("↑ {n}", "↓ {n}"), ("a → b", "a ← b"), ("↓", "↑"), ("A ⇒ B", "A ⇐ B"), ("↔", "→")
        ),
        "arrow dropped": planted(("↑ {n}", "{n}"), ("a → b", "a b"), ("↓{n}%", "{n}%")),
        "box ticked or unticked": planted(
            ("☒ Yes", "☐ Yes"), ("☐ No", "☑ No"), ("☒ Yes ☐ No", "☐ Yes ☒ No"), ("☑", "☐")
        ),
        "tick turned into cross": planted(("✓ approved", "✗ approved"), ("✔", "✘"), ("✘ met", "✔ met")),
        "tick or box dropped": planted(
            ("☐ accepted", "accepted"), ("✗ accepted", "accepted"), ("☒ accepted", "accepted")
        ),
        "male and female sign exchanged": planted(("♂", "♀"), ("{n} ♀", "{n} ♂"), ("♀ mice", "♂ mice")),
        "sign of logic turned": planted(
            ("∀x", "∃x"),
            ("A ∧ B", "A ∨ B"),
            ("¬A", "A"),
            ("A ∩ B", "A ∪ B"),
            ("a ∈ S", "a ∉ S"),
            ("A ⊂ B", "A ⊃ B"),
        ),
        "sign of the calculus turned or dropped": planted(
            ("∂f", "f"), ("∑x", "∏x"), ("∞", "0"), ("∇f", "f"), ("∫f", "∂f")
        ),
        "raised plus changed to minus": planted(
            ("CD{k}⁺ cells", "CD{k}⁻ cells"), ("Na⁺", "Na⁻"), ("CD{k}+ cells", "CD{k}− cells")
        ),
        "raised plus or minus dropped": planted(
            ("CD{k}⁺ cells", "CD{k} cells"),
            ("CD{k}⁻ cells", "CD{k} cells"),
            ("HLA-B{n}− cases", "HLA-B{n} cases"),
        ),
        "minus of a grade or blood group dropped": planted(
            ("rated A−", "rated A"),
            ("group O− blood", "group O blood"),
            ("rated BB+", "rated BB"),
            ("AA- notes", "AA notes"),
        ),
        "minus of a grade turned into plus": planted(
            ("rated A−", "rated A+"), ("group O− blood", "group O+ blood"), ("rated BBB-", "rated BBB+")
        ),
        "sign of a product or language name dropped": planted(
            ("C# code", "C code"),
            ("C++ code", "C code"),
            ("F# code", "F code"),
            (".NET code", "NET code"),
            ("A* search", "A search"),
            ("Yahoo! mail", "Yahoo mail"),
        ),
        "star of significance dropped": planted(
            ("{n}**", "{n}"), ("{k}.{j}*", "{k}.{j}"), ("{n}***", "{n}*")
        ),
        "dagger turned": planted(("cases†", "cases‡"), ("{n}†", "{n}‡"), ("{n}‡", "{n}")),
        "section or paragraph sign dropped": planted(("§ {n}", "{n}"), ("¶ {k}", "{k}"), ("§{n}", "¶{n}")),
        "number sign dropped": planted(("#{k}", "{k}"), ("# {n}", "{n}"), ("№ {n}", "{n}")),
        "ampersand dropped": planted(
            ("AT&T", "ATT"), ("R&D", "RD"), ("Smith & Jones", "Smith Jones"), ("Q&A", "QA")
        ),
        "ampersand changed to a slash": planted(("profit & loss", "profit / loss"), ("R&D", "R/D")),
        "at sign changed": planted(("{n} @ ${k}", "{n} ${k}"), ("{n} @ ${k}", "{n} & ${k}")),
        "slash between words dropped": planted(
            ("and/or", "and or"), ("his/her", "his her"), ("buyer/seller", "buyer seller")
        ),
        "slash between words turned into a hyphen or comma": planted(
            ("buyer/seller", "buyer-seller"), ("and/or", "and, or"), ("he/she", "he-she")
        ),
        "table cells run together": planted(
            ("{n} | {u}", "{n} {u}"), ("{k} | {j}", "{k}{j}"), ("{k} | {t}", "{k} {t}")
        ),
        "trade mark sign changed": planted(
            ("Plavix® doses", "Plavix© doses"), ("Kindle™ sales", "Kindle℠ sales")
        ),
        "hyphen of a web address dropped": planted(
            ("www.the-rapist.org", "www.therapist.org"),
            ("https://my-site.example/a-b", "https://my-site.example/ab"),
        ),
        "stop or slash of a web address dropped": planted(
            ("https://example.org/a/b", "https://example.org/ab"),
            ("www.a.example.org", "www.aexample.org"),
            ("docs.example.org/v{k}.{j}", "docs.example.org/v{k}{j}"),
        ),
        "sign in the query of a web address changed": planted(
            ("example.org/?id={k}&on=1", "example.org/?id={k}on=1"),
            ("example.org/a_b", "example.org/ab"),
            ("example.org/#a", "example.org/a"),
            ("example.org/a~b", "example.org/ab"),
        ),
        "scheme or domain of a web address changed": planted(
            ("https://example.org", "http://example.org"),
            ("example.com", "example.org"),
            ("example.co.uk", "example.co"),
        ),
        "stop or sign of an e-mail address dropped": planted(
            ("first.last@example.org", "firstlast@example.org"),
            ("a_b@example.org", "ab@example.org"),
            ("a-b@example.org", "ab@example.org"),
            ("ann@example.org", "ann example.org"),
            ("ann+b@example.org", "annb@example.org"),
        ),
        "sign in a file or field name dropped": planted(
            ("max_size", "maxsize"),
            ("report-v{k}.pdf", "report v{k}.pdf"),
            ("a.b.c", "abc"),
            ("C:\\data", "C:data"),
        ),
    },
)
