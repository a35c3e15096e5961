"""Every transition in the code appears in the policy's vocabulary, and the other way round."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from reconciliation.approvals.kinds import KINDS
from reconciliation.checkpoints.steps import COMMERCE_STEPS, LEDGER_STEPS, PROVIDER_STEPS
from reconciliation.checkpoints.vocabulary import STAGES, VOCABULARY
from reconciliation.commerce import rules as commerce
from reconciliation.provider import moves as provider

pytestmark = pytest.mark.quick
ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "reconciliation" / "checkpoints"


def texts() -> Iterator[tuple[Path, str]]:
    for path in [*ROOT.glob("reconciliation/**/*.py"), *ROOT.glob("console/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def test_every_name_that_the_code_asks_about_is_known() -> None:
    prefixes = {name.split(".")[0] for name in VOCABULARY}
    asked = {KINDS[k].move for k in KINDS if k != "trial"}
    for path in [*ROOT.glob("reconciliation/**/*.py"), *ROOT.glob("console/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Move", "settling_move")
            if called and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
                asked.add(node.args[0].value)  # type: ignore[attr-defined]
    assert len(asked) > 15
    assert asked - VOCABULARY.keys() == set()
    assert {name.split(".")[0] for name in asked} <= prefixes


def test_every_name_of_the_vocabulary_is_asked_somewhere() -> None:
    outside = {text for path, text in texts() if TABLES not in path.parents}
    rules = {text for path, text in texts() if path == TABLES / "rules.py"}
    assert VOCABULARY.keys() - outside - rules == set()


def test_the_provider_s_steps_are_those_of_its_tables() -> None:
    stepped = {(before, after) for (before, _), after in (provider.MOVES | provider.MARKED).items()}
    for falls in provider.FALLS.values():
        stepped |= {(before, after) for (before, _), after in falls.items()}
    states = {"pending", "paid", "confirmed", "expired", "failed"}
    flags_alone = {(state, state) for state in states}  # a flag may come or go while the status stands
    assert stepped | flags_alone == PROVIDER_STEPS


def test_the_shop_s_steps_are_those_of_its_table() -> None:
    assert set(commerce.MOVES) == COMMERCE_STEPS


def test_the_book_s_steps_are_those_that_its_states_allow() -> None:
    begins, states = {("unposted", s) for s in ("PENDING", "POSTED")}, ("POSTED", "FAILED")
    settles = {("PENDING", after) for after in states}
    assert set(LEDGER_STEPS.values()) == begins | settles | {("POSTED", "POSTED")}


def test_each_transition_reaches_a_stage_and_leaves_the_one_before() -> None:
    for transition, stage in product(VOCABULARY.values(), STAGES):
        if transition.reaches == stage and stage != STAGES[0]:
            assert STAGES.index(transition.leaves) == STAGES.index(stage) - 1
