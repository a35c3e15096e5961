"""The contexts of a bulk act: choosing what to do to all that match, its preview, and its report."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.links import link
from console.pages.nets import nets_words
from console.pages.words import plural
from console.pages.written import amount
from reconciliation.cases.acting import RowReport
from reconciliation.cases.bulk_act import BulkReport
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import Asked
from reconciliation.cases.queue_counts import Matched
from reconciliation.cases.select_cases import Selected

VERBS = {"assign": "Assign", "snooze": "Snooze", "note": "Note on"}
DONE = {"assign": "assigned", "snooze": "snoozed", "note": "noted"}
MOST_LISTED = 1000


def choose_context(asked: Asked, found: Matched, cases: Sequence[ExceptionCase], key: str) -> dict[str, Any]:
    """What templates/exceptions/choose.html names: everything that matches, before an act is chosen."""
    return {
        "title": f"{plural(found.count, 'case')} selected", "count": found.count,
        "sub": f"All that match the view and its filters, {nets_words(found)}.",
        "back_href": link("exceptions", **asked.query), "act_href": link("exception-bulk", **asked.query), "key": key,
        "cases": [_shown(case, "", "") for case in cases], "unlisted": found.count - len(cases),
        "acts": [{"value": name, "label": f"{verb} {plural(found.count, 'case')}"} for name, verb in VERBS.items()],
    }  # fmt: skip


def preview_context(
    selected: Selected, cases: Mapping[int, ExceptionCase], fields: Any, *, asked: Asked, key: str
) -> dict[str, Any]:
    """What templates/exceptions/bulk.html names, before the act is done. fields: the act's form."""
    will = sum(row.outcome == "will" for row in selected.rows)
    left = selected.count - will
    sub = f"{plural(selected.count, 'case')} selected and frozen." + (
        f" {left} of them will be left alone." if left else ""
    )
    return {
        "title": f"{VERBS[selected.act]} {plural(will, 'case')}", "sub": sub, "back_href": link("exceptions",
        **asked.query),
        "selection_id": selected.public_id, "key": key, "do": selected.act, "fields": fields, "done": False,
        "nets": [amount(minor, currency) for currency, minor in selected.nets.items()], "rows": _rows(selected.rows,
        cases),
        "act_href": link("exception-bulk", **asked.query), "act_label": f"{VERBS[selected.act]} {plural(will, 'case')}",
        "why_not": "" if will else "None of the selected cases can be acted on this way; each says why.",
    }  # fmt: skip


def one_at_a_time(asked: Asked) -> dict[str, Any]:
    """What templates/errors/page.html names, where a correction was to be proposed for none or several cases."""
    return {
        "code": 400, "title": "A correction is proposed for one case at a time",
        "text": "It is asked for on the page of its case, where its effect is shown. Nothing was changed.",
        "href": link("exceptions", **asked.query), "label": "Back to the list",
    }  # fmt: skip


def done_context(report: BulkReport, cases: Mapping[int, ExceptionCase], asked: Asked) -> dict[str, Any]:
    """What templates/exceptions/bulk.html names, after the act."""
    nets: dict[str, int] = {}
    for row in report.rows:
        case = cases[row.case_id]
        nets[case.currency] = nets.get(case.currency, 0) + int(case.contribution_minor)
    again = "This selection was acted on before; nothing was done now. " if report.repeated else ""
    left = f" {report.refused} left alone." if report.refused else ""
    return {
        "title": f"{plural(report.done, 'case')} {DONE[report.act]}",
        "sub": f"{again}One line a case says what became of it.{left}",
        "back_href": link("exceptions", **asked.query), "rows": _rows(report.rows, cases), "done": True,
        "nets": [amount(minor, currency) for currency, minor in nets.items()],
    }  # fmt: skip


def _rows(rows: Sequence[RowReport], cases: Mapping[int, ExceptionCase]) -> list[dict[str, Any]]:
    """One row a case; those left alone first, the list cut where nobody reads on."""
    ordered = sorted(rows, key=lambda row: row.outcome != "refused")
    return [_shown(cases[row.case_id], row.outcome, row.says) for row in ordered[:MOST_LISTED]]


def _shown(case: ExceptionCase, outcome: str, says: str) -> dict[str, Any]:
    return {
        "ref": str(case), "href": link("exception-case", case.number), "title": case.title, "outcome": outcome,
        "says": says,
        "contribution": amount(case.contribution_minor, case.currency),
    }  # fmt: skip
