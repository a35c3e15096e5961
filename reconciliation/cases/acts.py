"""What people do to a case while it is open, and what becomes of it. Pure. How one ends: resolutions.py."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from reconciliation.errors import BadInput, CaseNotOpen, ReasonMissing, SecurityHold

LONGEST_TEXT = 4000
LONGEST_SNOOZE = timedelta(days=90)

MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"assigned", "snoozed", "waiting_approval", "resolved"}),
    "assigned": frozenset({"open", "snoozed", "waiting_approval", "resolved"}),
    "waiting_approval": frozenset({"open", "assigned", "resolved"}),
    "snoozed": frozenset({"open", "assigned", "waiting_approval", "resolved"}),
    "reopened": frozenset({"assigned", "snoozed", "waiting_approval", "resolved"}),
    "resolved": frozenset({"reopened"}),
}
"""Every state move of a case, by people, requests and runs together."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Hand the case to a person."""

    to: int
    name: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put the case off until the start of a day (UTC); the first run from then on wakes it."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Say something about the case. `takes`: an unowned one becomes the writer's; not of somebody who does not work on cases."""

    text: str
    takes: bool = True


Act = Assign | Snooze | Note


@dataclass(frozen=True, slots=True)
class Standing:
    """A case before an act. `name` is C-number."""

    name: str
    state: str
    owner: int | None
    cause: int | None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class After:
    """The case after the act, and the event to append."""

    state: str
    owner: int | None
    snoozed_until: datetime | None
    event: str
    text: str


def after(case: Standing, act: Act, by: int) -> After:
    """What an act of person `by` makes of a case; working on an unowned case assigns it. Raises CaseNotOpen,
    SecurityHold."""
    if isinstance(act, Note) and (case.state == "resolved" or not act.takes):
        until = None if case.state == "resolved" else case.snoozed_until
        return After(case.state, case.owner, until, "noted", act.text)
    if case.state == "resolved":
        raise CaseNotOpen(f"{case.name} is resolved; it opens again when its difference is back")
    if isinstance(act, Assign):
        return After(_held(case.state), act.to, case.snoozed_until, "assigned", f"Assigned to {act.name}")
    if isinstance(act, Note):
        return After(_held(case.state), case.owner or by, case.snoozed_until, "noted", act.text)
    if case.cause == 4:
        raise SecurityHold(f"{case.name} is a security hold and is not put off")
    if case.state == "waiting_approval":
        raise CaseNotOpen(f"{case.name} waits for a decision; withdraw the request first")
    return After("snoozed", case.owner or by, act.until, "snoozed", f"Snoozed until {act.until:%Y-%m-%d}: {act.reason}")


def _held(state: str) -> str:
    """The state of a case that now has an owner: a case that waits or sleeps goes on doing so."""
    return state if state in ("waiting_approval", "snoozed") else "assigned"


def snooze_until(day: date, reason: str, at: datetime) -> Snooze:
    """Raises BadInput (not a later day, or more than 90 days off), ReasonMissing."""
    until = datetime.combine(day, time(), UTC)
    if not at < until <= at + LONGEST_SNOOZE:
        raise BadInput(f"a case is put off to a later day, {LONGEST_SNOOZE.days} days at most", "until")
    if not reason.strip():
        raise ReasonMissing("putting a case off needs a reason")
    return Snooze(until, _plain(reason, "reason"))


def note_of(text: str, *, takes: bool = True) -> Note:
    """Raises BadInput when the note is empty or too long."""
    if not text.strip():
        raise BadInput("a note has words", "text")
    return Note(_plain(text, "text"), takes)


def _plain(text: str, where: str) -> str:
    if len(text) > LONGEST_TEXT - 100 or "\x00" in text:
        raise BadInput(f"at most {LONGEST_TEXT - 100} characters, without NUL", where)
    return text.strip()
