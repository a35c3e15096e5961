"""Playbooks as pages show them: the rows of incident routing, one playbook whole, and the short form beside a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.came_of import Opened, leading_back
from console.pages.links import Link
from console.pages.markdown_text import as_html, first_words
from console.pages.queue_links import here
from console.pages.recovery_opening import proposal_link
from console.pages.words import plural
from ledger.actors import Actor
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import Asked
from reconciliation.cases.taxonomy import CAUSES, CLASSES
from reconciliation.oversight.routing.named import alert_words, escalation_words, planes_words, signal_words
from reconciliation.oversight.routing.open_cases import OpenCases
from reconciliation.oversight.routing.playbooks import Playbook, playbook
from reconciliation.oversight.routing.routes import CaseRoute, routes
from reconciliation.oversight.routing.runbooks import Runbook, runbooks

RECOVERED = frozenset({"settlement-drift", "order-and-payment"})  # whose drift a recovery run ends
Open = Mapping[str, Sequence[OpenCases]]
NOWHERE = Opened()


def playbooks_page(found: Open, to: Link) -> dict[str, Any]:
    """templates/playbooks/list.html"""
    rows = [playbook(key) for key in routes().playbooks]
    waiting = sum(case.count for cases in found.values() for case in cases)
    return {
        "alerts_href": to("alert-runbooks"),
        "sub": f"Each signal leads to one of {len(rows)} playbooks. {plural(waiting, 'open case')} lead here now.",
        "classes": [
            {"name": name, "says": says, "rows": [_row(book, found, to) for book in rows if book.incident_class == name]}
            for name, says in routes().classes.items()
        ],
    }  # fmt: skip


def playbook_page(book: Playbook, found: Open, to: Link, actor: Actor, opened: Opened = NOWHERE) -> dict[str, Any]:
    """templates/playbooks/one.html. `opened`: where it was opened from, which its links to other playbooks keep."""
    to = leading_back(to, opened.query)
    recovered = book.key in RECOVERED
    return {
        "recover_href": proposal_link(actor, to, led_by=f"Playbook {book.title}", seen_by=book.key) if recovered else "",
        "list_href": to("playbooks"), "back": {"href": opened.href, "label": opened.label} if opened.href else None,
        "title": book.title, "class": book.incident_class,
        "class_says": routes().classes[book.incident_class],
        "sections": [{"name": name, "html": as_html(text, to)} for name, text in book.sections.items()],
        "led": _led(book.key), "open": [_open(case) for case in found.get(book.key, ())],
        "alerts": [
            {"words": one.title, "href": to("alert-runbook", one.key)} for one in runbooks()
            if routes().alerts.get(one.title) == book.key
        ],
    }  # fmt: skip


def alert_runbooks_page(to: Link) -> dict[str, Any]:
    """templates/playbooks/alerts.html"""
    alerts = routes().alerts
    rows = [
        {"title": one.title, "href": to("alert-runbook", one.key), "says": first_words(_symptom(one.text)),
         "leads": playbook_link(alerts[one.title], to) if one.title in alerts else None}
        for one in runbooks()
    ]  # fmt: skip
    return {
        "list_href": to("playbooks"),
        "sub": f"{plural(len(rows), 'alert')}, each with what to look at and what to do.",
        "rows": rows,
    }


def alert_runbook_page(one: Runbook, to: Link) -> dict[str, Any]:
    """templates/playbooks/alert.html"""
    key = routes().alerts.get(one.title)
    return {
        "list_href": to("alert-runbooks"), "title": one.title, "html": as_html(one.text, to, of="runbooks"),
        "leads": playbook_link(key, to) if key else None,
    }  # fmt: skip


def _symptom(text: str) -> str:
    """What a runbook says first, without its marks."""
    return text.partition("\n\n")[0].replace("**Symptom.**", "").replace("`", "").strip()


def playbook_beside(case: ExceptionCase, to: Link) -> dict[str, Any]:
    """`playbook` of templates/exceptions/parts/playbook.html: where this case leads, and its sections."""
    book = playbook(routes().of_case(case.exception_class, case.plane_pair, case.cause))
    return {"playbook": {
        "title": book.title, "class": book.incident_class, "href": to("playbook", book.key),
        "objective": first_words(book.sections["Objective"]),
        "sections": [
            {"name": name, "html": as_html(text, to)} for name, text in book.sections.items() if name != "Objective"
        ],
    }}  # fmt: skip


def playbook_link(key: str, to: Link) -> dict[str, str]:
    """A playbook named: {title, href}."""
    return {"title": playbook(key).title, "href": to("playbook", key)}


def _row(book: Playbook, found: Open, to: Link) -> dict[str, Any]:
    return {
        "title": book.title, "href": to("playbook", book.key), "says": first_words(book.sections["Objective"]),
        "led": _led(book.key), "open": sum(case.count for case in found.get(book.key, ())),
    }  # fmt: skip


def _led(key: str) -> list[dict[str, Any]]:
    """What leads to a playbook, kind by kind: {kind, words: [text]}."""
    rows = routes()
    kinds = (
        ("Cases", [_case(row) for row in rows.cases if row.playbook == key]),
        ("Signals", [signal_words(name) for name, book in rows.signals.items() if book == key]),
        ("Escalations", [escalation_words(name) for name, book in rows.escalations.items() if book == key]),
        ("Alerts", [alert_words(name) for name, book in rows.alerts.items() if book == key]),
    )
    return [{"kind": kind, "words": words} for kind, words in kinds if words]


def _case(row: CaseRoute) -> str:
    said = [
        " or ".join(CAUSES[cause].lower() for cause in sorted(row.cause)),
        " or ".join(CLASSES[name].words for name in CLASSES if name in row.exception_class),
        " or ".join(planes_words(pair) for pair in sorted(row.planes)),
    ]  # fmt: skip
    return ", ".join(words for words in said if words)


def _open(case: OpenCases) -> dict[str, Any]:
    words = CLASSES[case.exception_class].words
    return {
        "words": f"{words}, {planes_words(case.planes)}", "cause": CAUSES.get(case.cause or 0, ""), "count": case.count,
        "href": here(
            Asked(exception_class=case.exception_class, planes=case.planes, cause=str(case.cause) if case.cause else "")
        ),
    }  # fmt: skip
