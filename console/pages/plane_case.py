"""The page of a case between commerce, provider and ledger: what the run saw, side by side, as the evidence kept it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.display import moment, money
from console.pages.case import around_case, common_facts
from console.pages.links import Link
from console.pages.log_case import log_sides, own_facts
from console.pages.words import in_major, plural
from console.pages.written import amount
from ledger.assets import EXPONENTS
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.plane_names import Named
from reconciliation.cases.queue import Asked, Neighbours
from reconciliation.cases.taxonomy import CLASSES

PLANES = {
    "commerce-provider": ("Commerce, what was ordered", "Provider, what it says has come", "Commerce and provider"),
    "provider-ledger": ("Provider, what it confirmed", "Ledger, what we posted", "Provider and ledger"),
    "provider-log": ("Provider, what it lists", "Log, what we hold", "Provider and log"),
}
HEAVIER = {
    "commerce-provider": ("provider heavier", "commerce heavier"),
    "provider-ledger": ("ledger heavier", "provider heavier"),
    "provider-log": ("log heavier", "provider heavier"),
}
EARLY = "posted_early"
Row = dict[str, Any]


def plane_context(
    case: ExceptionCase,
    asked: Asked,
    near: Neighbours,
    *,
    at: datetime,
    ended: dict[str, Any] | None,
    read_only: str,
    came: dict[str, str],
) -> dict[str, Any]:
    """The frame of templates/exceptions/case.html. ended: of a resolved case, as `ended_context` has it."""
    return {
        **around_case(asked, near, came), "case": common_facts(case, at, ended) | _facts(case) | own_facts(case),
        "changed": None, "ended": ended,
        "read_only": read_only,
    }  # fmt: skip


def _facts(case: ExceptionCase) -> dict[str, Any]:
    more, less = HEAVIER[case.plane_pair]
    minor = int(case.contribution_minor)
    evidence = case.evidence
    version = evidence["matcher"].get(case.plane_pair, 0)
    tolerance = _money(evidence["tolerance"], case.currency) if case.currency else "none"
    payee = ", ".join(o[0] for o in evidence["orders"][:3])
    return {
        "contribution": amount(minor, case.currency),
        "side": more if minor > 0 else less if minor < 0 else "", "account": PLANES[case.plane_pair][2], "account_href": "",
        "day_says": f"matcher v{version}, tolerance {tolerance}",
        "payee": f"order {payee}" if payee else "no order", "cause": CLASSES[case.exception_class].words.capitalize(),
        "cause_says": in_major(evidence["reason"], case.currency), "day": case.day,
        "says": f"seen by {plural(case.run_count, 'run')}",
    }  # fmt: skip


def plane_sides(case: ExceptionCase, to: Link, names: Mapping[int, Named]) -> dict[str, Any]:
    """What templates/exceptions/parts/sides.html names, postings by `names`: one row of each side stands for it,
    several are listed above."""
    left, right, _ = PLANES[case.plane_pair]
    if case.plane_pair == "provider-log":
        return log_sides(case, left, right, to)
    payments, orders, postings = (case.evidence[name] for name in ("payments", "orders", "postings"))
    if case.plane_pair == "commerce-provider":
        one, other = _order(orders[0]) if orders else {}, _payment(payments[0]) if payments else {}
        head = (
            _head(left, orders[0][0] if orders else "no order"),
            _head(right, payments[0][0] if payments else "no payment"),
        )
        group = [_listed("commerce", o[0], "", o[5], o[2], o[3]) for o in orders] + [
            _paid(p, case.currency) for p in payments
        ]
        several = len(orders) > 1 or len(payments) > 1
    else:
        one, other = _payment(payments[0]) if payments else {}, _posting(postings[0]) if postings else {}
        under = _named(postings[0][0], names, to) if postings else ("no posting", "")
        head = (_head(left, payments[0][0] if payments else "no payment"), _head(right, *under))
        group = [_paid(p, case.currency) for p in payments]
        group += [
            _listed("ledger", *_named(t[0], names, to), "reversal" if t[4] else "deposit", t[1], t[2]) for t in postings
        ]
        several = len(payments) > 1 or len(postings) > 1
    timed = _times(payments, postings, names) if case.kind == EARLY else []
    if timed:
        one.pop("Confirmed", None)
        other.pop("Posted", None)
    rows = timed + [
        _row(field, one.get(field, ""), other.get(field, ""))
        for field in dict.fromkeys([*one, *other])
        if one.get(field) or other.get(field)
    ]
    rows.sort(key=lambda row: ("differs", "equal", "one_sided").index(row["verdict"]))
    differing = sum(row["verdict"] == "differs" for row in rows)
    return {
        "says": f"{differing or 'no'} {'field differs' if differing == 1 else 'fields differ'}; as the last run saw it",
        "left": head[0], "right": head[1], "rows": rows, "group": group if several else [], "sums": [],
    }  # fmt: skip


def _times(payments: list[list[Any]], postings: list[list[Any]], names: Mapping[int, Named]) -> list[Row]:
    """What is wrong with a posting that came too early is its time: both to the second, with its use case and who made it."""
    posted = postings[0] if postings else None
    if not posted or not posted[3]:
        return []
    final = payments[0][8] if payments else None
    found = names.get(posted[0])
    rows = [_row("Final there, posted here", _second(final) if final else "not confirmed", _second(posted[3]))]
    made = found and ", ".join(part for part in (found.use_case, found.by) if part)
    return rows + ([_row("Use case, and who posted", "", made)] if made else [])


def _head(title: str, under: str, href: str = "") -> dict[str, str]:
    return {"title": title, "under": under, "href": href}


def _named(row: int, names: Mapping[int, Named], to: Link) -> tuple[str, str]:
    """A posting's short name and its page."""
    found = names.get(row)
    return (found.name, to("ledger-transaction", found.public_id)) if found else ("a posting of ours", "")


