"""One honest status per plane: no calm word where the rows or an open case say otherwise, and each since its own time."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from console.pages.lanes import lanes_context
from reconciliation.cases.plane_titles import TITLES
from reconciliation.lookup.accused import ACCUSED
from reconciliation.lookup.facts import EventFact, LineFact, OrderMove, PaymentFact, PaymentFacts, TransactionFact
from reconciliation.lookup.plane_status import PlaneStatus
from reconciliation.lookup.sentences import told
from reconciliation.lookup.statuses import planes_of
from tests.reconciliation.lookup.test_sentences import AT, CASE, ORDER, PAID, POSTED

H = timedelta(hours=1)
SEEN = replace(PAID, status="paid", confirmed=None, confirmed_at=None)
EXPIRED = replace(SEEN, status="expired", detected=None, detected_at=None, last_event_at=AT + 9 * H)
REVERSAL = replace(POSTED, id=3, reverses=1)
OUT = replace(POSTED, use_case="payout", bank="Bank", due_at=AT + H)
LINE = LineFact(1, "FT1", -50_000, "BTC", AT.date(), AT.date(), AT, "Bank", "b", "BOOK")
BACK = replace(LINE, id=2, amount=50_000, imported_at=AT + 2 * H)


def planes(
    payment: PaymentFact | None = PAID, *transactions: TransactionFact, at: datetime = AT, **more: object
) -> dict[str, PlaneStatus]:
    facts = PaymentFacts("p-1", [ORDER], [], [payment] if payment else [], transactions=list(transactions))
    return {p.plane: p for p in planes_of(replace(facts, **more), at)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payment", "transactions", "hours", "word", "tone", "badge"),
    [
        (PAID, [POSTED], 0, "Posted", "clean", "As expected"),
        (SEEN, [POSTED], 0, "Posted", "drift", "Before it was final"),
        (PAID, [replace(POSTED, posted_at=AT - H)], 0, "Posted", "drift", "Before it was final"),
        (PAID, [replace(POSTED, amount=50_001)], 0, "Posted", "drift", "More than confirmed"),
        (PAID, [replace(POSTED, amount=50_001, agreed=True)], 0, "Posted", "clean", "As expected"),
        (PAID, [replace(POSTED, amount=50_500, held=50_000)], 0, "Posted", "clean", "As expected"),
        (PAID, [replace(POSTED, amount=40_000)], 25, "Posted", "drift", "Less than confirmed"),
        (PAID, [POSTED, replace(POSTED, id=2)], 0, "Posted", "drift", "Booked twice"),
        (PAID, [replace(POSTED, asset="ETH")], 0, "Posted", "drift", "Another asset"),
        (replace(EXPIRED, status="failed"), [POSTED], 0, "Posted", "drift", "Not paid for"),
        (PAID, [replace(POSTED, use_case="payout")], 99, "Posted", "clean", "As expected"),
        (PAID, [], 24, "Expected", "info", "Not posted yet"),
        (PAID, [], 25, "Expected", "warn", "Overdue"),
        (PAID, [POSTED, REVERSAL], 1, "Reversed", "unknown", "Nothing stands"),
        (PAID, [POSTED, REVERSAL], 25, "Reversed", "warn", "Overdue"),
        (PAID, [replace(POSTED, status="PENDING", posted_at=None)], 25, "Pending", "info", "Not posted yet"),
    ],
)
def test_the_ledger_is_as_expected_only_where_it_agrees_with_the_provider(
    payment: PaymentFact, transactions: list[TransactionFact], hours: int, word: str, tone: str, badge: str
) -> None:
    ledger = planes(payment, *transactions, at=AT + hours * H)["ledger"]
    assert (ledger.word, ledger.tone, ledger.badge) == (word, tone, badge)


@pytest.mark.parametrize(
    ("payment", "badge"),
    [(PAID, "As expected"), (SEEN, "Payment overdue"), (None, "Payment overdue"),
     (replace(PAID, confirmed=48_000, flags=("under",)), "Payment overdue")],
)  # fmt: skip
def test_an_open_order_is_overdue_until_its_money_is_final(payment: PaymentFact | None, badge: str) -> None:
    assert planes(payment, at=AT + 2 * H)["commerce"].badge == badge
    assert planes(payment, at=AT + H)["commerce"].badge == "As expected"


@pytest.mark.parametrize(
    ("payment", "source", "badge", "says"),
    [
        (PAID, "operator", "Before it was final", "by hand, whatever agrees by now"),
        (SEEN, "operator", "Before it was final", "by hand, whatever agrees by now"),
        (PAID, "matcher", "As expected", "by its rule"),
        (replace(PAID, confirmed_at=AT - 3 * H), "operator", "As expected", "by hand"),
        (None, "operator", "As expected", "by hand"),
    ],
)
def test_goods_that_a_person_let_go_before_the_money_was_final_are_not_as_expected(
    payment: PaymentFact | None, source: str, badge: str, says: str
) -> None:
    out = OrderMove(ORDER.id, AT - 2 * H, "open", "fulfilled", source, "somebody", "GOODS_SENT", "T-1")
    commerce = planes(payment, orders=[replace(ORDER, state="fulfilled")], moves=[out])["commerce"]
    assert (commerce.badge, commerce.says) == (badge, says)


@pytest.mark.parametrize(("pair", "kind"), TITLES)
def test_no_open_case_stands_beside_a_calm_plane_that_it_accuses(pair: str, kind: str) -> None:
    plane, tone, badge = ACCUSED[pair, kind]
    case = replace(CASE, pair=pair, kind=kind)
    for payment in (PAID, SEEN):
        found = planes(payment, POSTED, cases=[case])[plane]
        assert found.tone not in ("clean", "info")
    calm = planes(PAID, POSTED, cases=[case])[plane]
    assert (calm.tone, calm.badge) == (tone, badge)
    ended = planes(PAID, POSTED, cases=[replace(case, state="resolved")])
    assert [p.tone for p in ended.values()][:3] == ["clean"] * 3


def test_a_case_of_the_bank_stands_at_the_bank() -> None:
    case = replace(CASE, pair="ledger-bank", kind="")
    assert planes(PAID, OUT, lines=[LINE], cases=[case])["bank"].badge == "Differs from the book"
    assert planes(PAID, OUT, cases=[case])["bank"].badge == "Not due yet"
    found = planes(PAID, OUT, lines=[LINE], cases=[replace(case, cause=3)])
    assert (found["ledger"].badge, found["bank"].badge) == ("Wrong sign", "On the statement")
    pending = planes(PAID, replace(OUT, status="PENDING"), lines=[LINE], cases=[replace(case, cause=5)])
    assert (pending["ledger"].tone, pending["ledger"].badge) == ("warn", "Settled, not confirmed")


REFUND = replace(OUT, id=2, use_case="refund")


@pytest.mark.parametrize(
    ("transactions", "lines", "word"),
    [
        ([OUT], [LINE], "Settled"), ([OUT], [LINE, BACK], "Returned"),
        ([OUT], [LINE, BACK, replace(LINE, id=3)], "Settled"), ([OUT], [LINE, replace(BACK, amount=49_000)], "Settled"),
        ([OUT, REFUND], [LINE, BACK], "Settled"), ([OUT, replace(REVERSAL, bank="Bank")], [LINE, BACK], "Returned"),
        ([OUT], [LINE, replace(BACK, bank="Other")], "Settled"),
    ],
)  # fmt: skip
def test_what_came_back_is_not_settled(transactions: list[TransactionFact], lines: list[LineFact], word: str) -> None:
    facts = PaymentFacts("p-1", transactions=transactions, lines=lines)
    said = told(facts, AT + 3 * H)
    assert said.planes[3].word == word
    assert ("looking into" in said.sentence) == (word == "Returned")
    assert ("returned by the bank" in said.headline) == (word == "Returned")


def event(kind: str, at: datetime) -> EventFact:
    return EventFact(1, UUID(int=1), kind, kind, at, at, None, "", "", (), 1, UUID(int=1))


def test_each_plane_stands_since_its_own_time() -> None:
    later = replace(PAID, last_event_at=AT + 9 * H)
    assert planes(later)["provider"].since == AT
    assert planes(replace(later, doubts=("fell",)))["provider"].since == AT
    events = [event("created", AT), event("expired", AT + 2 * H), event("noted", AT + 9 * H)]
    assert planes(EXPIRED, events=events)["provider"].since == AT + 2 * H
    assert planes(replace(EXPIRED, flags=("late",)), events=events)["provider"].since == AT + 2 * H
    assert planes(replace(EXPIRED, status="pending"), events=events)["provider"].since == AT
    recognised = replace(POSTED, id=2, use_case="recognise", posted_at=AT + 5 * H)
    assert planes(PAID, POSTED, recognised)["ledger"].since == AT


def test_the_lane_of_the_bank_ends_where_it_came_back() -> None:
    facts = PaymentFacts("p-1", [ORDER], transactions=[OUT], lines=[LINE, BACK])
    drawn = lanes_context(facts, AT + 99 * H)
    assert drawn is not None
    bank = [s for s in drawn["segments"] if s.y == 6 + 26 * 3]
    assert [s.css for s in bank] == ["seg-l1", "seg-b0"]
    assert bank[1].says.startswith("Bank: returned, ")
    assert all(s.says for s in drawn["segments"]), "a bar too narrow for its label says it where it is pointed at"
