"""Stored sentences as pages say them: figures in major units with their currency, a person's words as they were."""

import pytest

from console.pages.audit_words import detail_words
from console.pages.checkpoint_change import checkpoint_facts
from console.pages.next_steps import correction_words, next_step
from console.pages.words import as_sentence, compared_as, event_words, in_major


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("opening 123456 is not the previous closing 23456", "opening 1,234.56 ETB is not the previous closing 234.56 ETB"),
        ("opening -123456 is not the previous closing 0", "opening −1,234.56 ETB is not the previous closing 0.00 ETB"),
        ("amount mismatch: ledger 400, bank 390", "amount mismatch: ledger 4.00 ETB, bank 3.90 ETB"),
        ("bank charge 15 netted: ledger 400, bank 385", "bank charge 0.15 ETB netted: ledger 4.00 ETB, bank 3.85 ETB"),
        ("Changed by run MR-7, contribution -5 to 123456 minor units: twice",
         "Changed by run MR-7, contribution −0.05 ETB to 1,234.56 ETB: twice"),
        ("opening and booked lines make -1911400.25 ETB, the bank says 1911400.00 ETB",
         "opening and booked lines make −1,911,400.25 ETB, the bank says 1,911,400.00 ETB"),
        ("account control total: the bank says +123456, the file makes 123400",
         "account control total: the bank says 1,234.56 ETB, the file makes 1,234.00 ETB"),
        ("account records: the bank says 7, the file makes 8", "account records: the bank says 7, the file makes 8"),
        ("refused after 3 attempts: BadInput: ledger 400", "refused after 3 attempts: ledger 4.00 ETB"),
        ("no statement covers 2026-03-31", "no statement covers 31 Mar"),
        ("ledger 4, bank 3, within the tolerance of 100", "ledger 0.04 ETB, bank 0.03 ETB, within the tolerance of 1.00 ETB"),
    ],
)  # fmt: skip
def test_stored_figures_have_separators_decimals_and_currency(stored: str, said: str) -> None:
    assert in_major(stored, "ETB") == said
    assert in_major(said, "ETB") == said, "once said, it stays"


def test_the_decimals_are_the_assets() -> None:
    assert in_major("ledger 123456789, bank 1", "BTC") == "ledger 1.23456789 BTC, bank 0.00000001 BTC"


def test_what_a_person_wrote_stands_as_it_was_written() -> None:
    note = "moved 2026-03-10 from 5 to 7000, ledger 400"
    assert event_words("noted", note, "ETB") == note
    assert event_words("snoozed", f"Snoozed until 2026-03-12: {note}", "ETB") == f"Snoozed until 12 Mar: {note}"
    assert event_words("changed", "contribution 5 to 7000", "ETB") == "contribution 0.05 ETB to 70.00 ETB"


def test_a_reference_says_how_it_is_compared_only_when_that_differs() -> None:
    assert compared_as("INV7", "inv-7") == "compared as INV7"
    assert compared_as("INV7", "INV7") == compared_as("", "x") == ""


def test_a_refusal_reads_as_a_sentence() -> None:
    assert as_sentence("a rejection says why") == "A rejection says why."
    assert as_sentence("request.decide needs the role controller") == "request.decide needs the role controller."
    assert as_sentence("CR-1 is your own!") == "CR-1 is your own!"
    assert as_sentence("") == ""


def test_one_entry_beside_a_line_is_for_people_and_not_for_suspense() -> None:
    assert next_step("reference_mismatch", None, 0) == "Say whether they belong together"
    assert next_step("reference_mismatch", None, -4500) == "Identify it, else suspense"


@pytest.mark.parametrize(
    ("cause", "reason", "held", "request_", "resolution", "says"),
    [
        (5, "the bank settled a transaction we hold as PENDING", False, None, "", "Confirm the transaction"),
        (5, "the bank settled a transaction we hold as FAILED", False, None, "", "Post it anew"),
        (5, "the bank settled a transaction we hold as REVERSED", False, None, "", "Post it anew"),
        (5, "value_date drift exceeds 2 days", False, None, "", "Reverse it, then post it anew"),
        (3, "", False, None, "", "Reverse and post anew, one batch"),
        (3, "", True, None, "", "None: security hold"),
        (3, "", True, 7, "agreed_with_bank", "Ended: agreed with the bank"),
        (3, "", False, 7, "", "Waits for approval, CR-7"),
        (None, "amount mismatch: ledger 990, bank 909", False, None, "", "Post anew at the bank's amount"),
    ],
)
def test_one_function_says_what_is_proposed(
    cause: int | None, reason: str, held: bool, request_: int | None, resolution: str, says: str
) -> None:
    said = correction_words("amount_mismatch", cause, -1, reason, held=held, request=request_, resolution=resolution)
    assert said == says


def test_an_audit_row_says_nothing_of_what_is_empty() -> None:
    row = {"currency": "", "amount_minor": "0", "reason_code": "", "kind": "posting.post"}
    assert detail_words(row) == detail_words(row | {"amount_minor": 0}) == "kind posting.post"
    assert detail_words({"currency": "ETB", "amount_minor": 500}) == "5.00 ETB"
    assert detail_words({"differences": 0}) == "differences 0", "a figure of nothing is said"


def test_a_name_has_no_separator_and_an_address_stands_as_it_was_asked_for() -> None:
    assert detail_words({"decision": 1018, "rows": 1018}) == "decision 1018, rows 1,018"
    assert detail_words({"path": "/periods/2026-10-01/close/"}) == "path /periods/2026-10-01/close/"


@pytest.mark.parametrize(
    ("looser", "unseen", "said"),
    [
        (False, [], "no"),
        (True, [], "yes, more is let through"),
        (True, ["correction.confirm"], "yes, more is let through: a planned posting is confirmed by a correction"),
    ],
)
def test_who_approves_a_looser_checkpoint_reads_what_it_lets_through(
    looser: bool, unseen: list[str], said: str
) -> None:
    none = {"moves": 0}
    tried = {
        "since": "2026-08-23", "until": "2026-11-21", "flips": 1, "replayed": 2, "looser": looser, "unseen_looser": unseen,
        "blocked": {"tally": none}, "stopped_right": none, "delayed_right": none,
    }  # fmt: skip
    document = {"title": "T", "owner": "us", "precedence": 1000, "clauses": []}
    told = {f["label"]: f for f in checkpoint_facts({"was": None, "document": document, "backtest": tried})}
    assert told["Looser than today"]["after"] == said
    assert told["Backtest"]["after"] == "1 flip of 2 moves"
    assert told["Title"] == {"label": "Title", "before": "none", "after": "T"}
