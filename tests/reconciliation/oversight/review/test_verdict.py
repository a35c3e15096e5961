"""The three sentences, by figures alone."""

from dataclasses import replace
from datetime import date

from reconciliation.oversight.review.figures import AccountDays, Figures, Open
from reconciliation.oversight.review.period import period_of
from reconciliation.oversight.review.verdict import verdict

ACCOUNT = AccountDays("clr", "Clearing", "ETB", 5, 0, 0, 0, 0, 0, 0, 5)
NONE = Figures(
    period_of("week", date(2026, 11, 19)), (ACCOUNT,), Open({}, (0, 0, 0, 0, 0)), (), 0, {}, 0, 0, {}, (), ()
)


def said(
    now: Figures, before: Figures = NONE, *, gate_open: bool = True, out: tuple[str, ...] = (), heard: int = 11
) -> tuple[str, ...]:
    return verdict(now, before, gate_open=gate_open, out=out, heard=heard)


def test_a_good_week_says_so() -> None:
    assert said(NONE) == (
        "The gate is open.", "All 5 account-days agree.", "Nothing was out of range, and nothing got worse.",
    )  # fmt: skip


def test_unknown_days_are_never_agreement() -> None:
    unknown = replace(NONE, accounts=(replace(ACCOUNT, clean=4, unknown=1),))
    assert said(unknown)[1] == "1 is unknown."
    assert said(replace(NONE, accounts=(), payments=1))[1] == "No account-day of the period has ended."


def test_drift_says_whether_it_is_explained() -> None:
    drifted = replace(ACCOUNT, clean=2, drifted=2, unknown=1)
    assert (
        said(replace(NONE, accounts=(drifted,)))[1]
        == "2 account-days drifted and 1 is unknown; all drift is explained."
    )
    open_ended = replace(drifted, unexplained=1)
    assert said(replace(NONE, accounts=(open_ended,)))[1].endswith("not all drift is explained.")


def test_timing_alone_is_no_drift_and_no_agreement() -> None:
    timing = replace(NONE, accounts=(replace(ACCOUNT, clean=4, timing=1),))
    assert said(timing)[1] == "No account-day drifted by more than timing."


def test_what_got_worse_is_named_with_its_change_and_what_got_better_is_not() -> None:
    now = replace(
        NONE,
        accounts=(replace(ACCOUNT, drifted=1),),
        open=Open({}, (9, 9, 4, 1, 0)),
        overrides={"support": 7, "finance": 0},
    )
    before = replace(NONE, open=Open({}, (0, 0, 2, 0, 0)), overrides={"support": 3})
    assert said(now, before, gate_open=False, out=("Posted before Confirmed (Fri 13 Nov)",)) == (
        "The gate is shut.", "1 account-day drifted; all drift is explained.",
        "Out of range or worse than before: posted before Confirmed (Fri 13 Nov), exceptions older than 3 days (5, +3), drifted "
        "account-days (1, +1) and overrides (7, +4).",
    )  # fmt: skip
    assert said(before, now)[2] == "Nothing was out of range, and nothing got worse."


def test_of_nothing_read_nothing_is_said_to_be_good() -> None:
    empty = replace(NONE, accounts=())
    assert not empty.known
    assert said(empty, empty, heard=0)[1:] == (
        "Nothing was read of the period yet.",
        "No signal said anything of these days, and there is nothing to hold them against.",
    )
    assert said(NONE, empty)[2] == "Nothing was out of range, and there is nothing to hold them against."
    assert said(NONE, heard=0)[2] == "No signal said anything of these days, and nothing got worse."


def test_overrides_per_thousand_are_unknown_without_a_payment() -> None:
    assert replace(NONE, overrides={"support": 13}, payments=11_204).per_thousand == 116
    assert NONE.per_thousand is None
