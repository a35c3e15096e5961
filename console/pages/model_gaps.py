"""The page of model gaps as its template takes it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse

from console.pages.links import Link
from console.pages.words import new_key, plural
from console.pages.written import amount
from reconciliation.corrections.gaps import Gap


def gaps_page(found: Sequence[Gap], form: forms.Form | None, to: Link) -> dict[str, Any]:
    """templates/bank/model_gaps.html. The largest gross residual first; currencies are never added."""
    open_ = sum(1 for g in found if g.said_at is None)
    return {
        "title": plural(len(found), "model gap"),
        "sub": f"Codes of the bank that no use case books. {open_} not documented." if found
        else "A code of the bank that no use case books would stand here.",
        "bank_href": to("bank"), "settings_href": to("settings-banks"), "sums": _sums(found),
        "rows": [
            {"key": f"{g.account_id}:{g.code}:{g.currency}", "account": g.account_name, "code": g.code, "category": g.category,
             "cases": g.cases, "since": g.since, "net": amount(g.net, g.currency), "gross": amount(g.gross, g.currency),
             "owner": g.owner, "note": g.note, "by": g.said_by, "at": g.said_at,
             "cases_href": to("exceptions", **{"account": g.account, "class": "unmodelled_bank_item"})}
            for g in found
        ],
        "box": {
            "id": "", "title": "Document a gap", "href": reverse("model-gap-document"), "key": new_key(), "says": "",
            "form": form, "verb": "Add note",
        } if form else None,
    }  # fmt: skip


def _sums(found: Sequence[Gap]) -> list[dict[str, Any]]:
    """The residual of each category and currency."""
    cases, net, gross = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for g in found:
        at = g.category, g.currency
        cases[at] += g.cases
        net[at] += g.net
        gross[at] += g.gross
    return [
        {"category": at[0], "cases": cases[at], "net": amount(net[at], at[1]), "gross": amount(gross[at], at[1])}
        for at in sorted(cases)
    ]
