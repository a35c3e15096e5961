"""A form that is refused as a page gives back what was written in it, and a page that breaks names its reference."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from console.typed_text import TEXTS, typed_text
from ledger.models import Tenant
from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.oversight.lifecycle.decision_tree import Policy, decision_tree
from reconciliation.policies.request_override import liftable_moves
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.console.working import signed_in
from tests.people import UserMaker
from tests.reconciliation.books import NOW
from tests.reconciliation.recovery.incidents import Scene
from tests.reconciliation.recovery.test_freeze import LIFTABLE, freeze

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = "The partner's <b>desk</b> asked for it & said why."
ASK = {
    "what": "trial-checkpoint posting.post", "payment_id": "p1", "hours": "4", "reason_code": "INCIDENT", "ticket": "INC-77",
    "note": WRITTEN, "key": "o1secretlookingkey",
}  # fmt: skip


@pytest.fixture
def controller(acme: Tenant, user_of: UserMaker) -> Client:
    first, second = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(LIFTABLE), maker=first, checker=second, at=NOW)
    return signed_in(user_of("Cora Controller", "controller"))


@pytest.mark.django_db(transaction=True)
def test_the_form_is_shut_while_overrides_are_frozen_and_what_was_sent_is_given_back(
    acme: Tenant, controller: Client
) -> None:
    page = controller.get("/checkpoints/overrides/").content.decode()
    assert "Send for approval" in page and "frozen" not in page
    scene = Scene(acme.id)
    scene.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    freeze(scene)
    shut = controller.get("/checkpoints/overrides/").content.decode()
    assert "Overrides of checkpoints of clr are frozen by incident IN-1" in shut
    assert "Send for approval" not in shut
    refused = controller.post("/checkpoints/overrides/ask/", ASK)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "frozen by incident IN-1" in html
    boxes = re.findall(r'<label for="typed-\d+">([^<]*)</label><textarea[^>]*readonly>\n([^<]*)</textarea>', html)
    assert [(label, unescape(text)) for label, text in boxes] == [
        ("Payment", "p1"), ("Ticket", "INC-77"), ("Note", WRITTEN),
    ]  # fmt: skip
    assert "<b>desk" not in html and ASK["key"] not in html


@pytest.mark.django_db(transaction=True)
def test_where_nothing_may_be_lifted_the_page_says_so(acme: Tenant, user_of: UserMaker) -> None:
    html = signed_in(user_of("Cora Controller", "controller")).get("/checkpoints/overrides/").content.decode()
    assert "Nothing that is in force may be lifted" in html and "Send for approval" not in html
    scene = Scene(acme.id)
    scene.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    freeze(scene)
    html = signed_in(user_of("Otto Operator", "operator")).get("/checkpoints/overrides/").content.decode()
    assert "Overrides of checkpoints of clr are frozen by incident IN-1" in html


@pytest.mark.quick
def test_what_ships_is_never_lifted_and_the_tree_says_the_same() -> None:
    assert {d["key"]: liftable_moves(CheckpointVersion(document=d)) for d in baseline()} == {
        d["key"]: [] for d in baseline()
    }
    limbs = decision_tree([Policy(d["key"], 1, d) for d in baseline()])
    assert not [b.title for limb in limbs for q in limb.questions for b in q.branches if b.liftable]


@pytest.mark.quick
def test_what_proves_seals_or_ties_is_never_repeated() -> None:
    names = (
        "password",
        "code",
        "token",
        "secret",
        "csrfmiddlewaretoken",
        "key",
        "digest",
        "address",
        "number",
        "reason_code",
    )
    sent = dict.fromkeys(names, "kept back") | {"note": "said", "c2-reason": "in a clause", "reason": " "}
    found = typed_text(RequestFactory().post("/x/", sent))
    assert found == [{"label": "Note", "text": "said"}, {"label": "Clause 2, reason", "text": "in a clause"}]
    assert typed_text(RequestFactory().get("/x/", {"note": "asked"})) == []


@pytest.mark.quick
def test_every_field_of_several_lines_is_given_back() -> None:
    forms = "\n".join(p.read_text() for p in ROOT.glob("console/**/*.py"))
    fields = set(re.findall(r"(\w+) = forms\.CharField\((?:(?!forms\.\w+Field).)*?forms\.Textarea", forms, re.DOTALL))
    templates = "\n".join(p.read_text() for p in ROOT.glob("templates/**/*.html"))
    fields |= set(re.findall(r'<textarea[^>]*\bname="(\w+)"', templates))
    assert len(fields) > 8
    assert fields - TEXTS.keys() == set()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_breaks_names_the_reference_of_its_lines_in_the_log(
    acme: Tenant, user_of: UserMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("console.views.overrides.overrides_page", broken)
    client = signed_in(user_of("Cora Controller", "controller"))
    client.raise_request_exception = False
    answer = client.get("/checkpoints/overrides/")
    reference = answer["X-Request-ID"]
    assert (answer.status_code, len(reference)) == (500, 32)
    assert f'Reference <span class="id">{reference}</span>' in answer.content.decode()