def _order(o: list[str]) -> dict[str, str]:
    ref, payment, expected, asset, rail, state = o
    return {
        "Order": ref, "Payment id": payment, "Amount": _money(expected, asset), "Asset": asset, "Rail": rail, "Order state": state
    }  # fmt: skip


def _payment(p: list[Any]) -> dict[str, str]:
    ref, order, status, flags, asset, detected, confirmed, seen, final = p
    shown = confirmed if confirmed is not None else detected
    return {
        "Order": order, "Id at the provider": ref, "Amount": _money(shown, asset) if shown is not None else "", "Asset": asset,
        "Status there": ", ".join([status, *flags]), "Detected": _at(seen), "Confirmed": _at(final),
    }  # fmt: skip


def _posting(t: list[Any]) -> dict[str, str]:
    _, minor, asset, posted, _ = t
    said = {"Amount": _money(minor, asset), "Asset": asset}
    return said | ({"Posted": _at(posted)} if posted else {"Status here": "PENDING"})


def _paid(p: list[Any], asset: str) -> Row:
    """asset: of the case, for a payment that came to nothing and names none."""
    shown = p[6] if p[6] is not None else p[5]
    return _listed("provider", p[0], "", ", ".join([p[2], *p[3]]), shown or "0", p[4] or asset)


def _listed(side: str, ref: str, href: str, text: str, minor: str, asset: str) -> Row:
    return {"side": side, "ref": ref, "href": href, "text": text, "amount": amount(int(minor), asset)}


def _row(field: str, left: str, right: str) -> Row:
    verdict = "one_sided" if not left or not right else "equal" if left == right else "differs"
    return {
        "field": field,
        "left": left,
        "right": right,
        "verdict": verdict,
        "word": "",
        "is_id": field in ("Order", "Payment id", "Id at the provider"),
    }


def _money(minor: str, asset: str) -> str:
    return f"{money(minor, EXPONENTS[asset])} {asset}"


def _second(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{moment(at)}:{at:%S} UTC"


def _at(text: str | None) -> str:
    return f"{moment(datetime.fromisoformat(text))} UTC" if text else ""
