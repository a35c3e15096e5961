"""A payment's lifecycle, folded from its events: the same whatever their order and however often each was delivered.

Events are told apart by their id and taken in the order (occurred_at, id). Status and flags are two things. `paid` is
detection and never confirmation. Nothing is dropped: every event is a step with its outcome, and one that contradicts
what stands is named. Source: DOMAIN, Provider statuses and webhook traps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from reconciliation.provider.formats.event import Flag, ProviderEvent, Status
from reconciliation.provider.moves import Outcome, outcome_of

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One event and what it did. `name` is empty unless it contradicted ("expired_after_confirmed")."""

    event: ProviderEvent
    outcome: Outcome
    status: Status | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`status` is None while no event is known. `detected_at` and `confirmed_at` are the first such times."""

    status: Status | None = None
    flags: tuple[Flag, ...] = ()
    detected_at: datetime | None = None
    confirmed_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    @property
    def contradictions(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.outcome == "contradicted")


def fold(events: Iterable[ProviderEvent]) -> Lifecycle:
    """The lifecycle of one payment out of all its events."""
    standing = Lifecycle()
    for event, first in _ordered(events):
        standing = _taken(standing, event) if first else _doubled(standing, event)
    return standing


def fold_payments(events: Iterable[ProviderEvent]) -> dict[tuple[str, str], Lifecycle]:
    """The lifecycles of many payments by (scheme, payment_ref), sorted; events that name no payment stand under ""."""
    by_payment: dict[tuple[str, str], list[ProviderEvent]] = {}
    for event in events:
        by_payment.setdefault((event.scheme, event.payment_ref), []).append(event)
    return {key: fold(by_payment[key]) for key in sorted(by_payment)}


def digest(lifecycles: dict[tuple[str, str], Lifecycle]) -> str:
    """SHA-256 in hexadecimal over everything that was folded: two equal digests are two equal foldings."""
    made = sha256()
    for key in sorted(lifecycles):
        made.update(repr((key, lifecycles[key])).encode())
    return made.hexdigest()


def _ordered(events: Iterable[ProviderEvent]) -> list[tuple[ProviderEvent, bool]]:
    """Each event once, sorted, and whether it is the first of its id. Repetitions are equal but for the time, of which the
    earliest counts; an event of a known id with other contents stays, after the first."""
    earliest: dict[ProviderEvent, ProviderEvent] = {}
    for event in events:
        content = replace(event, occurred_at=_ANY_TIME)
        known = earliest.get(content)
        if known is None or event.occurred_at < known.occurred_at:
            earliest[content] = replace(event, occurred_at=event.occurred_at.astimezone(UTC))
    ordered = sorted(earliest.values(), key=lambda event: (event.occurred_at, event.event_id, repr(event)))
    seen: set[tuple[str, str]] = set()
    marked = []
    for event in ordered:
        marked.append((event, (event.scheme, event.event_id) not in seen))
        seen.add((event.scheme, event.event_id))
    return marked


def _doubled(standing: Lifecycle, event: ProviderEvent) -> Lifecycle:
    step = Step(event, "contradicted", standing.status, "same_id_other_content")
    return replace(standing, steps=(*standing.steps, step))


def _taken(standing: Lifecycle, event: ProviderEvent) -> Lifecycle:
    before: Status = standing.status or "pending"
    outcome, status, flags = outcome_of(before, frozenset(standing.flags), event)
    name = f"{event.type}_after_{before}" if outcome == "contradicted" else ""
    return replace(
        standing,
        status=status,
        flags=tuple(sorted(flags)),
        detected_at=standing.detected_at or _when(event, "detected", outcome),
        confirmed_at=standing.confirmed_at or _when(event, "confirmed", outcome),
        steps=(*standing.steps, Step(event, outcome, status, name)),
    )


def _when(event: ProviderEvent, kind: str, outcome: Outcome) -> datetime | None:
    return event.occurred_at if event.type == kind and outcome != "contradicted" else None


def names(steps: Sequence[Step]) -> tuple[str, ...]:
    """The names of the contradictions among steps, in their order."""
    return tuple(step.name for step in steps if step.name)
