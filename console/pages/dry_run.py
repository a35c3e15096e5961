"""What a dry run found, as templates/matchers/parts/effect.html takes it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from console.display import UNKNOWN, moment, money, plain, short_day, signed
from console.pages.links import link
from console.pages.setting_words import PAIR_WORDS, money_words
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.matching.asked_matcher import LEDGER_BANK
from reconciliation.matching.reasons import RULES

KEYS = {0: "no key", 1: "By payment id", 2: "By transaction id", 3: "By order id", 4: "By merchant reference"}
WORDS = {"closes": "would close", "changes": "would change", "opens": "would open"}


def effect_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """figures: [{label, value, tone, says: [text]}], matches, cases, days, ahead."""
    return _calendar(result) if result["about"] != "matcher" else _matcher(result)


def _matcher(result: Mapping[str, Any]) -> dict[str, Any]:
    matches, cases = result["matches"], result["cases"]
    gained = sum(m["count"] for m in matches["changed"] if m["what"] == "gained")
    lost = sum(m["count"] for m in matches["changed"] if m["what"] == "lost")
    bank = result["subject"] == LEDGER_BANK
    figures = [
        {"label": "Matches", "value": f"{gained - lost:+,}".replace("-", "−") if gained != lost else "0", "tone": "",
         "says": [f"{matches['before']:,} in force, {matches['after']:,} drafted{'' if bank else ', both pairs of planes'}",
                  f"{gained:,} gained, {lost:,} lost"]},
        *(
            {"label": f"Cases that {WORDS[what]}", "value": f"{cases[what]:,}", "tone": "t-warn" if cases[what] else "",
             "says": [money_words(cases["money"].get(what, {})) or "no money"]}
            for what in ("closes", "opens", "changes")
        ),
    ]  # fmt: skip
    if not bank and any(result["acts"].values()):
        acts = result["acts"]
        figures.append({"label": "Done by rule", "value": f"{sum(acts.values()):,}", "tone": "t-warn",
                        "says": [f"{acts['posted']:,} posted, {acts['fulfilled']:,} fulfilled"]})  # fmt: skip
    return {
        "figures": figures, "said": _said(result, bank), "matches": [_match(m, bank) for m in matches["changed"]],
        "cases": [_case(c) for c in cases["listed"]], "unlisted": cases["unlisted"],
        "days": [_day(d) for d in result["days"]], "ahead": [], "pair": PAIR_WORDS[result["subject"]],
        "nothing": not (matches["changed"] or cases["listed"] or result["days"] or result["within_tolerance"]),
    }  # fmt: skip


def _said(result: Mapping[str, Any], bank: bool) -> list[str]:
    told = []
    before, after = result["matches"]["beyond_window"]
    if before != after:
        told.append(
            f"Matches that say their days lie beyond the value date window: {before:,} in force, {after:,} drafted."
        )
    what = (
        "Differences that say they lie within the tolerance"
        if bank
        else "Matches whose amounts differ within the tolerance"
    )
    for asset, (n, minor, n2, minor2) in result["within_tolerance"].items():
        if (n, minor) != (n2, minor2):
            sums = [
                f"{count:,} of {money(int(m), EXPONENTS[asset])} {asset}" if count else "none"
                for count, m in ((n, minor), (n2, minor2))
            ]
            told.append(f"{what}, {asset}: {sums[0]} in force, {sums[1]} drafted.")
    for asset, (then, later) in result["open"].items():
        if then != later:
            sums = [signed(int(minor), EXPONENTS[asset]) for minor in (then, later)]
            told.append(f"Open differences in {asset}: {sums[0]} in force, {sums[1]} drafted.")
    return told


def _match(m: Mapping[str, Any], bank: bool) -> dict[str, Any]:
    words = RULES if bank else KEYS
    shown = f"{money(int(m['minor']), EXPONENTS[m['asset']])}" if m["asset"] else ""
    return {
        "what": m["what"],
        "rule": words[m["rule"]].rstrip("."),
        "count": f"{m['count']:,}",
        "money": shown,
        "asset": m["asset"],
    }


def _case(c: Mapping[str, Any]) -> dict[str, Any]:
    exponent = EXPONENTS[c["asset"]] if c["asset"] else 0
    before, after = (_signed(c[name], exponent) for name in ("contribution", "contribution_after"))
    opens, closes = c["what"] == "opens", c["what"] == "closes"
    first, then = plain(c["class"] or ""), plain(c["class_after"] or "")
    return {
        "word": WORDS[c["what"]], "tone": "warn" if closes else "drift" if opens else "info",
        "ref": f"C-{c['case']}" if c["case"] is not None else "not open yet",
        "href": link("exception-case", c["case"]) if c["case"] is not None else "",
        "class": then if opens else first, "class_after": then if not (opens or closes) and first != then else "",
        "before": "" if opens else before, "after": after if not closes else "", "asset": c["asset"],
        "where": f"{c['account'] or c['payment'] or ''}", "day": short_day(date.fromisoformat(c["day"])),
    }  # fmt: skip


def _day(d: Mapping[str, Any]) -> dict[str, Any]:
    exponent = EXPONENTS[d["asset"]]
    on = date.fromisoformat(d["day"])
    return {
        "account": d["account"], "asset": d["asset"], "day": short_day(on), "href": link("drift-check", d["account"], on),
        "verdict": d["verdict"], "drift": [_signed(x, exponent) for x in d["drift"]],
        "gross": [UNKNOWN if x is None else money(int(x), exponent) for x in d["gross"]], "open": [f"{x:,}" for x in d["open"]],
    }  # fmt: skip


def _calendar(result: Mapping[str, Any]) -> dict[str, Any]:
    entries, lines, moved, booked = result["moved"]
    asset, exponent = result["asset"], EXPONENTS[result["asset"]]
    figures = [
        {"label": "Days to come cut otherwise", "value": f"{len(result['ahead']):,}", "tone": "",
         "says": ["of the 40 after its date"]},
        {"label": "Entries on other days", "value": f"{entries:,}", "tone": "", "says": [f"{money(int(moved), exponent)} {asset}"]},
        {"label": "Lines on other days", "value": f"{lines:,}", "tone": "", "says": [f"{money(int(booked), exponent)} {asset}"]},
        {"label": "Past days that would have shown otherwise", "value": f"{len(result['days']):,}",
         "tone": "t-warn" if result["days"] else "",
         "says": [f"{plural(result['beyond_grace'], 'match', 'matches')} further apart than the grace"]},
    ]  # fmt: skip
    return {
        "figures": figures, "said": [], "matches": [], "cases": [], "unlisted": 0, "days": [],
        "past": [
            {"day": short_day(date.fromisoformat(d["day"])), "before": _cut_day(d["before"], exponent),
             "after": _cut_day(d["after"], exponent)}
            for d in result["days"]
        ],
        "asset": asset, "ahead": [_ahead(d) for d in result["ahead"]], "pair": result["subject"],
        "nothing": not (result["ahead"] or result["days"] or entries or lines),
    }  # fmt: skip


def _cut_day(said: Mapping[str, Any] | None, exponent: int) -> dict[str, str] | None:
    if said is None:
        return None
    rows = f"{plural(said['entries'], 'entry', 'entries')}, {plural(said['lines'], 'line')}"
    return {"rows": rows, "drift": _signed(said["drift"], exponent)}


def _ahead(d: Mapping[str, Any]) -> dict[str, str]:
    return {"day": short_day(date.fromisoformat(d["day"])), "before": _span(d["before"]), "after": _span(d["after"])}


def _span(span: Sequence[str] | None) -> str:
    return (
        f"{moment(datetime.fromisoformat(span[0]))} to {moment(datetime.fromisoformat(span[1]))}"
        if span
        else "no day of its own"
    )


def _signed(minor: str | None, exponent: int) -> str:
    return UNKNOWN if minor is None else signed(int(minor), exponent)
