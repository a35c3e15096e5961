"""The sentence for the customer over all states and languages: what it says follows from the planes, and it never says more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from reconciliation.lookup.facts import CaseFact, LineFact, OrderFact, PaymentFact, PaymentFacts, TransactionFact
from reconciliation.lookup.phrases import LANGUAGES, OURS, PAYMENT, SAYINGS, Language, amount_in
from reconciliation.lookup.sentences import told

AT = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
PAID = PaymentFact(
    1, "inv_1", "p-1", "o-1", "confirmed", (), "BTC", 50_000, 50_000, AT, AT, AT, AT, (), "Shop", "btcpay"
)
ORDER = OrderFact(1, "o-1", "p-1", "", 50_000, "BTC", "", "", "open", AT, AT + timedelta(hours=1), AT, "api")
POSTED = TransactionFact(
    1, UUID(int=1), "deposit", "POSTED", "p-1", "", date(2026, 3, 20), AT, AT, None, None, 50_000, "BTC", "", None, None,
    False, None, None,
)  # fmt: skip
OUT = replace(POSTED, use_case="payout", bank="Example Bank", day=date(2026, 3, 20), due_at=AT, out=True)
LINE = LineFact(1, "R1", -50_000, "BTC", date(2026, 3, 20), date(2026, 3, 20), AT, "Example Bank", "", "booked")
CASE = CaseFact(1, "x", "open", "policy_hold", 1, "BTC", AT, None, "", "commerce-provider", "marked")
# What of each language would claim that the money is there for good, that an order went out, or that it was lost.
FINAL = {"en": "is final", "fr": "est définitif", "de": "ist endgültig", "es": "y es definitivo"}
RECEIVED = {"en": "have received", "fr": "avons reçu", "de": "erhalten", "es": "Hemos recibido"}
STATUSES = ("pending", "paid", "confirmed", "expired", "failed")


def facts(
    status: str,
    order_state: str = "open",
    *,
    doubts: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    case: bool = False,
    seen: int | None = 50_000,
) -> PaymentFacts:
    seen = None if status == "pending" else seen
    payment = replace(
        PAID,
        status=status,
        doubts=doubts,
        flags=flags,
        detected=seen,
        confirmed=seen if status == "confirmed" else None,
    )
    return PaymentFacts("p-1", [replace(ORDER, state=order_state)], [], [payment], cases=[CASE] if case else [])


@pytest.mark.parametrize(
    ("status", "order_state", "doubts", "case", "language"),
    list(product(STATUSES, ("open", "fulfilled", "refunded", "disputed"), ((), ("fell",)), (False, True), LANGUAGES)),
)
def test_no_sentence_claims_more_than_the_planes_know(
    status: str, order_state: str, doubts: tuple[str, ...], case: bool, language: Language
) -> None:
    sentence = told(facts(status, order_state, doubts=doubts, case=case), AT, language).sentence
    final = status == "confirmed" and not doubts and not case
    assert (FINAL[language] in sentence) == final, sentence
    released = SAYINGS[language]["released"].split(". ")[1]
    assert (released in sentence) == (final and order_state == "fulfilled")
    if status != "confirmed":
        assert FINAL[language] not in sentence
        assert language == "de" or RECEIVED[language] not in sentence or status == "expired"
    assert "o-1" in sentence and sentence.endswith("p-1.")
    assert "://" not in sentence and "{" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_has_its_own_words(language: Language) -> None:
    told_of = {
        "detected": facts("paid"), "late": facts("expired", flags=("late",)), "not_received": facts("pending"),
        "looked_into": facts("paid", case=True), "in_doubt": facts("paid", doubts=("fell",)), "final": facts("confirmed"),
        "released": facts("confirmed", "fulfilled"), "underpaid": facts("confirmed", flags=("under",), seen=48_000),
        "underpaid_seen": facts("paid", flags=("partial",), seen=48_000),
        "booked": PaymentFacts("p-1", transactions=[POSTED]),
        "processing": PaymentFacts("p-1", transactions=[replace(POSTED, status="PENDING", posted_at=None)]),
        "carried_out": PaymentFacts("p-1", transactions=[OUT], lines=[LINE]),
        "not_carried_out": PaymentFacts("p-1", transactions=[replace(OUT, status="FAILED", posted_at=None)]),
        "came_back": PaymentFacts("p-1", transactions=[OUT], lines=[LINE, replace(LINE, id=2, amount=50_000)]),
    }  # fmt: skip
    assert told_of.keys() == SAYINGS[language].keys()
    found = {saying: told(of, AT, language).sentence for saying, of in told_of.items()}
    assert len(set(found.values())) == len(found)
    for saying, sentence in found.items():
        first = SAYINGS[language][saying].split("{about}")[0]  # type: ignore[index]
        assert sentence.startswith(first), (saying, sentence)


def test_every_language_says_everything_and_names_the_payment_once() -> None:
    assert SAYINGS.keys() == LANGUAGES.keys()
    for sayings in SAYINGS.values():
        assert sayings.keys() == SAYINGS["en"].keys()
        assert all(text.count("{about}") == 1 for text in sayings.values())


@pytest.mark.parametrize(
    ("language", "minor", "asset", "written"),
    [
        ("en", 1_248_000, "ETB", "12,480.00 ETB"), ("de", 1_248_000, "ETB", "12.480,00 ETB"),
        ("fr", 1_248_000, "ETB", "12\u00a0480,00 ETB"), ("es", 1_248_000, "ETB", "12.480,00 ETB"),
        ("de", 50_000, "BTC", "0,00050000 BTC"), ("en", -5, "JPY", "-5 JPY"), ("de", 1_000_000, "JPY", "1.000.000 JPY"),
        ("en", 10**24 + 1, "ETH", "1,000,000.000000000000000001 ETH"),
    ],
)  # fmt: skip
def test_amounts_are_written_with_every_digit(language: Language, minor: int, asset: str, written: str) -> None:
    assert amount_in(language, minor, asset) == written


def test_an_order_named_like_a_placeholder_stays_a_name() -> None:
    of = facts("paid")
    of.orders[0] = replace(ORDER, order_ref="{amount} {x}")
    assert "for order {amount} {x}." in told(of, AT).sentence


def test_without_an_order_or_an_amount_the_sentence_does_without() -> None:
    bare = PaymentFacts("p-1", payments=[replace(PAID, status="pending", detected=None, confirmed=None)])
    assert told(bare, AT, "fr").sentence == "Nous n’avons pas encore reçu votre paiement. Référence : p-1."


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_of_ours_is_never_said_to_be_received(language: Language) -> None:
    stages = {
        "carried_out": PaymentFacts("p-1", transactions=[OUT], lines=[LINE]),
        "booked": PaymentFacts("p-1", transactions=[OUT]),
        "processing": PaymentFacts("p-1", transactions=[replace(OUT, status="PENDING", posted_at=None)]),
        "came_back": PaymentFacts("p-1", transactions=[OUT], lines=[LINE, replace(LINE, id=2, amount=50_000)]),
    }  # fmt: skip
    for saying, given in stages.items():
        sentence = told(given, AT, language).sentence
        assert OURS[language] in sentence, saying
        assert RECEIVED[language] not in sentence, saying
        assert PAYMENT[language][0] not in sentence, saying
    refund = PaymentFacts("p-1", [ORDER], [], [PAID], transactions=[POSTED, replace(OUT, id=2)])
    assert OURS[language] not in told(refund, AT, language).sentence, "an order asks for it, so it came to us"


@pytest.mark.parametrize("use_case", ["suspense_receipt", "suspense_payment", "bank_fee"])
def test_a_booking_of_our_own_is_told_to_nobody(use_case: str) -> None:
    booked = replace(OUT, use_case=use_case)
    said = told(PaymentFacts("p-1", transactions=[booked], lines=[LINE]), AT)
    assert (said.sentence, said.unsaid[:15]) == ("", "Nothing to send")
    known = told(PaymentFacts("p-1", [ORDER], [], [PAID], transactions=[booked], lines=[LINE]), AT)
    assert known.sentence and not known.unsaid, "a payment that somebody made is told, whatever was booked for it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_came_back_asks_for_something(language: Language) -> None:
    """ "Nothing is needed from you" would leave a payee waiting for money that will not come."""
    calm = {"en": "Nothing is needed", "fr": "rien à faire", "de": "nichts tun", "es": "tiene que hacer nada"}[language]
    assert calm not in SAYINGS[language]["came_back"]
    assert any(calm in text for text in SAYINGS[language].values())
