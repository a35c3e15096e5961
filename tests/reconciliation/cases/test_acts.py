"""The states of a case, as rules and as the database has them."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from reconciliation.cases.acts import MOVES, Act, Assign, Note, Snooze, Standing, after, note_of, snooze_until
from reconciliation.cases.models import ExceptionCase
from reconciliation.errors import BadInput, CaseNotOpen, ReasonMissing, Refusal, SecurityHold

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 25, tzinfo=UTC)
ACTS: list[Act] = [Assign(7, "Rahel"), Snooze(LATER, "waits for the receipt"), Note("asked the desk")]
STATES = ExceptionCase.State.values


@pytest.mark.quick
def test_the_moves_name_every_state_of_the_model() -> None:
    assert set(MOVES) == set(STATES)
    assert set().union(*MOVES.values()) <= set(STATES)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("state", "act", "owner", "cause"), list(itertools.product(STATES, ACTS, [None, 5], [None, 1, 4]))
)
def test_an_act_makes_an_allowed_move_or_refuses(state: str, act: Act, owner: int | None, cause: int | None) -> None:
    case = Standing(
        "C-1", state, owner or (5 if state == "assigned" else None), cause, LATER if state == "snoozed" else None
    )
    try:
        became = after(case, act, 9)
    except Refusal as refusal:
        assert not isinstance(act, Note)
        asleep = isinstance(act, Snooze) and (cause == 4 or state == "waiting_approval")
        assert (isinstance(refusal, SecurityHold) and cause == 4) or state == "resolved" or asleep
        return
    assert became.state == state or became.state in MOVES[state]
    assert became.state != "resolved" or state == "resolved"
    assert (became.state == "snoozed") == (became.snoozed_until is not None)
    if state != "resolved":
        assert became.owner == (7 if isinstance(act, Assign) else case.owner or 9)


@pytest.mark.quick
def test_a_resolved_case_takes_notes_alone() -> None:
    resolved = Standing("C-1", "resolved", None, 1)
    assert after(resolved, Note("seen again?"), 9).owner is None
    for act in ACTS[:2]:
        with pytest.raises(CaseNotOpen):
            after(resolved, act, 9)


@pytest.mark.quick
def test_a_snooze_has_a_later_day_and_a_reason() -> None:
    assert snooze_until(date(2026, 3, 21), " x ", NOON).reason == "x"
    for day in (date(2026, 3, 20), date(2026, 3, 1), (NOON + timedelta(days=91)).date()):
        with pytest.raises(BadInput):
            snooze_until(day, "x", NOON)
    with pytest.raises(ReasonMissing):
        snooze_until(date(2026, 3, 21), " ", NOON)


@pytest.mark.quick
@pytest.mark.parametrize("text", ["", "  ", "x" * 3901, "a\x00b"])
def test_a_note_has_words_that_can_be_kept(text: str) -> None:
    with pytest.raises(BadInput):
        note_of(text)
