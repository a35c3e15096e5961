"""What a batch would do, worked out from the rows of its members and the checks that stand: it is not tried and taken back as a
single correction is, for ten thousand of them take longer than a page may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconciliation.corrections.batches.members import Members, rows
from reconciliation.corrections.preview import PreviewEntry
from reconciliation.postings.models import PostingRule

FIRST = 5


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """What the members come to on one account, minor units in the direction of its normal side, now and after."""

    account_id: int
    account: str
    name: str
    currency: str
    now: int
    after: int
    debits: int


@dataclass(frozen=True, slots=True)
class BatchDay:
    """A settlement day of a reconciled account as its standing check states it, and as the members' turn would leave it. Signed
    minor units; None where no check has stated one, or it is UNKNOWN."""

    account: str
    name: str
    currency: str
    day: date
    members: int
    net: int | None
    net_after: int | None
    gross: int | None
    gross_after: int | None


@dataclass(frozen=True, slots=True)
class FirstRow:
    """A member as it will stand: its public id, and the entries of its re-post."""

    transaction: str
    payment_id: str
    reference: str
    effective_on: date
    entries: tuple[PreviewEntry, ...]


@dataclass(frozen=True, slots=True)
class BatchPreview:
    """`count` members; `first` are the first few of them."""

    use_case: str
    rule: str
    count: int
    totals: tuple[AccountTotal, ...]
    days: tuple[BatchDay, ...]
    first: tuple[FirstRow, ...]
    refused: str = ""


def preview_members(rule: PostingRule, members: Members) -> BatchPreview:
    """Three queries over the members. Changes no row."""
    by = {"directions": rule.directions, "ids": members.ids}
    days = tuple(_day(row) for row in rows("days", **by))
    first = _first(rows("first", directions=rule.directions, ids=members.ids[:FIRST]))
    return BatchPreview(rule.use_case, str(rule), len(members.ids), totals_of(rule, members), days, first)


def totals_of(rule: PostingRule, members: Members) -> tuple[AccountTotal, ...]:
    """By account code. One query."""
    found = rows("totals", directions=rule.directions, ids=members.ids)
    return tuple(
        AccountTotal(id_, code, name, asset, int(now), int(after), int(debits))
        for id_, code, name, asset, _, now, after, debits in found
    )


def _day(row: Sequence[Any]) -> BatchDay:
    code, name, currency, day, count, _, *figures = row
    net, net_after, gross, gross_after = (None if n is None else int(n) for n in figures)
    return BatchDay(code, name, currency, day, count, net, net_after, gross, gross_after)


def _first(found: Sequence[Sequence[Any]]) -> tuple[FirstRow, ...]:
    told: dict[str, FirstRow] = {}
    for public_id, payment, reference, on, code, name, asset, direction, amount in found:
        one = told.get(str(public_id)) or FirstRow(str(public_id), payment or "", reference or "", on, ())
        entry = PreviewEntry(code, name, direction, int(amount), asset)
        told[one.transaction] = FirstRow(one.transaction, one.payment_id, one.reference, on, (*one.entries, entry))
    return tuple(told.values())
