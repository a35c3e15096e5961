"""The frame around every page: which pages there are, and where the reader stands."""

from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class Place(NamedTuple):
    """A page of the side bar: key (also its route name), label, icon, letter after `g`."""

    key: str
    label: str
    icon: str
    go: str


NAVIGATION: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "Work",
        (
            Place("home", "Drift heartbeat", "activity", "h"),
            Place("exceptions", "Exceptions", "triangle-alert", "e"),
            Place("payments", "Payment lookup", "search", "p"),
            Place("orders", "Orders", "file", "d"),
            Place("approvals", "Approvals", "inbox", "a"),
            Place("notifications", "Notifications", "bell", "n"),
        ),
    ),
    (
        "Books",
        (
            Place("bank", "Bank", "landmark", "b"),
            Place("ledger", "Ledger", "book-open", "l"),
            Place("events", "Provider events", "list", "v"),
            Place("matchers", "Matchers", "link", "m"),
        ),
    ),
    (
        "Control",
        (
            Place("checkpoints", "Checkpoints", "fence", "c"),
            Place("incidents", "Incidents", "lock", "i"),
            Place("recovery", "Recovery", "life-buoy", "r"),
            Place("review", "Operations review", "chart-no-axes-column", "o"),
            Place("audit", "Audit", "shield", "t"),
            Place("settings", "Settings", "settings", "s"),
        ),
    ),
)


def _entry(place: Place, current: str, shell: dict[str, Any]) -> dict[str, Any] | None:
    """One line of the side bar, or None when the page does not exist or the reader may not open it."""
    pages = shell.get("pages")
    if pages is not None and place.key not in pages:
        return None
    try:
        href = reverse(place.key)
    except NoReverseMatch:
        return None
    return {
        **place._asdict(),
        "href": href,
        "current": place.key == current,
        "count": shell.get("counts", {}).get(place.key),
        "hot": place.key in shell.get("hot", ()),
    }


@register.inclusion_tag("components/nav.html", takes_context=True)
def side_nav(context: Context, current: str = "") -> dict[str, Any]:
    """The groups of the side bar. current: key of the page being shown."""
    shell = context.get("shell") or {}
    groups = [(title, [_entry(place, current, shell) for place in places]) for title, places in NAVIGATION]
    kept = [(title, [entry for entry in entries if entry]) for title, entries in groups]
    return {"groups": [group for group in kept if group[1]], "oob": context.get("oob", False)}


@register.filter
def inline_svg(document: str) -> SafeString:
    """The QR picture of an authenticator secret without its XML head. Drawn in place because the security
    policy refuses data: images; only ever given what the QR library drew, numbers in a path."""
    return mark_safe(document[document.index("<svg") :])  # noqa: S308
