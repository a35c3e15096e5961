"""The kind "set_calendar": zone, cut-over, closed days and grace of a bank account change by two people, from a day to come."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.backtest.documents import CALENDAR, in_force
from reconciliation.bank.asked_calendar import asked_calendar
from reconciliation.bank.change_calendar import change_calendar
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.checkpoints.rules import CALENDAR_CHANGE
from reconciliation.permissions import Permission

KIND = "set_calendar"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody changed the calendar meanwhile."""
    return {"calendar_in_force": in_force(CALENDAR, payload["plane_pair"]).number}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Append the version and cut the days from its date on again. Writes no transaction. Raises CannotBe when its date has
    come too near meanwhile."""
    account, asked = find_bank_account(payload["plane_pair"]), asked_calendar(payload["terms"])
    again = change_calendar(account, asked, decision_id=decision_id, at=at)
    audit.record(
        actor, at, "calendar.set", account.code, why=payload["note"], policy_version=policy_version,
        effective_from=str(asked.effective_from), days_cut_again=again,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: the calendar as it is and as it will be."""
    return None


SET_CALENDAR = Kind(KIND, CALENDAR_CHANGE, preview, facts_of, effect, ended, Permission.SET_UP)
