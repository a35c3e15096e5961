"""What a draft would have done: caught, hindered, let through; and nothing changed by asking."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.backtest.backtest_pages import find_backtest, flips_of, newest_backtest
from reconciliation.backtest.models import Backtest
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.checkpoints.decide import record_refused
from reconciliation.checkpoints.documents import digest_of
from reconciliation.errors import BadInput, ForbiddenByPolicy, NotFound, NotPermitted
from reconciliation.matching.matched_fact import matched_pairs
from reconciliation.policies.request_override import request_override
from reconciliation.provider.state_fact import provider_states
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.backtest.past import EARLY, POSTINGS, Past, forbids
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.planes.shop import NOON
from tests.reconciliation.provider.desk import said

pytestmark = pytest.mark.django_db(transaction=True)
APPROVED = checkpoint({
    "moves": ["posting.post"], "amounts": {"BTC": {"from": "100"}}, "outcome": "approval",
    "reason": "Larger postings need another person.",
    "approval": {"roles": ["controller"], "quorum": 1, "bands": {"BTC": [{"from": "1000", "quorum": 2}]}},
})  # fmt: skip


@pytest.fixture
def past(acme: Tenant) -> Past:
    return Past(acme.id)


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant) -> tuple[Actor, Actor]:
    return two_admins(user_of, acme.id)


def early_and_prompt(past: Past) -> None:
    """o1 is posted an instant after it was seen, o2 in the very minute of its confirmation, o3 has no provider."""
    for n, ref in enumerate(("o1", "o2")):
        past.order(ref)
        past.receipt("0.0005", f"X{n}", minute=1, invoice=f"inv_{n}", ref=ref)
    past.post("p-o1", minute=2)
    past.event("InvoiceSettled", "inv_1", "o2", minute=3)
    past.post("p-o2", minute=3)
    past.post("p-o3", minute=3, use_case="payout")
    past.event("InvoiceSettled", "inv_0", "o1", minute=9)
    past.match(minute=10)


def test_the_drift_is_caught_and_what_is_like_it_is_left_alone(past: Past) -> None:
    early_and_prompt(past)
    found = past.backtest(EARLY)
    assert (found["replayed"], found["flips"], found["otherwise"], found["looser"]) == (3, 1, 0, False)
    assert found["forbids"] == [{"move": "posting.post", "let_through": 3, "forbidden": 1}]
    money = [{"asset": "BTC", "minor": "50000"}]
    tally = {"moves": 1, "payments": 1, "money": money}
    assert found["blocked"] == {
        "tally": tally, "stopped": 1, "held": 0,
        "by_class": [{"exception_class": "illegal_transition", "cause": None, "tally": tally}],
    }  # fmt: skip
    nothing = {"moves": 0, "payments": 0, "money": []}
    assert (found["hindered"]["stopped"], found["hindered"]["delayed"], found["loosened"]) == (
        nothing,
        nothing,
        nothing,
    )
    assert (found["plane_cases_prevented"], found["document_sha256"]) == (1, digest_of(EARLY).hex())
    (flip,) = found["largest"]
    assert (flip["payment_id"], flip["label"], flip["turned"], flip["exception_class"]) == (
        "p-o1",
        "deposit",
        "drift",
        "illegal_transition",
    )
    assert (flip["live"]["outcome"], flip["draft"]["outcome"], flip["draft"]["reason"]) == (
        "automatic", "forbidden", "Posting before Confirmed is forbidden.",
    )  # fmt: skip
    assert flip["at"] == (NOON + timedelta(minutes=2)).isoformat()
    assert flip["transaction"]


def test_a_state_of_the_past_is_what_policy_would_have_read_then(past: Past) -> None:
    told: dict[tuple[str, int], str] = {}
    for n, words in enumerate((
        ("", "InvoiceCreated", "InvoiceProcessing", "InvoiceSettled"), ("InvoiceCreated", "InvoiceExpired", "InvoiceSettled"),
        ("InvoiceProcessing", "InvoiceInvalid"),
    )):  # fmt: skip
        for minute, word in enumerate(words):
            if word:
                past.event(word, f"inv_{n}", f"o{n}", minute=2 * minute)
            with tenant(past.tenant_id):
                told[f"inv_{n}", 2 * minute + 1] = provider_states([f"inv_{n}"]).get(f"inv_{n}", "unknown")
            past.post(f"inv_{n}", minute=2 * minute + 1)
    assert set(told.values()) == {"unknown", "pending", "paid", "confirmed", "expired", "failed"}
    for state in ("unknown", "pending", "paid", "confirmed", "expired", "failed"):
        clause = {
            "moves": POSTINGS,
            "when": {"provider_state": [state]},
            "outcome": "forbidden",
            "reason": "Not in this state.",
        }
        flips = past.backtest(checkpoint(clause))["largest"]
        then = {(p, NOON + timedelta(minutes=minute)) for (p, minute), stood in told.items() if stood == state}
        assert {(f["payment_id"], datetime.fromisoformat(f["at"])) for f in flips} == then, state


def test_matches_of_the_past_are_those_that_stood_then(past: Past) -> None:
    past.order()
    past.receipt("0.0005", "X1", minute=1)
    stood = {}
    for minute, match in ((2, False), (4, True), (7, True)):
        if match:
            past.event("InvoiceSettled", minute=minute)
            past.match(minute=minute + 1)
        with tenant(past.tenant_id):
            stood[minute + 2] = "commerce-provider" in matched_pairs(["p-o1"]).get("p-o1", [])
        past.post("p-o1", minute=minute + 2, amount=1)
    assert set(stood.values()) == {False, True}
    clause = {
        "moves": ["posting.post"], "matchers": {"pairs": ["commerce-provider"], "otherwise": "hold"}, "outcome": "automatic",
        "reason": "What has matched may be posted.",
    }  # fmt: skip
    found = past.backtest(checkpoint(clause))
    assert {datetime.fromisoformat(f["at"]) for f in found["largest"]} == {
        NOON + timedelta(minutes=minute) for minute, matched in stood.items() if not matched
    }


def test_bands_ask_for_more_people_and_say_how_often(past: Past) -> None:
    for n, amount in enumerate((99, 100, 999, 1000, 5000)):
        past.post(f"p{n}", minute=n, amount=amount)
    found = past.backtest(APPROVED)
    assert [(t["draft"], t["draft_quorum"], t["tally"]["moves"]) for t in found["turns"]] == [
        ("approval", 1, 2),
        ("approval", 2, 2),
    ]
    hindered = found["hindered"]
    assert hindered["delayed"] == {"moves": 4, "payments": 4, "money": [{"asset": "BTC", "minor": "7099"}]}
    assert hindered["extra"] == [
        {"roles": ["controller"], "approvals": 6, "moves": 4, "per_day": "6.0", "per_week": "42.0"}
    ]
    assert found["recorded_from"] == NOON.isoformat()  # rates count from there on, not from where nothing was recorded
    assert [(w["label"], w["stopped"], w["delayed"]) for w in hindered["waiting"]] == [("deposit", 0, 4)]
    assert [f["money"][0]["minor"] for f in found["largest"]] == ["5000", "1000", "999", "100"]


def test_every_week_is_shown_those_without_a_flip_too(past: Past) -> None:
    past.post("p1", minute=1)
    weeks = past.backtest(forbids("deposit"))["weeks"]
    assert [w["week"] for w in weeks] == ["2026-W08", "2026-W09", "2026-W10", "2026-W11", "2026-W12"]
    assert [w["stopped"] for w in weeks] == [0, 0, 0, 0, 1]
    assert weeks[-1]["starts_on"] == "2026-03-16"


def test_what_becomes_looser_comes_first(past: Past, admins: tuple[Actor, Actor], noon: datetime) -> None:
    past.post("p1", minute=1, amount=900_000)
    put_in_force(past.tenant_id, forbids("refused"), maker=admins[0], checker=admins[1], at=noon)
    for minute in (2, 3):
        with pytest.raises(ForbiddenByPolicy) as refused:
            past.post("p2", minute=minute, amount=7, use_case="refused")
        with tenant(past.tenant_id):
            record_refused(refused.value.decision, at=NOON + timedelta(minutes=minute))
    found = past.backtest(forbids("deposit"))
    assert (found["against"], found["looser"], found["flips"]) == (1, True, 2)  # tried twice, it is one attempt
    assert [t["direction"] for t in found["turns"]] == ["looser", "stricter"]
    assert found["loosened"]["moves"] == 1
    assert found["not_made"]["moves"] == 1
    kept = past.kept(forbids("deposit"))
    with tenant(past.tenant_id):
        page = flips_of(kept)
        assert [(f["direction"], f["turned"]) for f in page.flips] == [("looser", "not made"), ("stricter", "right")]
        assert page.after is None
        first = flips_of(kept, most=1)
        assert first.after == 1
        assert flips_of(kept, after=1, most=1).flips == page.flips[1:]
        assert flips_of(kept, direction="stricter").flips == page.flips[1:]
        assert flips_of(kept, turned="not made").flips == page.flips[:1]


def test_what_nobody_tried_is_looser_all_the_same(past: Past, admins: tuple[Actor, Actor], noon: datetime) -> None:
    put_in_force(past.tenant_id, forbids("refused"), maker=admins[0], checker=admins[1], at=noon)
    found = past.backtest(forbids("other"))
    assert (found["looser"], found["unseen_looser"], found["replayed"]) == (True, ["posting.post"], 0)


def test_a_new_checkpoint_is_asked_after_those_of_its_precedence(past: Past) -> None:
    past.post("p1", minute=1)
    assert past.backtest(forbids("deposit") | {"precedence": 4999})["flips"] == 1
    assert past.backtest(forbids("deposit") | {"precedence": 5000})["flips"] == 0  # "postings" speaks first


def test_money_after_the_end_leaves_a_payment_expired_however_late_it_was_told(past: Past) -> None:
    for word, minute in (("InvoiceExpired", 1), ("InvoiceSettled", 2)):
        past.deliver(said(word, minute=minute), at=NOON + timedelta(hours=1))
    past.post("inv_1", minute=5)
    past.take_in(NOON + timedelta(hours=1))
    assert past.backtest(EARLY)["flips"] == 1


def test_an_override_lifts_the_draft_too(
    past: Past, admins: tuple[Actor, Actor], noon: datetime, user_of: UserMaker
) -> None:
    put_in_force(past.tenant_id, forbids("refused"), maker=admins[0], checker=admins[1], at=noon)
    past.post("p1", minute=1)
    past.post("p2", minute=30)
    with tenant(past.tenant_id):
        made = request_override(
            key="trial-checkpoint", move="posting.post", payment_id="", hours=1, reason_code="PROVIDER_OUTAGE", ticket="T-1",
            note="down", idempotency_key="o1", actor=admins[0], at=NOON - timedelta(minutes=40),
        )  # fmt: skip
        checker = acting(user_of("Cora Controller", "controller"), past.tenant_id)
        proof = StepUp(NOON - timedelta(minutes=40), made.id, made.payload_sha256)
        decide_request(
            request_id=made.id,
            verdict="approve",
            reason="",
            step_up=proof,
            actor=checker,
            at=NOON - timedelta(minutes=40),
        )
    assert [f["payment_id"] for f in past.backtest(forbids("deposit"))["largest"]] == ["p2"]


def test_one_by_one_or_all_at_once_is_the_same_past(past: Past, rival: Tenant) -> None:
    other = Past(rival.id)
    names = [f"p{n}" for n in range(4)]
    past.post(*names, minute=1, amount=500)
    for name in names:
        other.post(name, minute=1, amount=500)
    for draft in (EARLY, APPROVED, forbids("deposit"), checkpoint({
        "moves": ["posting.post"], "when": {"asset": ["BTC"], "account": ["btc"], "role": ["integration"]}, "outcome": "forbidden",
        "reason": "Nothing of this kind.",
    })):  # fmt: skip
        one, many = other.backtest(draft), past.backtest(draft)
        for found in (one, many):
            for flip in found["largest"]:
                del flip["decision"], flip["transaction"]
            del found["result_sha256"]
        assert one == many
        assert one["replayed"] == 4


def test_the_same_question_has_the_same_answer_and_changes_nothing(
    past: Past, raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    early_and_prompt(past)
    superuser = raw_as("superuser", autocommit=True)
    tables = [
        name for (name,) in superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if not name.startswith(("policy_backtest", "audit_"))
    ]  # fmt: skip

    def stand() -> dict[str, Any]:
        return {
            t: superuser.execute(
                f"SELECT count(*), md5(string_agg(x::text, '' ORDER BY x::text)) FROM {t} x"
            ).fetchone()
            for t in tables
        }

    before = stand()
    one = past.kept(EARLY)
    two = past.kept(EARLY, at=NOON + timedelta(days=3))
    assert stand() == before
    assert bytes(one.result_sha256) == bytes(two.result_sha256)
    assert one.public_id != two.public_id
    with tenant(past.tenant_id):
        assert newest_backtest(digest_of(EARLY)) == two
        assert find_backtest(one.public_id) == one
        said = AuditEntry.objects.filter(action="checkpoint.backtested")
        assert [(a.detail["document"], a.detail["flips"]) for a in said] == [(digest_of(EARLY).hex(), 1)] * 2


def test_another_tenant_sees_neither_the_moves_nor_the_result(past: Past, rival: Tenant) -> None:
    early_and_prompt(past)
    made = past.kept(EARLY)
    other = Past(rival.id)
    assert other.backtest(forbids("deposit", "payout"))["replayed"] == 0
    with tenant(rival.id):
        assert newest_backtest(digest_of(EARLY)) is None
        with pytest.raises(NotFound):
            find_backtest(made.public_id)
        assert Backtest.objects.count() == 1


def test_days_whose_every_difference_it_stops_are_prevented(acme: Tenant) -> None:
    books = Books(acme.id).play("""
        T1 10 ewa 400 @D1
        T2 11 ewa 300 @D2
        T3 12 ewa 200 @D3
        L1 clr 11 -7 @D9
        L3 clr 12 -200 @D3
    """)
    for day in ("10", "11", "12"):
        books.check_day("clr", day)
    with tenant(acme.id):
        since, until = NOW - timedelta(days=60), NOW + timedelta(hours=1)
        made = run_backtest(document=forbids("ewa"), since=since, until=until, actor=SET_UP, at=until)
        narrow = run_backtest(document=forbids("receipt"), since=since, until=until, actor=SET_UP, at=until)
    days = made.result["drift_days"]
    assert [(d["account"], d["day"], d["prevented"]) for d in days] == [
        ("clr", "2026-03-10", True),
        ("clr", "2026-03-11", False),
    ]
    assert (made.result["drift_days_prevented"], narrow.result["drift_days_prevented"]) == (1, 0)
    assert made.result["hindered"]["stopped"]["money"] == [{"asset": "ETB", "minor": "200"}]


@pytest.mark.parametrize("role", ["support", "analyst", "controller"])
def test_it_refuses_who_may_not_see_settings(past: Past, user_of: UserMaker, role: str) -> None:
    with pytest.raises(NotPermitted):
        past.kept(EARLY, actor=acting(user_of("Nobody", role), past.tenant_id))


def test_it_refuses_a_window_that_is_none_and_a_document_that_is_none(past: Past) -> None:
    with pytest.raises(BadInput, match="ends after it starts"):
        past.kept(EARLY, since=NOON, until=NOON)
    with pytest.raises(BadInput, match="no longer than"):
        past.kept(EARLY, since=NOON - timedelta(days=2000))
    with pytest.raises(BadInput) as refused:
        past.kept(EARLY | {"clauses": [EARLY["clauses"][0] | {"when": {"weather": ["fair"]}}]})
    assert refused.value.where == "clauses[0].when"
