"""What the bank's pages show: files that wait and files taken in, which days the statements cover, and the lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, F, Func, JSONField, Max, Min, Q, TextField, Value, When

from ledger.keyset import SIZE, Page, Place, cut
from reconciliation.bank.coverage import DayCoverage, Span, coverage
from reconciliation.bank.expected import expected_money
from reconciliation.bank.models import BankAccount, BankImport, BankLine, BankPeriod, BankStatement, CsvProfile
from reconciliation.bank.read_coverage import span_of
from reconciliation.errors import NotFound

FILES = 12
# A statement's continuity is judged by the one before it; further back there is none that could adjoin it.
LOOK_BACK = timedelta(days=45)
OPEN = Q(state__in=[BankImport.State.RECEIVED, BankImport.State.READ])


@dataclass(frozen=True, slots=True)
class Day:
    """One date of an account. `covered` is None on dates that are no settlement day, and where no calendar reaches.
    `expected`: how many lines were seen intraday and are not booked, and their sum in minor units."""

    on: date
    covered: DayCoverage | None
    begun: bool = False
    due_at: datetime | None = None
    restated: bool = False
    before_opening: bool = False
    beyond_calendar: bool = False
    expected: tuple[int, int] | None = None


def accounts() -> list[BankAccount]:
    return list(BankAccount.objects.order_by("code"))


def account_named(code: str) -> BankAccount:
    """The bank account of a code. Raises NotFound."""
    found = BankAccount.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"no bank account has the code {code!r:.80}")
    return found


def profile_names() -> list[str]:
    return list(CsvProfile.objects.order_by("name").values_list("name", flat=True).distinct())


def files(first: UUID | None = None) -> list[BankImport]:
    """The import of the id first, then those that wait, then the newest: at most 12, with the dates of their
    statements as `from_on` and `until_on`. `shown` is the preview of the first and of those that wait. One query.

    Raises NotFound when no import has the id."""
    wanted = Q(public_id=first) if first else Q(pk__in=[])
    rank = Case(When(wanted, then=0), When(OPEN, then=1), default=2)
    shown = Case(When(wanted | OPEN, then=F("preview")), default=Value({}, JSONField()), output_field=JSONField())
    rows = (
        BankImport.objects.select_related("bank_account", "profile")
        .defer("preview")
        .annotate(rank=rank, shown=shown, from_on=Min("statements__from_on"), until_on=Max("statements__until_on"))
        .order_by("rank", "-received_at")
    )
    found: list[BankImport] = list(rows[:FILES])
    if first and (not found or found[0].public_id != first):
        raise NotFound(f"no import has the id {first}")
    return found


def ended_files(place: Place) -> Page[BankImport]:
    """Imports that ended, the newest first, twelve to a page, with the dates of their statements. Two queries at most.
    Raises NotFound when the place is none."""
    rows = (
        BankImport.objects.exclude(OPEN).select_related("bank_account").defer("preview")
        .annotate(from_on=Min("statements__from_on"), until_on=Max("statements__until_on"))
    )  # fmt: skip
    if place.mark:
        at, own = _received(place.mark)
        way = "gt" if place.backwards else "lt"
        rows = rows.filter(Q(**{f"received_at__{way}": at}) | Q(received_at=at, **{f"id__{way}": own}))
    order = ("received_at", "id") if place.backwards else ("-received_at", "-id")
    return cut(list(rows.order_by(*order)[: FILES + 1]), place, FILES)


def _received(public_id: str) -> tuple[datetime, int]:
    try:
        found = BankImport.objects.filter(public_id=UUID(public_id)).values_list("received_at", "id").first()
    except ValueError:
        found = None  # a place that nobody gave
    if found is None:
        raise NotFound(f"no import stands at {public_id!r:.60}")
    return found


def covered(of: Sequence[BankAccount], first: date, until: date, *, at: datetime) -> dict[int, list[Day]]:
    """Every date of [first, until) for each account, as of `at`. Two queries, however many accounts, and a third where intraday
    reports stand."""
    spans: dict[int, list[Span]] = {account.id: [] for account in of}
    reported: set[int] = set()
    rows = BankStatement.objects.filter(until_on__gte=first - LOOK_BACK, imported_at__lte=at)
    for s in rows.order_by("id"):
        if s.intraday:
            reported.add(s.bank_account_id)
        else:
            spans[s.bank_account_id].append(span_of(s))
    periods: dict[int, list[BankPeriod]] = {account.id: [] for account in of}
    for p in BankPeriod.objects.filter(day__gte=first - LOOK_BACK, day__lt=until + LOOK_BACK).order_by("day"):
        periods[p.bank_account_id].append(p)
    told = {a.id: _days(a, first, until, periods[a.id], spans[a.id], at) for a in of}
    expected = expected_money(reported, first, until, at=at) if reported else {}
    return {a: [replace(d, expected=expected.get((a, d.on))) for d in days] for a, days in told.items()}


def _days(
    account: BankAccount, first: date, until: date, periods: list[BankPeriod], spans: list[Span], at: datetime
) -> list[Day]:
    found = coverage([p.day for p in periods], spans)
    by_day = {p.day: p for p in periods}
    reach = max((p.until_on for p in periods), default=account.opened_on)
    restated = [s for s in spans if not s.in_force]
    told = []
    for n in range((until - first).days):
        on = first + timedelta(days=n)
        period = by_day.get(on)
        if period is None:
            told.append(Day(on, None, before_opening=on < account.opened_on, beyond_calendar=on >= reach))
            continue
        again = any(s.from_on <= on < s.until_on for s in restated)
        told.append(Day(on, found[on], period.starts_at <= at, period.due_at, again))
    return told


def lines(
    account: BankAccount, place: Place, *, sought: str = "", first: date | None = None, last: date | None = None
) -> Page[BankLine]:
    """Lines of an account with their statements, the newest day first. `sought` is a whole reference or bank id. Two
    queries at most. Raises NotFound when the place is none."""
    rows = BankLine.objects.filter(bank_account=account).select_related("statement__bank_import")
    if sought:
        key = Func(Value(sought), function="reference_key", output_field=TextField())
        rows = rows.filter(Q(reference_key=key, reference_key__gt="") | Q(bank_id=sought))
    if first:
        rows = rows.filter(counts_on__gte=first)
    if last:
        rows = rows.filter(counts_on__lte=last)
    if place.mark:
        on, at = _position(account, place.mark)
        further, same = ("gt", "gte") if place.backwards else ("lt", "lte")
        rows = rows.filter(
            Q(**{f"counts_on__{further}": on}) | Q(counts_on=on, **{f"id__{further}": at}),
            **{f"counts_on__{same}": on},
        )
    order = ("counts_on", "id") if place.backwards else ("-counts_on", "-id")
    return cut(list(rows.order_by(*order)[: SIZE + 1]), place)


def mark(line: BankLine) -> str:
    """The place of a line, free of ids that would count the lines of others."""
    return f"{line.statement.public_id}.{line.number}"


def _position(account: BankAccount, text: str) -> tuple[date, int]:
    public_id, _, number = text.partition(".")
    rows: Iterable[tuple[date, int]] = []
    try:
        rows = BankLine.objects.filter(
            bank_account=account, statement__public_id=UUID(public_id), number=int(number)
        ).values_list("counts_on", "id")
    except ValueError:
        pass  # a place that nobody gave
    for found in rows:
        return found
    raise NotFound(f"no line stands at {text!r:.60}")
