"""The page of endpoints as its template takes it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from console.display import moment
from console.endpoint_forms import FULFIL_ON, SCHEMES
from console.pages.links import link
from console.pages.words import new_key, plural
from reconciliation.planes.gap_pages import Unheard
from reconciliation.planes.models import FulfilmentRule, RecognitionRule
from reconciliation.provider.endpoint_pages import MOST_COUNTED, Health, KnownEndpoint
from reconciliation.provider.polling.models import Poll

TITLES: dict[str, tuple[str, str, str]] = {
    "endpoint-open": ("Open an endpoint", "Open endpoint", "Its address is shown here afterwards, to give to the provider."),
    "key-add": ("Add a key", "Add key", "Keys that stand already stay: end the old one once the provider signs with the new one."),
    "key-end": ("End a key", "End key", "What is signed with it from then on is held."),
    "recognition-set": ("Set recognition accounts", "Set recognition", "From now on; what was posted stays."),
    "fulfilment-set": ("Set fulfilment", "Set fulfilment", "From now on; what was fulfilled stays. Webhooks never move an order."),
    "polling-set": ("Poll a provider", "Set polling", "Once an hour its listing of the last day is held against the log."),
    "polling-end": ("End a polling", "End polling", "The provider is asked no more; what was found stays."),
    "endpoint-end": ("End an endpoint", "End endpoint", "Its address answers like one that never was, for ever."),
}  # fmt: skip
MOST_NAMED = 5
ENDS = frozenset({"key-end", "polling-end", "endpoint-end"})


def box(act: str, form: forms.Form) -> dict[str, Any]:
    """One form of the page; it stands open when it came back with errors."""
    title, verb, says = TITLES[act]
    return {
        "id": act, "title": title, "verb": verb, "says": says, "href": reverse(act), "key": new_key(), "form": form,
        "open": bool(form.errors), "ends": act in ENDS,
    }  # fmt: skip


def endpoints_page(
    known: Sequence[KnownEndpoint], open_: Mapping[int, Unheard], rules: Sequence[RecognitionRule],
    fulfilment: Sequence[FulfilmentRule],
    boxes: list[dict[str, Any]], at: datetime, address_of: Callable[[str], str],
) -> dict[str, Any]:  # fmt: skip
    """templates/settings/endpoints.html. `address_of` makes a whole address of a path."""
    return {
        "endpoints": [_endpoint(k, open_[k.endpoint.id], address_of) for k in known],
        "rules": [
            {"endpoint": r.endpoint.name, "asset": r.asset, "hold": str(r.hold), "unapplied": str(r.unapplied),
             "receivable": str(r.receivable), "since": r.active_from, "by": r.set_by}
            for r in rules
        ],
        "fulfilment": [
            {"rail": r.rail or "any", "asset": r.asset_id or "any", "on": FULFIL_ON[r.fulfil_on],
             "since": r.active_from, "by": r.set_by}
            for r in fulfilment
        ],
        "boxes": boxes,
    }  # fmt: skip


def _endpoint(k: KnownEndpoint, open_: Unheard, address_of: Callable[[str], str]) -> dict[str, Any]:
    n, open_keys = k.endpoint, [key for key in k.keys if key.ended_at is None]
    return {
        "name": n.name, "scheme": SCHEMES.get(n.scheme, n.scheme), "made_at": n.made_at, "made_by": n.made_by,
        "ended_at": n.ended_at, "address": "" if n.ended_at else address_of(reverse("hook", args=[n.token])),
        "state": _state(k.health, open_, bool(open_keys), n.ended_at is not None),
        "last_at": k.health.last_at, "good_at": k.health.good_at, "verified": _counted(k.health.verified),
        "refused": _counted(k.health.refused), "mismatched": _counted(k.health.mismatched),
        "held": _counted(k.health.held), "held_href": link("event-quarantine", endpoint=n.id) if k.health.held else "",
        "waiting": _counted(k.health.waiting), "oldest": k.health.oldest,
        "keys": [
            {"hint": key.hint, "added_at": key.added_at, "added_by": key.added_by, "ended_at": key.ended_at}
            for key in k.keys
        ],
        "gaps": plural(open_.gaps, "open gap"), "gaps_href": link("event-gaps", endpoint=n.id) if open_.gaps else "",
        "failed": [{"ref": f"C-{number}", "href": link("exception-case", number)} for number in open_.failed[:MOST_NAMED]],
        "polling": {"base_url": k.polling.base_url, "store": k.polling.store, "hint": k.polling.hint} if k.polling else None,
        "poll": _poll(k.poll) if k.poll else None,
    }  # fmt: skip


def _counted(number: int) -> str:
    return f"{number:,} or more" if number >= MOST_COUNTED else f"{number:,}"


def _state(health: Health, open_: Unheard, has_key: bool, ended: bool) -> tuple[str, str]:
    """(tone, words): what an on-call looks at first."""
    if ended:
        return "unknown", "ended"
    if not has_key:
        return "warn", "no key: everything is held"
    if open_.failed:
        return "drift", f"{plural(len(open_.failed), 'confirmation')} failed"
    if health.mismatched and not health.verified:
        return "drift", "no signature fitted in 24 h"
    if open_.gaps:
        return "warn", plural(open_.gaps, "gap")
    if health.held:
        return "warn", f"{_counted(health.held)} held"
    return ("clean", "verified and read") if health.good_at else ("unknown", "nothing came yet")


def _poll(poll: Poll) -> dict[str, Any]:
    found = poll.missing_count + poll.unknown_count + poll.differing_count
    words = f"{poll.missing_count:,} missing here, {poll.unknown_count:,} unknown to the provider, {poll.differing_count:,} differ"
    return {
        "asked_at": poll.asked_at, "since": moment(poll.since), "until": moment(poll.until), "error": poll.error,
        "gaps": found, "says": f"{plural(poll.listed_count, poll.compared[:-1] or 'event')} listed: {words}",
    }  # fmt: skip
