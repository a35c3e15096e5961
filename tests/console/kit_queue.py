"""Contexts of the queue of exceptions, full and empty."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from tests.console.kit_work import HREF, NOW, amount

CASES = [
    ("C-20377", "Outgoing line with no payment and no reference of ours", 3, "missing_counterpart", "", amount(-4500000), 8 * 24, -6 * 24, "Security On-call", "held", ""),
    ("C-20288", "Posted 41 min before the provider confirmed", 3, "illegal_transition", "pay_6WcR0pYhKd", amount(1874900), 5 * 24, -2 * 24, "Bereket Alemayehu", "waiting_approval", "Approval"),
    ("C-20418", "Bank settled a transaction we still hold as PENDING", 3, "missing_counterpart", "pay_7Hd2kQ9wXr", amount(-247500), 9, 3.2, "Selamawit Gebreyohannes", "assigned", ""),
    ("C-20415", "Posted disbursement to Wolde-Michael Haile-Giorgis & Sons Import-Export PLC has no bank line", 3, "missing_counterpart", "pay_7Hd1zL4mTe", amount(215000), 9, 5.7, "Selamawit Gebreyohannes", "assigned", ""),
    ("C-20409", "Posted receipt 4f1c…a07e has no wallet line", 3, "reference_mismatch", "pay_5TqZ81vbNc", amount(412000, "BTC"), 9, 6.1, "Yonas Berhane", "assigned", ""),
    ("C-20396", "Two observations of one event id with different bodies", 2, "duplicate_observation", "pay_7Gx4tB2nQa", amount(0), 30, 14, "", "open", ""),
    ("C-20391", "Paid BTC on an invoice priced for the Lightning rail", 2, "rail_or_asset_mismatch", "pay_5Tk77mRwPq", amount(1250000, "BTC"), 30, 18, "Hanna Lemma", "assigned", ""),
    ("C-20402", "Payout of 19 Nov stands in the statement of 20 Nov", 2, "timing_skew", "pay_7Ha9cV6jLs", amount(124055, "USD"), 9, 26, "", "open", ""),
    ("C-20366", "Overpaid by 1,000.00, second part of a split transfer may follow", 2, "amount_mismatch", "pay_7Gt1sE5zUi", amount(100000), 72, 50, "Selamawit Gebreyohannes", "snoozed", "Until 22 Nov"),
    ("C-20421", "Service charge with bank code PMNT/ICDT/CHRG", 1, "unmodelled_bank_item", "", amount(-15700), 9, 70, "", "open", ""),
    ("C-20333", "Reference DSH-EWA-20261114-00731 truncated to 16 characters by the bank", 1, "reference_mismatch", "pay_7Gq5uK8rWn", amount(0), 144, 99, "Rahel Teklemariam", "reopened", ""),
]  # fmt: skip


def exceptions() -> dict[str, Any]:
    names = (
        "id",
        "title",
        "severity",
        "exception_class",
        "payment_id",
        "contribution",
        "age",
        "due",
        "owner",
        "state",
        "state_word",
    )
    cases = []
    for values in CASES:
        case = dict(zip(names, values, strict=True))
        opened, due = NOW - timedelta(hours=case.pop("age")), NOW + timedelta(hours=case.pop("due"))
        cases.append(
            {
                **case,
                "ref": case["id"],
                "href": HREF,
                "peek_href": "/exceptions/one/peek/",
                "payment_href": "",
                "opened_at": opened,
                "due_at": due,
            }
        )
    views = [
        ("All open", 312),
        ("Assigned to me", 5),
        ("Drift of 19 Nov", 6),
        ("Due this week", 37),
        ("Unassigned", 41),
        ("Waiting approval", 9),
        ("Overdue", 2),
        ("Suspense", 14),
        ("Snoozed", 12),
    ]
    sort = {"href": "?sort=-due", "on": True, "up": True}
    heat = [
        ("missing counterpart", [24, 31, 9, 3, 1]),
        ("timing skew", [61, 22, 4, 0, 0]),
        ("amount mismatch", [18, 27, 12, 2, 0]),
        ("unmodelled bank item", [21, 6, 2, 0, 1]),
    ]
    return {
        "sub": "37 cases match: net bank −24,718.40 ETB, +10,170.95 USD; between the other planes +0.04250000 BTC. 2 are overdue, the next falls due in 3 h 12 min.",
        "views": [{"label": label, "href": "?view=x", "count": count, "current": count == 37} for label, count in views],
        "rows_href": "/exceptions/",
        "chips": [{"label": "Due", "value": "by Tue 24 Nov", "remove_href": "?"}, {"label": "State", "value": "not resolved", "remove_href": "?"}],
        "filters": [{"name": name.lower(), "label": name, "options": [{"value": "a", "label": "first"}] if name != "Amount" else []} for name in ("Class", "Account", "Owner", "Amount")],
        "kept": [("view", "due")],
        "search": {"q": "", "kept": [("view", "due")]},
        "heads": [{"label": "Case"}, {"label": "Class"}, {"label": "Payment"}, {"label": "Contribution", "number": True}, {"label": "Age", "number": True}, {"label": "Due in", "number": True, "sort": sort}, {"label": "Owner"}, {"label": "State"}],
        "cases": cases,
        "page": {"first": 1, "last": 11, "total": 37, "previous_href": "", "next_href": "?after=C-20333", "size": 18},
        "bulk": {"href": "/exceptions/bulk/", "key": "k2", "total": 37, "all_href": "?all=1", "acts": [
            {"value": "assign", "label": "Assign", "key": "a"}, {"value": "snooze", "label": "Snooze", "key": "s"}, {"value": "note", "label": "Note", "key": "c"}, {"value": "propose", "label": "Propose corrections", "key": "e", "primary": True, "one": True}]},
        "next": {"href": HREF},
        "export_href": "/exceptions/export/",
        "heat": {
            "columns": ["under 1 day", "1 to 3 days", "3 to 7 days", "7 to 30 days", "over 30 days"],
            "rows": [{"label": label, "href": "?", "total": sum(counts), "cells": [{"count": n, "href": "?", "level": (0, 0, 1 if n > 8 else 0, 2, 2)[i]} for i, n in enumerate(counts)]} for label, counts in heat],
            "totals": [124, 86, 27, 5, 2], "total": 312,
        },
    }  # fmt: skip


def exceptions_empty() -> dict[str, Any]:
    return {**exceptions(), "cases": [], "page": {"total": 0}, "chips": [], "heat": None, "next": None, "export_href": None,
            "empty": {"title": "Nothing is due this week", "text": "All 12 open cases of this view are snoozed until 22 Nov or later. 41 cases have no owner.", "href": "?view=unassigned", "label": "Open the unassigned", "href2": "?view=snoozed", "label2": "Show snoozed"}}  # fmt: skip
