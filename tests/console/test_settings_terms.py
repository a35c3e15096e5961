"""The terms of the planes under Settings: seen as versions, asked for by one person, decided by another."""

import re
from html import unescape

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.matching.models import MatcherVersion
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import PASSWORD, UserMaker

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {
    "plane_pair": "commerce-provider", "pay": "48", "confirm": "6", "parts": "24", "gap": "2", "tolerance": "", "key": "k1",
    "underpaid_up_to": "BTC 0.00002\nETB 5.00", "note": "POL-3",
}  # fmt: skip


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def petra(user_of: UserMaker) -> User:
    return user_of("Petra Policy", "policy_admin")


@pytest.fixture
def conrad(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


def test_the_usual_terms_stand_as_version_0(acme: Tenant, petra: User, counted: Counted) -> None:
    client = signed_in(petra)
    with counted(at_most=FRAME + 4):
        html = client.get("/settings/terms/").content.decode()
    said = words(html)
    assert said.count("v0 in force") == 2
    assert "Ask for other terms: commerce and provider" in said
    assert 'value="24"' in html
    assert "Ask for other terms: provider and ledger" in words(page(petra, "/settings/terms/?pair=provider-ledger"))


def test_asked_for_and_decided_they_are_the_next_version(acme: Tenant, petra: User, conrad: User) -> None:
    reply = signed_in(petra).post("/settings/terms/ask/", ASKED)
    with tenant(acme.id):
        made = ApprovalRequest.objects.get()
        assert not MatcherVersion.objects.exists()
    assert reply.headers["Location"] == f"/approvals/{made.number}/"
    shown = words(page(conrad, f"/approvals/{made.number}/"))
    assert "Order and payment apart 24 hours 48 hours" in shown
    assert "Underpayment closed by rule none 0.00002000 BTC, 5.00 ETB" in shown
    assert "Approve these terms" in shown
    assert "Nobody set other terms meanwhile" in shown
    assert "Set the terms of commerce-provider" in words(page(petra, "/approvals/"))
    sent = {"decision": "approve", "reason": "", "digest": bytes(made.payload_sha256).hex(), "password": PASSWORD}
    assert signed_in(conrad).post(f"/approvals/{made.number}/decision/", sent).status_code == 302
    said = words(page(petra, "/settings/terms/"))
    assert "v1 in force" in said
    assert "48 hours" in said
    assert "24 hours 48 hours" in words(page(conrad, f"/approvals/{made.number}/"))
    again = signed_in(petra).post("/settings/terms/ask/", ASKED | {"key": "k2"})
    assert again.status_code == 400
    assert "Version 1 says exactly this" in words(again.content.decode())


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"pay": "9999"}, "less than or equal to 2160"), ({"underpaid_up_to": "BTC 0.000000001"}, "more than 8 decimals"),
     ({"tolerance": "BTC 1\nBTC 2"}, "each asset once"),
     ({"tolerance": "XYZ 1"}, "no asset that is known"), ({"note": ""}, "required")],
)  # fmt: skip
def test_a_form_that_does_not_fit_comes_back_with_the_reason(
    acme: Tenant, petra: User, changed: dict[str, str], says: str
) -> None:
    answer = signed_in(petra).post("/settings/terms/ask/", ASKED | changed)
    assert answer.status_code == 400
    assert says in words(answer.content.decode())
    with tenant(acme.id):
        assert not ApprovalRequest.objects.exists()


def test_an_auditor_reads_and_asks_for_nothing(acme: Tenant, user_of: UserMaker) -> None:
    audrey = user_of("Audrey Auditor", "auditor")
    html = page(audrey, "/settings/terms/")
    assert "/settings/terms/ask/" not in html
    assert signed_in(audrey).post("/settings/terms/ask/", ASKED).status_code == 403
