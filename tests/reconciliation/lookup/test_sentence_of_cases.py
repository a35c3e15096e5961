"""What an open case leaves of the sentence: class by state by language. Only what leaves the customer's own outcome open is
looked into; else the states speak."""

from dataclasses import replace

import pytest

from reconciliation.cases.plane_titles import TITLES
from reconciliation.lookup.facts import CaseFact, PaymentFact, PaymentFacts
from reconciliation.lookup.phrases import LANGUAGES, SAYINGS, Language
from reconciliation.lookup.sentences import told
from tests.reconciliation.lookup.test_sentences import AT, CASE, ORDER, PAID

UNPAID = replace(PAID, status="pending", detected=None, confirmed=None)
SEEN = replace(PAID, status="paid", confirmed=None, confirmed_at=None)
LESS = replace(PAID, detected=48_000, confirmed=48_000, flags=("under",))
PART = replace(SEEN, status="pending", detected=30_000, flags=("partial",))
CP, PL, LB = "commerce-provider", "provider-ledger", "ledger-bank"
# (pair, kind, class) of a case, and whether it leaves the customer's own outcome open.
CASES = {
    (CP, "contradiction", "ambiguous_finality"): True, (CP, "keys_disagree", "reference_mismatch"): True,
    (CP, "no_reference", "reference_mismatch"): True, (CP, "paid_twice", "duplicate_observation"): True,
    (CP, "asset", "rail_or_asset_mismatch"): True, (CP, "late", "timing_skew"): True, (CP, "marked", "policy_hold"): True,
    (LB, "", "reference_mismatch"): True,
    (CP, "unconfirmed", "timing_skew"): False, (CP, "unpaid", "missing_counterpart"): False,
    (CP, "over", "amount_mismatch"): False, (CP, "fulfilled_early", "illegal_transition"): False,
    (PL, "posted_early", "illegal_transition"): False, (PL, "posted_twice", "duplicate_observation"): False,
    (PL, "over", "amount_mismatch"): False, (PL, "under", "amount_mismatch"): False,
    (PL, "unposted", "missing_counterpart"): False, (PL, "asset", "rail_or_asset_mismatch"): False,
    (LB, "", "missing_counterpart"): False, (LB, "", "timing_skew"): False, (LB, "", "unmodelled_bank_item"): False,
}  # fmt: skip
STATES = {"not_received": None, "detected": SEEN, "final": PAID, "underpaid": LESS, "underpaid_seen": PART}


def case(pair: str, kind: str, named: str, contribution: int = 0) -> CaseFact:
    return replace(CASE, pair=pair, kind=kind, exception_class=named, contribution=contribution)


def of(payment: PaymentFact | None, *cases: CaseFact) -> PaymentFacts:
    return PaymentFacts("p-1", [ORDER], [], [payment] if payment else [], cases=list(cases))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("named", CASES)
def test_a_case_speaks_only_where_the_customers_outcome_is_open(
    named: tuple[str, str, str], state: str, language: Language
) -> None:
    sentence = told(of(STATES[state], case(*named)), AT, language).sentence
    saying = "looked_into" if CASES[named] else state
    assert sentence.startswith(SAYINGS[language][saying].split("{about}")[0])  # type: ignore[index]
    looked_into = SAYINGS[language]["looked_into"].split("{about}")[0]
    assert sentence.startswith(looked_into) == CASES[named]


def test_the_table_names_kinds_that_there_are() -> None:
    assert {(pair, kind) for pair, kind, _ in CASES if pair != LB} <= TITLES.keys()


@pytest.mark.parametrize(
    ("language", "missing"),
    [("en", "0.00002000 BTC"), ("fr", "0,00002000 BTC"), ("de", "0,00002000 BTC"), ("es", "0,00002000 BTC")],
)
def test_an_underpaid_one_names_what_is_missing(language: Language, missing: str) -> None:
    for payment in (LESS, replace(LESS, flags=())):
        sentence = told(of(payment, case(CP, "under", "amount_mismatch", -2_000)), AT, language).sentence
        assert missing in sentence and missing.replace("02000", "48000") in sentence, sentence


def test_parts_that_came_are_added_and_what_is_accepted_is_not_missing() -> None:
    two = of(PART)
    two.payments.append(replace(PART, id=2, payment_ref="inv_2", detected=15_000))
    assert "0.00045000 BTC for order o-1, which is not final yet. 0.00005000 BTC of" in told(two, AT).sentence
    accepted = replace(case(CP, "under", "amount_mismatch", -2_000), state="resolved")
    assert "and it is final" in told(of(LESS, accepted), AT).sentence
