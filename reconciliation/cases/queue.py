"""The queue of exceptions: saved views, filters, keyset pages and counts. Counts are capped, so that a page costs the
same
at a thousand cases and at a million."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ledger.assets import EXPONENTS
from ledger.keyset import Page, Place, cut
from reconciliation.cases.closed_days import last_closed
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.named import named, plain
from reconciliation.cases.taxonomy import CLASSES

SIZE = 50
MOST_SHOWN, MOST_COUNTED = 1000, 10_000
VIEWS = ("all", "mine", "drift", "week", "unassigned", "waiting", "overdue", "snoozed")
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
# The last closed day of most accounts, and the open cases of each account's last closed day.
LAST_DAY = f"""(SELECT d.day FROM bank_account b, LATERAL {last_closed("%s")} d
                GROUP BY d.day ORDER BY count(*) DESC, d.day DESC LIMIT 1)"""  # noqa: S608 (texts of ours)
OF_LAST_DAYS = f"""SELECT c.id FROM exception_case c WHERE c.state <> 'resolved' AND (c.bank_account_id, c.day) IN
                   (SELECT b.id, d.day FROM bank_account b, LATERAL {last_closed("%s")} d)"""  # noqa: S608
# A case that is put off is in no hurry: neither overdue nor due. `_view` says the same. Given: `at`.
AWAKE = "(state <> 'snoozed' OR snoozed_until <= {at})"
NUMBER = re.compile(r"(\d{1,18})(?:\.(\d{1,18}))?", re.ASCII)
Cases = QuerySet[ExceptionCase]
State = ExceptionCase.State


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address, each "" when not set. account: code; owner: a person's id or "none"; age: 0..4, see
    AGES;
    amount: at least this size, in major units; q: what names a case, see `named`; sort: due or -due."""

    view: str = "all"
    exception_class: str = ""
    account: str = ""
    owner: str = ""
    state: str = ""
    amount: str = ""
    age: str = ""
    day: str = ""
    q: str = ""
    sort: str = "due"

    @property
    def query(self) -> dict[str, str]:
        """The filters as an address carries them."""
        named = {"view": self.view, "class": self.exception_class, "account": self.account, "owner": self.owner,
                 "state": self.state, "amount": self.amount, "age": self.age, "day": self.day,
                 "q": self.q, "sort": self.sort}  # fmt: skip
        usual = {"view": "all", "sort": "due"}
        return {name: value for name, value in named.items() if value and usual.get(name) != value}


def asked_of(given: Mapping[str, str]) -> Asked:
    """The filters that an address names; what is not one of ours is left out, a filter being a wish and not a form."""

    def one(name: str, known: Any) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    person, amount = given.get("owner", ""), given.get("amount", "")
    return Asked(
        view=one("view", VIEWS) or "all", exception_class=one("class", CLASSES), account=given.get("account", "")[:80],
        owner=person if person == "none" or (person.isdecimal() and len(person) < 19) else "",
        state=one("state", State.values), amount=amount if NUMBER.fullmatch(amount) else "",
        age=one("age", ("0", "1", "2", "3", "4")), day=_iso(given.get("day", "")), q=plain(given.get("q", "")),
        sort=one("sort", ("due", "-due")) or "due",
    )  # fmt: skip


def matching(asked: Asked, *, me: int | None, at: datetime) -> Cases:
    """The cases that a view and its filters hold, in no order. me: the reader's person."""
    found = ExceptionCase.objects.exclude(state=State.RESOLVED).filter(_view(asked.view, me, at))
    if asked.exception_class:
        found = found.filter(exception_class=asked.exception_class)
    if asked.account:
        found = found.filter(bank_account__code=asked.account)
    if asked.owner:
        found = found.filter(owner=None) if asked.owner == "none" else found.filter(owner_id=int(asked.owner))
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.amount:
        found = found.filter(_at_least(asked.amount))
    if asked.q:
        found = found.filter(named(asked.q))
    if asked.day:
        found = found.filter(day=date.fromisoformat(asked.day))
    return found.filter(_aged(int(asked.age), at)) if asked.age else found


def _asleep(at: datetime) -> Q:
    return Q(state=State.SNOOZED, snoozed_until__gt=at)


def _view(view: str, me: int | None, at: datetime) -> Q:
    asleep = _asleep(at)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    views: dict[str, Q] = {
        "all": Q(),
        "mine": Q(owner_id=me) & ~asleep,
        "drift": Q(id__in=RawSQL(OF_LAST_DAYS, (at, at, at))),  # noqa: S611 (a text of ours)
        "week": Q(due_at__gte=at, due_at__lt=midnight + timedelta(days=8)) & ~asleep,
        "unassigned": Q(owner=None) & ~asleep,
        "waiting": Q(state=State.WAITING),
        "overdue": Q(due_at__lt=at) & ~asleep,
        "snoozed": asleep,
    }
    return views[view]


