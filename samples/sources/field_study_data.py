"""Simulates the data behind `field-study.pdf` and writes every number of the paper to `field-study.json`.

    python samples/sources/field_study_data.py

The farms do not exist; the seed is fixed, so the numbers are the same on every run. Two flaws that the paper
plants on purpose (see samples/README.md) are typed into `field-study.typ` and are not in the data.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev

FARMS, PLOTS = 24, 3  # plots for each farm and arm
DAYS, DRAWN = 163, 3_208  # days on which a farm should have drawn the cloth; days on which all farms did
LOST = {("shade", farm, plot) for farm, plot in ((3, 1), (8, 0), (8, 2), (15, 1), (20, 2))} | {
    ("open", farm, plot) for farm, plot in ((1, 0), (4, 2), (9, 1), (9, 2), (13, 0), (17, 1), (22, 2))
}
OUTCOMES: dict[str, tuple[float, float, float, float, float, float, int]] = {
    # base, sd between farms, effect, sd of the effect, sd between plots, effect of season 2, decimals
    "water": (318.0, 27.0, -56.0, 31.0, 25.0, 21.0, 1),
    "yield": (6.2, 0.8, 0.19, 0.55, 0.5, -0.3, 2),
    "sunscald": (14.5, 2.6, -6.2, 2.8, 2.4, 2.1, 1),
    "soil": (33.6, 1.1, -3.0, 0.9, 0.8, 1.2, 1),
    "labour": (11.4, 1.2, 1.3, 1.2, 1.0, 0.4, 1),
    "brix": (4.9, 0.25, -0.05, 0.2, 0.22, 0.05, 2),
}
MINUS = "\N{MINUS SIGN}"


def t_tail(t: float, df: int) -> float:
    """Two-sided p of Student's t, by Simpson's rule on the density."""
    scale: float = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    steps, upper = 4_000, abs(t)
    width = upper / steps
    total: float = sum(
        (1 if k in (0, steps) else 4 if k % 2 else 2) * (1 + (k * width) ** 2 / df) ** (-(df + 1) / 2)
        for k in range(steps + 1)
    )
    return max(0.0, 1 - 2 * scale * total * width / 3)


def t_quantile(df: int) -> float:
    """The 97.5 % point of Student's t."""
    low, high = 0.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, df) > 0.05 else (low, middle)
    return low


