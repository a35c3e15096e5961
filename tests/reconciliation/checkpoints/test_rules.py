"""decide() alone: order, selection, requirements, bands, bypasses, overrides. No database."""

from typing import Any

import pytest

from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import clauses_of
from reconciliation.checkpoints.rules import Asked, Move, Override, band_of, decide, in_order
from reconciliation.checkpoints.vocabulary import VOCABULARY
from tests.checkpoints import Document, checkpoint

pytestmark = pytest.mark.quick
POST = {"moves": ["posting.post"], "reason": "as the trial says it is"}


def asked(*documents: Document) -> Asked:
    ordered = sorted([*documents, *baseline()], key=lambda d: d["precedence"])
    return in_order(clause for d in ordered for clause in clauses_of(d, 1))


def said(facts: dict[str, Any], *clauses: Document, move: str = "posting.post", **kwargs: Any) -> tuple[str, str]:
    found = decide(
        Move(move, facts, kwargs.get("payment_id", "")), asked(checkpoint(*clauses)), kwargs.get("overrides", ())
    )
    return found.outcome, found.key


def test_the_first_clause_that_fits_decides() -> None:
    never = POST | {"outcome": "forbidden", "when": {"use_case": ["ewa"]}}
    always = POST | {"outcome": "automatic"}
    assert said({"use_case": "ewa"}, never, always) == ("forbidden", "trial-checkpoint")
    assert said({"use_case": "ewa"}, always, never) == ("automatic", "trial-checkpoint")
    assert said({"use_case": "loan"}, never) == ("automatic", "postings")


def test_what_no_clause_names_is_forbidden_unless_it_states_what_is() -> None:
    nothing: Asked = {}
    for name, transition in VOCABULARY.items():
        assert decide(Move(name), nothing).outcome == ("automatic" if transition.observed else "forbidden"), name
    assert decide(Move("posting.imagine"), asked()).outcome == "forbidden"


def test_what_ships_speaks_about_every_transition() -> None:
    given = {"permitted": True, "noted": True, "signed": True, "reason_code": "X", "ticket": "T"}
    for name in VOCABULARY:
        assert decide(Move(name, given), asked()).rule != "default", name


@pytest.mark.parametrize(
    ("held", "fits"),
    [("pending", True), ("confirmed", False), (None, False), (["paid", "confirmed"], True), ([], False), ("", False)],
)
def test_a_list_of_values_fits_any_of_them_and_nothing_unknown(held: Any, fits: bool) -> None:
    clause = POST | {"outcome": "forbidden", "when": {"provider_state": ["pending", "paid"]}}
    assert (said({"provider_state": held}, clause)[0] == "forbidden") == fits


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({"asset": "ETB", "amount_minor": "4999"}, False),
        ({"asset": "ETB", "amount_minor": "5000"}, True),
        ({"asset": "ETB", "amount_minor": "-5000"}, True),
        ({"asset": "ETB", "amount_minor": "9000"}, False),
        ({"asset": "USD", "amount_minor": "6000"}, False),
        ({"amounts": {"USD": "9", "ETB": "5001"}}, True),
        ({}, False),
    ],
)
def test_a_band_is_of_one_asset_and_half_open(facts: dict[str, Any], fits: bool) -> None:
    clause = POST | {"outcome": "forbidden", "amounts": {"ETB": {"from": "5000", "below": "9000"}}}
    assert (said(facts, clause)[0] == "forbidden") == fits


def test_a_band_raises_the_quorum_and_assets_are_never_converted() -> None:
    approval = {
        "roles": ["controller"],
        "quorum": 1,
        "bands": {"ETB": [{"from": "100", "quorum": 2}, {"from": "200", "quorum": 3}]},
    }
    trial = asked(
        checkpoint(
            {"moves": ["correction.reverse"], "outcome": "approval", "approval": approval, "reason": "by how much"}
        )
    )
    for amount, asset, quorum in (("99", "ETB", 1), ("100", "ETB", 2), ("200", "ETB", 3), ("100000", "USD", 1)):
        found = decide(Move("correction.reverse", {"asset": asset, "amount_minor": amount}), trial)
        assert (found.quorum, found.roles) == (quorum, {"controller"}), (amount, asset)


