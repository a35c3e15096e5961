"""The day of a frozen posting, as its payload states it, and what must still hold of it: that the books are open on it."""

from datetime import date

from ledger.dating import Dated, dated
from ledger.periods import open_from
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts


def as_payload(day: Dated) -> Payload:
    """The fields of a payload that `day_of` reads; a day that adjusts no other says nothing of it."""
    adjusts = {} if day.adjusts_on is None else {"adjusts_on": day.adjusts_on.isoformat()}
    return {"effective_on": day.effective_on.isoformat()} | adjusts


def day_of(payload: Payload) -> Dated:
    """The day frozen in a payload, with the closed one that it adjusts."""
    adjusts = payload.get("adjusts_on")
    return Dated(date.fromisoformat(payload["effective_on"]), date.fromisoformat(adjusts) if adjusts else None)


def dated_now(payload: Payload) -> Facts:
    """The fact that a frozen day rests on: on which day it would be dated as the books stand. Books closed or re-opened since
    make the request stale: nothing is dated anew behind its approvers."""
    return {"dated_on": dated(day_of(payload).meant_on, open_from()).effective_on.isoformat()}
