"""Contexts of the page of model gaps. The banks and their codes are made up."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import UTC, date, datetime
from typing import Any

from console.gap_form import DocumentGap
from reconciliation.corrections.gaps import Gap
from tests.console.kit_work import amount

SAID = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def _gap(code: str) -> Gap:
    return Gap(1, "1010", "Collections ETB", code, "adjustment", "ETB", 2, 0, 0, date(2026, 11, 10), "", "", "", None)


def _row(code: str, cases: int, net: int, gross: int, said: bool, currency: str = "ETB") -> dict[str, Any]:
    words = (
        {
            "owner": "Treasury",
            "note": "Rounding that the bank books at the month's end; a use case is asked for.",
            "by": "Anna Analyst",
            "at": SAID,
        }
        if said
        else {"owner": "", "note": "", "by": "", "at": None}
    )
    return {"key": code, "account": "Collections ETB", "code": code, "category": "adjustment", "cases": cases, "cases_href": "/exceptions/", "since": date(2026, 11, 10), "net": amount(net, currency), "gross": amount(gross, currency)} | words  # fmt: skip


def gaps() -> dict[str, Any]:
    return {
        "title": "2 model gaps", "sub": "Codes of the bank that no use case books. 1 not documented.", "bank_href": "/bank/", "settings_href": "/settings/banks/",
        "sums": [{"category": "adjustment", "cases": 4, "net": amount(12_000, "ETB"), "gross": amount(40_000, "ETB")}, {"category": "adjustment", "cases": 1, "net": amount(-2_100, "USD"), "gross": amount(2_100, "USD")}],
        "rows": [_row("PMNT/RCDT/ADJT", 4, 12_000, 40_000, True), _row("ADJUSTMENT", 1, -2_100, 2_100, False, "USD")],
        "box": {"id": "", "title": "Document a gap", "href": "/bank/model-gaps/document/", "key": "x", "says": "", "form": DocumentGap(gaps=[_gap("PMNT/RCDT/ADJT"), _gap("ADJUSTMENT")]), "verb": "Add note"},
    }  # fmt: skip


def gaps_none() -> dict[str, Any]:
    return gaps() | {"title": "0 model gaps", "sub": "A code of the bank that no use case books would stand here.", "settings_href": "", "sums": [], "rows": [], "box": None}  # fmt: skip
