"""The pages of notifications and of escalation: what is told, acknowledging, the count beside every page, no secret anywhere."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import as_made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.oversight.escalation.models import Acknowledgement, Receiver
from reconciliation.oversight.escalation.rules import SHIPPED
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.console.reading import Counted, counted  # noqa: F401
from tests.console.test_plane_cases import words
from tests.console.working import FRAME, page, signed_in
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.books import NOW
from tests.reconciliation.oversight.escalation.watch import WEBHOOK_KEY, Watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watch(acme: Tenant) -> Iterator[Watch]:
    with time_machine.travel(NOW, tick=True):
        watch = Watch(acme.id)
        watch.receiver("security", "https://hooks.example.test/h1ddenpath", WEBHOOK_KEY)
        watch.play("L1 clr 11 -250 @X991").check_day("clr", "11")
        watch.work(NOW, "escalate")
        yield watch


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


@pytest.fixture
def admin_user(user_of: UserMaker) -> User:
    return user_of("Ada Admin", "policy_admin")


def test_a_page_to_security_stands_in_the_list_until_somebody_takes_note(watch: Watch, controller: User) -> None:
    told = page(controller, "/notifications/")
    said = words(told)
    for part in (
        "The bank settled what we never initiated",
        "page",
        str(watch.case("clr", "11")),
        "security webhook",
        "not yet",
    ):
        assert part in said, part
    assert 'Notifications<span class="cnt hot">1<' in told
    answer = signed_in(controller).post("/notifications/1/acknowledge/", {"note": "I call the bank."})
    assert answer.status_code == 302
    assert "Nothing waits to be acknowledged" in words(page(controller, "/notifications/"))
    assert "Notifications<span" not in page(controller, "/notifications/")
    assert "Conrad Controller" in words(page(controller, "/notifications/?show=all"))
    assert "I call the bank." in words(page(controller, "/notifications/1/"))
    again = signed_in(controller).post("/notifications/1/acknowledge/", {"note": ""})
    assert again.status_code == 409


def test_settings_show_receivers_by_kind_and_host_and_ask_for_a_change(watch: Watch, admin_user: User) -> None:
    html = page(admin_user, "/settings/escalation/?rule=cause-4")
    assert "hooks.example.test" in html
    for secret in ("h1ddenpath", WEBHOOK_KEY):
        assert secret not in html
    form = {"rule": "cause-4", "title": SHIPPED[2].title, "signal": "cause_4", "severity": "notify", "receivers": "security",
            "hours": "0", "least": "ETB 1000.00", "enabled": "on", "note": "less noise", "key": "k1"}  # fmt: skip
    answer = signed_in(admin_user).post("/settings/escalation/rule/", form)
    assert answer.status_code == 302
    with tenant(watch.tenant_id):
        asked = ApprovalRequest.objects.get()
    assert asked.payload["document"]["least"] == {"ETB": "100000"}
    shown = words(page(admin_user, f"/approvals/{asked.number}/"))
    assert "Severity page notify" in shown
    assert "Least gross drift any 1,000.00 ETB" in shown


def test_a_receiver_is_asked_for_its_key_shown_once_and_its_address_never(
    watch: Watch, admin_user: User, controller: User
) -> None:  # fmt: skip
    client = signed_in(admin_user)
    sent = {
        "name": "ops",
        "address": "https://hooks.example.test/s3cret",
        "secret": "",
        "note": "a new desk",
        "key": "k",
    }
    assert client.post("/settings/escalation/receivers/add/", sent).status_code == 302
    first, second = (client.get("/settings/escalation/").content.decode() for _ in range(2))
    assert "whsec_" in first
    assert "whsec_" not in second
    with tenant(watch.tenant_id):
        assert not Receiver.objects.filter(name="ops").exists(), "a second person decides"
        asked = as_made(ApprovalRequest.objects.get(), created=False)
    shown = page(controller, f"/approvals/{asked.number}/")
    assert "Host hooks.example.test" in words(shown)
    assert "Approve this receiver" in words(shown)
    for html in (first, second, shown):
        assert "s3cret" not in html
    for address in ("json://s3cret.test/", "https://127.0.0.1/s3cret"):
        bad = client.post("/settings/escalation/receivers/add/", sent | {"name": "x1", "address": address, "key": "k2"})
        assert bad.status_code == 400
        assert "s3cret" not in bad.content.decode()
    watch.approve(asked, acting(controller, watch.tenant_id))
    with tenant(watch.tenant_id):
        ops = Receiver.objects.get(name="ops").id
    assert client.post("/settings/escalation/receivers/test/", {"receiver": ops}).status_code == 302
    end = {"receiver": ops, "note": "no use", "key": "k3"}
    assert client.post("/settings/escalation/receivers/end/", end).status_code == 302
    with tenant(watch.tenant_id):
        assert Receiver.objects.get(name="ops").ended_at is None
    assert 'name="address"' in second


def test_a_rule_whose_receiver_is_not_set_up_or_not_reached_says_so(watch: Watch, admin_user: User) -> None:
    assert "finance is not set up" in words(page(admin_user, "/settings/escalation/"))
    assert "security was not" not in words(page(admin_user, "/settings/escalation/"))
    watch.work(NOW, "notify")
    assert "security was not reached the last time" in words(page(admin_user, "/settings/escalation/"))


def test_the_list_costs_as_many_queries_for_one_row_as_for_many(
    watch: Watch, controller: User, counted: Counted
) -> None:  # fmt: skip
    reader = signed_in(controller)
    for day in ("12", "13", "16"):
        watch.play(f"L{day} clr {day} -{day}0 @X{day}").check_day("clr", day)
    watch.work(NOW, "escalate")
    reader.get("/notifications/")  # the release gate is worked out anew
    with counted(at_most=FRAME + 3):
        assert reader.get("/notifications/").content.decode().count("<tr data-row=") == 4


def test_the_api_lists_them_and_a_person_takes_note(watch: Watch, controller: User, client: Client) -> None:
    with tenant(watch.tenant_id):
        machine = issue_token(name="core", actor=SET_UP, at=NOW)
    with tenant(watch.tenant_id):
        hers = make_own_token(name="mine", proven_at=NOW, actor=acting(controller, watch.tenant_id), at=NOW)
    got = client.get("/api/v1/notifications/", headers={"Authorization": f"Bearer {machine}"})
    (one,) = got.json()["notifications"]
    assert (one["notification"], one["rule"], one["severity"], one["gross_minor"]) == ("N-1", "cause-4", "page", "250")
    assert "h1ddenpath" not in json.dumps(one)
    for token, status in ((machine, 403), (hers, 200), (hers, 409)):
        answer = client.post(
            "/api/v1/notifications/N-1/acknowledge/", {"note": "seen"}, content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == status
    with tenant(watch.tenant_id):
        assert Acknowledgement.objects.get().name == "Conrad Controller"
