"""The queue of exceptions: saved views, filters, keyset pages and counts. Counts are capped, so that a page costs the
same
at a thousand cases and at a million."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ledger.assets import EXPONENTS
from ledger.keyset import Page, Place, cut
from reconciliation.cases.closed_days import last_closed
from reconciliation.cases.counted import counted, selected
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.named import named, plain
from reconciliation.cases.queue_order import beyond, mark_of, ordered_by
from reconciliation.cases.resolutions import CODES
from reconciliation.cases.taxonomy import CAUSES, CLASSES
from reconciliation.incidents.standing import released_with

SIZE = 50
MOST_SHOWN, MOST_COUNTED = 1000, 10_000
PAIRS = ("commerce-provider", "provider-ledger", "provider-log", "ledger-bank")
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
EQUAL = {"exception_class": "exception_class", "account": "bank_account__code", "planes": "plane_pair", "cause": "cause",
         "code": "resolution"}  # fmt: skip
Cases = QuerySet[ExceptionCase]
State = ExceptionCase.State


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address, each "" when not set. account: code; owner: a person's id or "none"; age: 0..4, see
    AGES;
    amount: at least this size, in major units; q: what names a case, see `named`; sort: due or -due; code: how it ended;
    planes: a pair; cause: the number of a cause of bank drift.
    Cases that ended are listed only where the state or the code asks for them."""

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
    code: str = ""
    planes: str = ""
    cause: str = ""

    @property
    def ended(self) -> bool:
        """Whether it asks for cases that ended: by their state, or by a code that they ended with."""
        return self.state == State.RESOLVED or bool(self.code)

    @property
    def column(self) -> str:
        """The instant that orders the list."""
        return "resolved_at" if self.ended else "due_at"

    @property
    def downwards(self) -> bool:
        """What falls due first stands first; of what ended, the newest."""
        return (self.sort == "-due") != self.ended

    @property
    def query(self) -> dict[str, str]:
        """The filters as an address carries them."""
        named = {"view": self.view, "class": self.exception_class, "account": self.account, "owner": self.owner,
                 "state": self.state, "amount": self.amount, "age": self.age, "day": self.day,
                 "q": self.q, "sort": self.sort, "code": self.code, "planes": self.planes, "cause": self.cause}  # fmt: skip
        usual = {"view": "all", "sort": "due"}
        return {name: value for name, value in named.items() if value and usual.get(name) != value}


def asked_of(given: Mapping[str, str]) -> Asked:
    """The filters that an address names; what is not one of ours is left out, a filter being a wish and not a form."""

    def one(name: str, known: Any) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    person, amount = given.get("owner", ""), given.get("amount", "").strip().replace(",", "")
    return Asked(
        view=one("view", VIEWS) or "all", exception_class=one("class", CLASSES), account=given.get("account", "")[:80],
        owner=person if person == "none" or (person.isdecimal() and len(person) < 19) else "",
        state=one("state", State.values), amount=amount if NUMBER.fullmatch(amount) else "",
        age=one("age", ("0", "1", "2", "3", "4")), day=_iso(given.get("day", "")), q=plain(given.get("q", "")),
        sort=one("sort", ("due", "-due")) or "due", code=one("code", CODES), planes=one("planes", PAIRS),
        cause=one("cause", [str(n) for n in CAUSES]),
    )  # fmt: skip


def matching(asked: Asked, *, me: int | None, at: datetime) -> Cases:
    """The cases that a view and its filters hold, in no order. me: the reader's person."""
    found = ExceptionCase.objects.filter(Q(state=State.RESOLVED) if asked.ended else ~Q(state=State.RESOLVED))
    found = found.filter(_view(asked.view if asked.view == "mine" or not asked.ended else "all", me, at))
    found = found.filter(**{column: getattr(asked, name) for name, column in EQUAL.items() if getattr(asked, name)})
    if asked.owner:
        found = found.filter(owner=None) if asked.owner == "none" else found.filter(owner_id=int(asked.owner))
    if asked.state and not asked.ended:
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


def page_of(asked: Asked, place: Place, *, me: int | None, at: datetime, size: int = SIZE) -> Page[ExceptionCase]:
    """One page in the order of `asked.column` and id. One query."""
    downwards = asked.downwards != place.backwards
    found = matching(asked, me=me, at=at).filter(beyond(place.mark, asked.column, downwards=downwards))
    rows = (
        found.order_by(*ordered_by(asked.column, downwards=downwards))
        .select_related("owner", "bank_account")
        .annotate(hold_released=released_with("id"))
        .defer("evidence")
    )
    return cut(list(rows[: size + 1]), place, size)


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
    found, down, column = matching(asked, me=me, at=at), asked.downwards, asked.column
    here = mark_of(case, column)
    order, back = ordered_by(column, downwards=down), ordered_by(column, downwards=not down)
    before = found.filter(beyond(here, column, downwards=not down))
    parts = [
        before.order_by(*back).values("number")[:1],
        found.filter(beyond(here, column, downwards=down)).order_by(*order).values("number")[:1],
        counted(before, MOST_SHOWN),
        counted(found, MOST_SHOWN),
        found.filter(id=case.id).values("number")[:1],
    ]
    previous, following, earlier, total, member = selected(parts)
    return Neighbours(previous, following, None if member is None else earlier + 1, total)
