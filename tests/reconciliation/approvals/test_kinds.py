import pytest

from reconciliation.approvals.kinds import KINDS, Kind, kind_named, register
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.errors import NotFound


def test_the_product_s_kinds_are_registered_and_ask_policy_about_a_known_move() -> None:
    assert {"reverse", "confirm"} <= KINDS.keys()
    assert {kind.move for kind in KINDS.values() if kind.name != "desk"} <= VOCABULARY.keys()


def test_a_name_stands_for_one_kind() -> None:
    other = Kind("reverse", "x", *[lambda *a, **k: None] * 4)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two kinds"):
        register(other)
    register(KINDS["reverse"])
    with pytest.raises(NotFound):
        kind_named("nothing")
