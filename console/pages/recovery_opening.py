"""A recovery run proposed from where drift was seen: its form filled in by a link. What a link says is a wish: each part is kept
as far as it could be one, and the form is judged as a whole when a person sends it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from console.pages.links import Link
from console.pages.written import a_day, text_of
from ledger.actors import Actor
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.open_run import LONGEST_LED_BY, LONGEST_TITLE
from reconciliation.recovery.runs.other_planes import PAIRS
from reconciliation.recovery.runs.scope import LONGEST_NAME, read_scope

MOST_IN_A_LINK = 50  # an address stays short enough for every server on its way
FURTHER = {"posted-early": ("ledger",), "settlement-drift": ("ledger",)}


def proposed_run(given: QueryDict, today: date) -> dict[str, Any]:
    """First values of the form, {} where the link says none. Days that are no period of a run are left out, both."""
    kept: dict[str, Any] = {
        "title": text_of(given, "title", LONGEST_TITLE),
        "led_by": text_of(given, "led_by", LONGEST_LED_BY),
    }
    kept["planes"] = [plane for plane in PAIRS if plane in given.getlist("plane")]
    names = [text.strip() for text in given.getlist("payment")[:MOST_IN_A_LINK]]
    kept["payments"] = "\n".join(n for n in names if n and len(n) <= LONGEST_NAME and n.isprintable())
    first, until = a_day(given, "first_on"), a_day(given, "until_on")
    if first and until and until <= today and _is_period(first, until):
        kept |= {"first_on": first, "until_on": until}
    return {name: value for name, value in kept.items() if value}


def proposal_link(
    actor: Actor, to: Link, *, led_by: str, seen_by: str, day: date | None = None, payments: Sequence[str] = ()
) -> str:
    """The address of the form filled in, "" to whoever does not run recoveries. `seen_by` is the key of the signal or playbook;
    `day` the whole of the period; payments that are too many for a link are left out, all of them: some would be a hole."""
    if not allowed(actor, Permission.RUN_RECOVERY):
        return ""
    names = sorted(set(payments))
    query = QueryDict(mutable=True)
    query["led_by"] = led_by
    if day is not None:
        query["first_on"], query["until_on"] = day.isoformat(), (day + timedelta(days=1)).isoformat()
    query.setlist("plane", list(FURTHER.get(seen_by, ())))
    query.setlist("payment", names if len(names) <= MOST_IN_A_LINK else [])
    return f"{to('recovery')}?{query.urlencode()}#open-set-h"


def _is_period(first: date, until: date) -> bool:
    try:
        read_scope(first, until)
    except BadInput:
        return False
    return True