def test_an_automatic_move_waits_for_its_matchers() -> None:
    clause = POST | {
        "outcome": "automatic",
        "matchers": {"pairs": ["commerce-provider", "provider-ledger"], "otherwise": "hold"},
    }
    trial = asked(checkpoint(clause))
    waits = decide(Move("posting.post", {"matched": ["provider-ledger"]}), trial)
    assert (waits.outcome, waits.reason) == ("forbidden", "It waits until commerce ↔ provider has matched.")
    assert (
        decide(Move("posting.post", {"matched": ["provider-ledger", "commerce-provider"]}), trial).outcome
        == "automatic"
    )


def test_what_may_not_skip_it_is_refused_at_that_door() -> None:
    clause = POST | {"outcome": "automatic", "never": ["command"]}
    assert said({"door": "api"}, clause)[0] == "automatic"
    found = decide(Move("posting.post", {"door": "command"}), asked(checkpoint(clause)))
    assert (found.outcome, found.reason) == ("forbidden", "An operator's command may not skip this checkpoint.")


@pytest.mark.parametrize("missing", ["permitted", "noted", "signed"])
def test_a_missing_requirement_forbids_with_its_own_sentence(missing: str) -> None:
    given = {name: name != missing for name in ("permitted", "noted", "signed")}
    found = decide(Move("case.resolve", given), asked())
    assert (found.outcome, "by hand only as its class permits" in found.reason) == ("forbidden", True)


def test_an_override_lifts_one_checkpoint_and_what_stands_behind_it_decides() -> None:
    never = POST | {"outcome": "forbidden"}
    over = Override(7, "trial-checkpoint", "posting.post", "p1")
    lifted = decide(Move("posting.post", {}, "p1"), asked(checkpoint(never)), [over])
    assert (lifted.outcome, lifted.key, lifted.override) == ("automatic", "postings", 7)
    assert said({}, never, overrides=[over], payment_id="p2")[0] == "forbidden"
    assert said({}, never | {"never": ["override"]}, overrides=[over], payment_id="p1")[0] == "forbidden"
    for key in ("postings", "corrections", "matching"):
        locked = Override(8, key, "correction.reverse")
        assert decide(Move("correction.reverse"), asked(), [locked]).outcome == "approval", "what ships is never lifted"


def test_a_band_is_where_edges_put_it() -> None:
    edges = {"ETB": (100, 200)}
    assert [band_of({"asset": "ETB", "amount_minor": str(n)}, edges) for n in (99, 100, 199, 200)] == [
        (("ETB", 0),), (("ETB", 1),), (("ETB", 1),), (("ETB", 2),)
    ]  # fmt: skip


BOOK = {"moves": ["correction.book"], "outcome": "automatic", "reason": "as the trial says it is"}


@pytest.mark.parametrize(
    ("when", "door", "outcome"),
    [
        ({}, "rule", "approval"), ({}, "screen", "automatic"), ({"bank_code": ["NCHG"]}, "rule", "approval"),
        ({"door": ["screen"]}, "rule", "approval"), ({"door": ["rule"]}, "rule", "automatic"),
        ({"door": ["rule"]}, "screen", "approval"), ({"door": ["rule", "screen"]}, "screen", "automatic"),
    ],
)  # fmt: skip
def test_what_lets_people_book_at_once_lets_no_rule_unless_it_names_it(when: Any, door: str, outcome: str) -> None:
    clause = BOOK | ({"when": when} if when else {})
    assert said({"door": door, "bank_code": "NCHG"}, clause, move="correction.book")[0] == outcome


def test_a_clause_that_forbids_or_asks_speaks_to_rules_without_naming_them() -> None:
    never = BOOK | {"outcome": "forbidden"}
    rule = BOOK | {"when": {"door": ["rule"]}}
    assert said({"door": "rule"}, never, rule, move="correction.book")[0] == "forbidden"
    with_approval = BOOK | {"outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1}}
    assert said({"door": "rule"}, with_approval, rule, move="correction.book")[0] == "approval"


def test_other_moves_let_a_rule_through_by_a_clause_that_names_no_door() -> None:
    assert said({"door": "rule"}, POST | {"outcome": "automatic"}) == ("automatic", "trial-checkpoint")
