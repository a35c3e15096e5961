"""Settings that two people change, in words: matcher terms and calendars, line by line, and what differs between two."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from console.display import DAYS, day, money, plain, short_day, signed
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.matching.asked_matcher import LEDGER_BANK
from reconciliation.matching.planes.asked_terms import HOURS_OF

PAIR_WORDS = {
    LEDGER_BANK: "Ledger and bank", "commerce-provider": "Commerce and provider", "provider-ledger": "Provider and ledger"
}  # fmt: skip
HOUR_WORDS = {
    "pay": "Order and payment apart", "confirm": "Detected, not confirmed", "parts": "Between two parts",
    "gap": "Listed, not delivered",
    "post": "Confirmed, not posted",
}  # fmt: skip
MATCHER = "matcher"
Lines = list[tuple[str, str]]


def lines_of(about: str, subject: str, document: Mapping[str, Any]) -> Lines:
    """(label, words) of everything that a document says."""
    if not document:
        return []
    return _matcher(subject, document) if about == MATCHER else _calendar(document)


def diff_of(about: str, subject: str, was: Mapping[str, Any], then: Mapping[str, Any]) -> list[dict[str, str]]:
    """Of every line what it says now and then; `changed` where the two differ."""
    before, after = dict(lines_of(about, subject, was)), dict(lines_of(about, subject, then))
    labels = list(dict.fromkeys([*before, *after]))
    return [
        {"label": label, "before": before.get(label, ""), "after": after.get(label, ""),
         "changed": "yes" if before.get(label) != after.get(label) else ""}
        for label in labels
    ]  # fmt: skip


def asked_facts(payload: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    """What a request changes, what it leaves, and what its dry run found, for templates/approvals/parts/decision.html."""
    about = MATCHER if kind == "set_terms" else "calendar"
    rows = diff_of(about, payload["plane_pair"], payload["was"], payload["terms"])
    effect, since = payload["effect"], _period(payload["period"])
    found = _calendar_effect(effect) if about != MATCHER else _matcher_effect(effect)
    told = [{"label": label, "before": before, "after": after} for label, before, after in found]
    told[0]["label"] += f", dry run {since}"
    return rows + told


def own_cases(payload: Mapping[str, Any]) -> str:
    """The sentence that the checker must not miss; "" when none of the cases is of the one who asks."""
    own = payload.get("effect", {}).get("own", 0)
    return f"Closes {plural(own, 'case')} of the one who asks." if own else ""


def money_words(by_asset: Mapping[str, str]) -> str:
    """Signed sums of minor units, one an asset: never added up."""
    return ", ".join(f"{signed(int(minor), EXPONENTS[a])} {a}" for a, minor in sorted(by_asset.items()) if a)


def amounts(by_asset: Mapping[str, str]) -> str:
    return ", ".join(f"{money(int(minor), EXPONENTS[a])} {a}" for a, minor in sorted(by_asset.items())) or "none"


def _matcher(pair: str, said: Mapping[str, Any]) -> Lines:
    if pair == LEDGER_BANK:
        return [
            ("Value date window", plural(said["value_date_days"], "day")),
            ("References compared by", plain(said["reference_form"])),
            ("Narrative pattern", said["narrative_pattern"] or "none"),
            ("Tolerance", amounts(said["tolerance"])),
        ]
    lines = [(HOUR_WORDS[name], plural(said["hours"][name], "hour")) for name in HOURS_OF[pair]]
    lines.append(("Tolerance", amounts(said["tolerance"])))
    if pair == "commerce-provider":
        lines.append(("Underpayment closed by rule", amounts(said["underpaid_up_to"])))
    return lines


def _calendar(said: Mapping[str, Any]) -> Lines:
    holidays = [short_day(date.fromisoformat(d)) for d in said["holidays"]]
    return [
        ("In force from", day(date.fromisoformat(said["effective_from"]))), ("Zone", said["zone"]),
        ("Cut-over", said["cutover"]), ("Closed", ", ".join(DAYS[n - 1] for n in said["closed_weekdays"]) or "never"),
        ("Holidays", _some(holidays)), ("Grace", plural(said["grace_days"], "banking day")),
        ("Statement due", f"{plural(said['due_hours'], 'hour')} after the day ends"),
    ]  # fmt: skip


def _some(days: Sequence[str]) -> str:
    more = f" and {len(days) - 6} more" if len(days) > 6 else ""
    return ", ".join(days[:6]) + more if days else "none"


def _period(period: Sequence[str]) -> str:
    """Half-open as it is kept; the last day of it as it is said."""
    first, until = (date.fromisoformat(d) for d in period)
    return f"{short_day(first)} to {short_day(until - timedelta(days=1))}"


def _matcher_effect(effect: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    before, after = effect["matches"]
    told = [("Matches", f"{before:,}", f"{after:,}; {effect['gained']:,} gained, {effect['lost']:,} lost")]
    for what, label in (("closes", "Cases that would close"), ("opens", "would open"), ("changes", "would change")):
        sums = money_words(effect["money"].get(what, {}))
        told.append(
            (label if what == "closes" else f"Cases that {label}", "", f"{effect[what]:,}{f', {sums}' if sums else ''}")
        )
    told.append(("Cases of the one who asks that would close", "", f"{effect['own']:,}"))
    told.append(("Account days that would show otherwise", "", f"{effect['days']:,}"))
    if any(effect["acts"].values()):
        acts = effect["acts"]
        told.append(("Done by rule", "", f"{acts['posted']:,} posted, {acts['fulfilled']:,} fulfilled"))
    return told


def _calendar_effect(effect: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    entries, lines, _, _ = effect["moved"]
    return [
        ("Days to come cut otherwise", "", f"{effect['ahead']:,}"),
        ("Entries and lines on other days", "", f"{plural(entries, 'entry', 'entries')}, {plural(lines, 'line')}"),
        ("Days that would have shown otherwise", "", f"{effect['days']:,}"),
        ("Matches further apart than the grace", "", f"{effect['beyond_grace']:,}"),
    ]  # fmt: skip