def number(value: float, decimals: int) -> str:
    """A number as printed, with a true minus sign."""
    text = f"{abs(value):.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def p_value(p: float) -> str:
    """A p value as printed."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def contrast(differences: Sequence[float], decimals: int) -> dict[str, str]:
    """Mean, 95 % interval and p value of farm differences, as printed."""
    mean, n = fmean(differences), len(differences)
    half = t_quantile(n - 1) * stdev(differences) / math.sqrt(n)
    p = t_tail(mean / (stdev(differences) / math.sqrt(n)), n - 1)
    interval = f"{number(mean - half, decimals)} to {number(mean + half, decimals)}"
    return {"n": str(n), "diff": number(mean, decimals), "ci": interval, "p": p_value(p), "raw_p": f"{p:.6f}"}


def interaction(first: Sequence[float], second: Sequence[float], decimals: int) -> dict[str, str]:
    """Difference between two groups of farms, with pooled variance, as printed."""
    n, m = len(first), len(second)
    pooled = ((n - 1) * stdev(first) ** 2 + (m - 1) * stdev(second) ** 2) / (n + m - 2)
    mean, error = fmean(first) - fmean(second), math.sqrt(pooled * (1 / n + 1 / m))
    half = t_quantile(n + m - 2) * error
    interval = f"{number(mean - half, decimals)} to {number(mean + half, decimals)}"
    return {"diff": number(mean, decimals), "ci": interval, "p": p_value(t_tail(mean / error, n + m - 2))}


def holm(contrasts: dict[str, dict[str, str]]) -> None:
    """Add Holm-adjusted p values to the secondary outcomes."""
    running = 0.0
    ordered = sorted(contrasts, key=lambda name: float(contrasts[name]["raw_p"]))
    for rank, name in enumerate(ordered):
        running = max(running, min(1.0, (len(ordered) - rank) * float(contrasts[name]["raw_p"])))
        contrasts[name]["holm"] = p_value(running)


def drawn_days(rng: random.Random, differences: Sequence[float]) -> list[int]:
    """Days on which each farm drew the cloth as asked, of DAYS; DRAWN in all."""
    centre = fmean(differences)
    days = [
        min(DAYS - 4, max(90, round(DRAWN / FARMS - 0.16 * (value - centre) + rng.gauss(0, 13))))
        for value in differences
    ]
    position = 0
    while sum(days) != DRAWN:
        step = 1 if sum(days) < DRAWN else -1
        if days[position % FARMS] + step <= DAYS - 4:
            days[position % FARMS] += step
        position += 1
    return days


def correlation(first: Sequence[float], second: Sequence[float]) -> dict[str, str]:
    """Pearson's r with a 95 % interval by Fisher's transformation, as printed."""
    a, b = fmean(first), fmean(second)
    r = sum((x - a) * (y - b) for x, y in zip(first, second, strict=True)) / (
        (len(first) - 1) * stdev(first) * stdev(second)
    )
    z, half = math.atanh(r), 1.959964 / math.sqrt(len(first) - 3)
    t = r * math.sqrt((len(first) - 2) / (1 - r * r))
    interval = f"{number(math.tanh(z - half), 2)} to {number(math.tanh(z + half), 2)}"
    return {"r": number(r, 2), "ci": interval, "p": p_value(t_tail(t, len(first) - 2))}


def by_month(open_: float, shade: float) -> list[dict[str, str]]:
    """Water applied month by month; the rounded months add up to the rounded season."""
    names = ("November", "December", "January", "February", "March")
    shares = {"open": (0.121, 0.197, 0.256, 0.249, 0.177), "saved": (0.048, 0.171, 0.322, 0.296, 0.163)}
    opens = [round(open_ * share, 1) for share in shares["open"]]
    saved = [round((open_ - shade) * share, 1) for share in shares["saved"]]
    opens[2] = round(opens[2] + round(open_, 1) - sum(opens), 1)
    saved[2] = round(saved[2] + round(round(open_, 1) - round(shade, 1), 1) - sum(saved), 1)
    return [
        {
            "month": name,
            "open": number(whole, 1),
            "shade": number(whole - less, 1),
            "diff": number(-less, 1),
            "percent": number(-less / whole * 100, 1),
        }
        for name, whole, less in zip(names, opens, saved, strict=True)
    ]


def simulate() -> dict[str, object]:
    """All numbers of the paper."""
    rng = random.Random(20_417)
    values: dict[tuple[str, str, int, int, int], float] = {}
    sandy = sorted(rng.sample(range(FARMS), 11))
    for name, (base, farm_sd, effect, effect_sd, plot_sd, season, _) in OUTCOMES.items():
        for farm in range(FARMS):
            level = rng.gauss(base, farm_sd)
            shift = rng.gauss(effect, effect_sd) + (effect * 0.18 if farm in sandy else -effect * 0.15)
            for arm in ("shade", "open"):
                for plot in range(PLOTS):
                    for year in (1, 2):
                        value = rng.gauss(level + (shift if arm == "shade" else 0.0), plot_sd)
                        if (arm, farm, plot) not in LOST:
                            values[name, arm, farm, plot, year] = max(
                                0.0, value + (season if year == 2 else 0)
                            )

    def mean(name: str, arm: str, farm: int, years: Sequence[int] = (1, 2)) -> float:
        return fmean(
            v for (n, a, f, _, y), v in values.items() if (n, a, f) == (name, arm, farm) and y in years
        )

    def differences(name: str, farms: Sequence[int], years: Sequence[int] = (1, 2)) -> list[float]:
        return [mean(name, "shade", farm, years) - mean(name, "open", farm, years) for farm in farms]

    def arm_summary(name: str, arm: str, decimals: int) -> str:
        means = [mean(name, arm, farm) for farm in range(FARMS)]
        return f"{number(fmean(means), decimals)} ({number(stdev(means), decimals)})"

    every = list(range(FARMS))
    adherence = drawn_days(random.Random(3_912), differences("water", every))
    loamy = [farm for farm in every if farm not in sandy]
    whole = [farm for farm in every if not any(lost[1] == farm for lost in LOST)]
    outcomes: dict[str, dict[str, str]] = {}
    for name, (*_, decimals) in OUTCOMES.items():
        outcomes[name] = contrast(differences(name, every), decimals) | {
            arm: arm_summary(name, arm, decimals) for arm in ("shade", "open")
        }
    holm({name: row for name, row in outcomes.items() if name != "water"})
    farm_differences = sorted(differences("water", every))
    shade, open_ = (fmean(mean("water", arm, farm) for farm in every) for arm in ("shade", "open"))
    return {
        "outcomes": outcomes,
        "water_percent": f"{(open_ - shade) / open_ * 100:.1f}",
        "subgroups": {
            "season1": contrast(differences("water", every, (1,)), 1),
            "season2": contrast(differences("water", every, (2,)), 1),
            "sandy": contrast(differences("water", sandy), 1),
            "loamy": contrast(differences("water", loamy), 1),
            "whole": contrast(differences("water", whole), 1),
            "trimmed": contrast(farm_differences[1:-1], 1),
        },
        "interaction": interaction(differences("water", sandy), differences("water", loamy), 1),
        "months": by_month(open_, shade),
        "less_water": sum(value < 0 for value in farm_differences),
        "table": [
            {
                "farm": f"F{farm + 1:02d}",
                "soil": "sandy" if farm in sandy else "loamy",
                "plots": " + ".join(
                    str(PLOTS - sum(lost[:2] == (arm, farm) for lost in LOST)) for arm in ("shade", "open")
                ),
                "shade": number(mean("water", "shade", farm), 1),
                "open": number(mean("water", "open", farm), 1),
                "diff": number(mean("water", "shade", farm) - mean("water", "open", farm), 1),
                "adherence": f"{adherence[farm] / DAYS * 100:.0f}",
            }
            for farm in every
        ],
        "adherence": correlation([days / DAYS for days in adherence], differences("water", every)),
        "adherence_range": f"{min(adherence) / DAYS * 100:.0f}% to {max(adherence) / DAYS * 100:.0f}%",
        "farms": [round(value, 1) for value in farm_differences],
        "mean": round(fmean(farm_differences), 2),
        "low": round(fmean(farm_differences) - t_quantile(23) * stdev(farm_differences) / math.sqrt(24), 2),
        "high": round(fmean(farm_differences) + t_quantile(23) * stdev(farm_differences) / math.sqrt(24), 2),
    }


if __name__ == "__main__":
    target = Path(__file__).with_name("field-study.json")
    target.write_text(json.dumps(simulate(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