def _at_least(text: str) -> Q:
    """Contributions of at least this size in major units, each currency by its own decimals."""
    found = NUMBER.fullmatch(text)
    whole, part = (found[1], found[2] or "") if found else ("0", "")
    sizes = Q()
    for exponent in sorted(set(EXPONENTS.values())):
        least = int(whole + part[:exponent].ljust(exponent, "0"))
        codes = [code for code, e in EXPONENTS.items() if e == exponent]
        sizes |= Q(currency__in=codes) & (Q(contribution_minor__gte=least) | Q(contribution_minor__lte=-least))
    return sizes


def _aged(bucket: int, at: datetime) -> Q:
    younger = Q(opened_at__gt=at - AGES[bucket]) if bucket < len(AGES) else Q()
    return younger & (Q(opened_at__lte=at - AGES[bucket - 1]) if bucket else Q())


def _iso(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def mark_of(case: ExceptionCase) -> str:
    """The place of a case in the order of the queue, for keyset pages."""
    return f"{case.due_at.astimezone(UTC).isoformat()}~{case.id}"


def page_of(asked: Asked, place: Place, *, me: int | None, at: datetime, size: int = SIZE) -> Page[ExceptionCase]:
    """One page in the order of due_at and id. One query."""
    downwards = (asked.sort == "-due") != place.backwards
    found = matching(asked, me=me, at=at).filter(beyond(place.mark, downwards=downwards))
    order = ("-due_at", "-id") if downwards else ("due_at", "id")
    rows = found.order_by(*order).select_related("owner", "bank_account").defer("evidence")
    return cut(list(rows[: size + 1]), place, size)


def beyond(mark: str, *, downwards: bool) -> Q:
    """What follows a mark; everything when there is none, or none that can be read."""
    due, _, number = mark.partition("~")
    try:
        at, last = datetime.fromisoformat(due), int(number)
    except ValueError:
        return Q()
    if downwards:
        return Q(due_at__lte=at) & (Q(due_at__lt=at) | Q(id__lt=last))
    return Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(id__gt=last))


def to_open(asked: Asked, *, me: int | None, at: datetime) -> QuerySet[Any]:
    """The number of the case of this list that is due first among those that the reader may take up: nobody's or their
    own, awake, and not waiting for a decision."""
    mine = Q(owner=None) | Q(owner_id=me)
    free = matching(asked, me=me, at=at).filter(mine & ~_asleep(at)).exclude(state=State.WAITING)
    return free.order_by("due_at", "id").values("number")[:1]


def ids_of(asked: Asked, *, me: int | None, at: datetime) -> list[int]:
    """Every case that matches, at most one more than a selection may hold."""
    return list(matching(asked, me=me, at=at).order_by("due_at", "id").values_list("id", flat=True)[: MOST_COUNTED + 1])


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Numbers of the cases before and after one in its view; place and total are None when it is not in the view."""

    previous: int | None
    following: int | None
    place: int | None
    total: int


def neighbours(case: ExceptionCase, asked: Asked, *, me: int | None, at: datetime) -> Neighbours:
    """Where a case stands in the view that it was opened from. One query; counts are capped."""
    found, here, down = matching(asked, me=me, at=at), mark_of(case), asked.sort == "-due"
    order, back = (("-due_at", "-id"), ("due_at", "id")) if down else (("due_at", "id"), ("-due_at", "-id"))
    before = found.filter(beyond(here, downwards=not down))
    parts = [
        before.order_by(*back).values("number")[:1],
        found.filter(beyond(here, downwards=down)).order_by(*order).values("number")[:1],
        counted(before, MOST_SHOWN),
        counted(found, MOST_SHOWN),
        found.filter(id=case.id).values("number")[:1],
    ]
    previous, following, earlier, total, member = selected(parts)
    return Neighbours(previous, following, None if member is None else earlier + 1, total)


class Counted:
    """A capped count, to be asked together with others."""

    def __init__(self, cases: Cases, most: int) -> None:
        self.cases, self.most = cases, most


def counted(cases: Cases, most: int) -> Counted:
    return Counted(cases, most)


def selected(parts: list[Any]) -> tuple[Any, ...]:
    """Several one-value questions in one query: each a query set of one column and row, or a capped count."""
    asks: list[str] = []
    values: list[Any] = []
    for part in parts:
        query = part.cases.order_by().values("id")[: part.most + 1] if isinstance(part, Counted) else part
        sql, given = query.query.sql_with_params()
        counting = isinstance(part, Counted)
        asks.append(f"(SELECT count(*) FROM ({sql}) counted)" if counting else f"({sql})")  # noqa: S608 (compiled by Django)
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asks)}", values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


__all__ = [
    "Asked",
    "asked_of",
    "counted",
    "ids_of",
    "matching",
    "neighbours",
    "page_of",
    "replace",
    "selected",
    "to_open",
]
