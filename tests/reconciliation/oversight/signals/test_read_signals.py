"""Readings are taken by the hour, each once, never rewritten; what is out of range is told once a day."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.errors import NotPermitted
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.signals.models import SignalRaised, SignalReading
from reconciliation.oversight.signals.read_signals import DAYS_BACK, read_signals
from reconciliation.oversight.signals.signal_pages import evidence_of, last_read, raised_between, reading_of, trends
from reconciliation.schedule import READ_SIGNALS, enqueue_signals
from reconciliation.work_off import work_off
from tests.people import INTEGRATION
from tests.reconciliation.oversight.signals.counting import DAY
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)
READER = Actor("job", "read_signals", frozenset({"job"}))
HOUR = timedelta(hours=1)


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id)


def take(shop: Shop, hours: int) -> list[tuple[str, str]]:
    with tenant(shop.tenant_id):
        return [(r.key, f"{r.day}") for r in read_signals(actor=READER, at=NOON + hours * HOUR)]


def by_hand(shop: Shop, actor: Actor, hours: int, ref: str = "o1") -> None:
    shop.order(ref)
    with tenant(shop.tenant_id):
        said = ByHand(ref, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "SUP-17", f"k{hours}", "")
        move_order(said, actor=actor, at=NOON + hours * HOUR)


def states(shop: Shop, key: str = "hand-edits") -> list[tuple[str, int | None]]:
    with tenant(shop.tenant_id):
        (trend,) = trends(until=DAY + timedelta(days=2), days=4, keys=[key])
        return [(r.state, r.value) for r in trend.readings]


def test_days_that_are_over_are_read_once_and_today_as_it_stands(shop: Shop) -> None:
    assert take(shop, 1) == []
    with tenant(shop.tenant_id):
        rows = SignalReading.objects
        assert rows.count() == 11 * (DAYS_BACK + 1)
        assert rows.filter(day=DAY, as_of=NOON + HOUR).count() == 11
        assert not rows.filter(state="unknown").exclude(value=None).exists()
    take(shop, 1)
    take(shop, 2)
    with tenant(shop.tenant_id):
        assert SignalReading.objects.count() == 11 * (DAYS_BACK + 2), "only today is read again"
        assert last_read(at=NOON + 9 * HOUR) == NOON + 2 * HOUR


def test_what_goes_out_of_range_is_told_once_with_its_rows_digest_on_the_trail(shop: Shop, checker: Actor) -> None:
    by_hand(shop, checker, 1)
    assert take(shop, 2) == [("hand-edits", "2026-03-20")]
    by_hand(shop, checker, 3, "o2")
    assert take(shop, 4) == []
    assert states(shop)[-1] == ("out", 2)
    with tenant(shop.tenant_id):
        (raised,) = SignalRaised.objects.select_related("reading").all()
        (row,) = AuditEntry.objects.filter(action="signal.raised")
        assert (row.subject, row.detail["value"], row.detail["counted"]) == ("hand-edits 2026-03-20", 1, 1)
        assert row.detail["rows_sha256"] == bytes(raised.reading.rows_sha256).hex()
        assert raised_between(DAY, DAY + timedelta(days=1)) == [raised]
        assert raised_between(DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_each_day_tells_for_itself_and_a_day_missed_is_caught_up(shop: Shop, checker: Actor) -> None:
    by_hand(shop, checker, 1)
    by_hand(shop, checker, 25, "o2")
    assert take(shop, 40) == [("hand-edits", "2026-03-20"), ("hand-edits", "2026-03-21")]
    assert take(shop, 41) == []


def test_the_rows_behind_a_reading_are_the_very_ones_a_week_later(shop: Shop, checker: Actor) -> None:
    by_hand(shop, checker, 1)
    take(shop, 2)
    by_hand(shop, checker, 3, "o2")
    take(shop, 24)
    with tenant(shop.tenant_id):
        early = SignalReading.objects.get(key="hand-edits", as_of=NOON + 2 * HOUR)
        for reading, names in ((early, ["o1"]), (reading_of("hand-edits", DAY), ["o1", "o2"])):
            assert reading is not None
            found = evidence_of(reading)
            assert ([row.name for row in found.found.rows], found.same) == (names, True)
        forged = SignalReading(
            key="hand-edits", day=DAY, as_of=NOON + 2 * HOUR, rows_sha256=b"x" * 32, state="out", value=1
        )
        assert not evidence_of(forged).same


def test_the_clock_asks_once_an_hour_and_not_before_there_is_something(shop: Shop, rival: Tenant) -> None:
    with tenant(rival.id):
        enqueue_signals(at=NOON)
        assert not OutboxItem.objects.filter(kind=READ_SIGNALS).exists()
    for minutes in (0, 30, 61):
        with tenant(shop.tenant_id):
            enqueue_signals(at=NOON + timedelta(minutes=minutes))
    with tenant(shop.tenant_id):
        due = due_items(at=NOON + 2 * HOUR, limit=100)
        ids = list(OutboxItem.objects.filter(kind=READ_SIGNALS, id__in=due).values_list("id", flat=True))
    assert len(ids) == 2
    assert work_off(shop.tenant_id, ids[0], at=NOON + 2 * HOUR)
    with tenant(shop.tenant_id):
        assert SignalReading.objects.filter(day=DAY).count() == 11


def test_only_the_job_reads_them(shop: Shop, checker: Actor) -> None:
    for actor in (checker, INTEGRATION):
        with tenant(shop.tenant_id), pytest.raises(NotPermitted):
            read_signals(actor=actor, at=NOON)


@pytest.mark.parametrize("attack", [
    "UPDATE signal_reading SET state = 'in', value = 0", "DELETE FROM signal_raised", "TRUNCATE signal_reading CASCADE",
])  # fmt: skip
def test_what_was_read_is_never_rewritten(shop: Shop, checker: Actor, attack: str) -> None:
    by_hand(shop, checker, 1)
    take(shop, 2)
    with tenant(shop.tenant_id), connection.cursor() as cursor:
        with pytest.raises(Exception, match=r"append-only|permission denied") as refused:
            cursor.execute(attack)
        assert isinstance(refused.value.__cause__, psycopg.Error)


def test_nothing_is_raised_that_no_reading_showed(shop: Shop) -> None:
    take(shop, 1)
    with tenant(shop.tenant_id):
        quiet = SignalReading.objects.filter(key="hand-edits").latest("id")
        with pytest.raises(IntegrityError, match="was not out of range"):
            SignalRaised.objects.create(key="hand-edits", day=quiet.day, reading=quiet, raised_at=NOON)


def test_a_reading_of_another_day_or_an_unknown_with_a_value_is_refused(shop: Shop) -> None:
    given = {
        "key": "hand-edits", "day": DAY, "as_of": NOON, "state": "unknown", "parts": {}, "said": "", "goal": "goal 0",
        "limit_value": 0, "counted": 0, "rows_sha256": b"", "read_at": NOON,
    }  # fmt: skip
    for wrong, name in (
        ({"value": 0}, "reading_unknown_states_no_value"), ({"state": "in"}, "reading_known_states_one"),
        ({"as_of": NOON - timedelta(days=1)}, "reading_is_of_its_day"), ({"key": "luck"}, "reading_signal_is_known"),
    ):  # fmt: skip
        with tenant(shop.tenant_id), pytest.raises(IntegrityError, match=name):
            SignalReading.objects.create(**(given | wrong))
