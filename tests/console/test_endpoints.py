"""The endpoints in the settings: opened, keyed, watched and ended by a policy admin; keys are typed once and never shown."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.people.models import User
from reconciliation.planes.models import RecognitionRule
from reconciliation.postings.open_account import open_account
from reconciliation.provider.models import Endpoint, EndpointKey
from reconciliation.provider.polling.models import Polling
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.people import SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, said

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/settings/endpoints/"
SECRET = "a-signing-key-not-real"
TOKEN = "an-api-token-not-real"


@pytest.fixture
def admin(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Admin", "policy_admin"))


def posted(client: Client, act: str, **fields: object) -> str:
    answer = client.post(f"{PAGE}{act}", fields, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    return answer.content.decode()


def opened(client: Client, tenant_id: int, name: str = "Web shop", scheme: str = "btcpay") -> int:
    posted(client, "open/", name=name, scheme=scheme)
    with tenant(tenant_id):
        return Endpoint.objects.get(name=name).id


def test_an_endpoint_is_opened_and_shows_its_whole_address(admin: Client, acme: Tenant) -> None:
    html = posted(admin, "open/", name="Web shop", scheme="btcpay")
    with tenant(acme.id):
        token = Endpoint.objects.get().token
    assert f"http://testserver/hooks/{token}/" in html
    assert "no key: everything is held" in html


def test_a_name_is_given_once_and_a_refused_one_leaves_nothing(admin: Client, acme: Tenant) -> None:
    opened(admin, acme.id)
    again = admin.post(f"{PAGE}open/", {"name": "Web shop", "scheme": "stripe"})
    assert again.status_code == 400
    assert "there is, or was, an endpoint named Web shop" in again.content.decode()
    with tenant(acme.id):
        assert CheckpointDecision.objects.filter(move="setting.endpoint").count() == 1


def test_a_key_is_typed_once_and_never_shown(admin: Client, acme: Tenant) -> None:
    at = opened(admin, acme.id)
    html = posted(admin, "keys/add/", endpoint=at, secret=SECRET)
    assert "Key …real of Web shop is added" in html
    assert "…real" in admin.get(PAGE).content.decode()
    short = admin.post(f"{PAGE}keys/add/", {"endpoint": at, "secret": "tooshrt"})
    assert short.status_code == 400
    assert "8 to 1024 printable characters" in short.content.decode()
    assert "tooshrt" not in short.content.decode()
    with tenant(acme.id):
        assert SECRET not in str(list(AuditEntry.objects.values("detail", "why", "subject")))
    for page in (html, admin.get(PAGE).content.decode()):
        assert SECRET not in page


def test_a_key_and_an_endpoint_end_with_a_reason(admin: Client, acme: Tenant) -> None:
    at = opened(admin, acme.id)
    posted(admin, "keys/add/", endpoint=at, secret=SECRET)
    with tenant(acme.id):
        key = EndpointKey.objects.get().id
    assert admin.post(f"{PAGE}keys/end/", {"key": key, "reason": " "}).status_code == 400
    assert "Key …real of Web shop has ended." in posted(admin, "keys/end/", key=key, reason="it leaked")
    assert admin.post(f"{PAGE}end/", {"endpoint": at}).status_code == 400
    assert "Endpoint Web shop has ended." in posted(admin, "end/", endpoint=at, reason="the shop moved")
    assert admin.post(f"{PAGE}end/", {"endpoint": at, "reason": "again"}).status_code == 400
    with tenant(acme.id):
        reasons = AuditEntry.objects.filter(action__in=["endpoint.key_ended", "endpoint.ended"]).order_by("id")
        assert [row.why for row in reasons] == ["it leaked", "the shop moved"]
    assert "its address answers like one that never was" in admin.get(PAGE).content.decode()


def test_health_is_of_the_last_day(admin: Client, acme: Tenant, counted: Counted) -> None:
    desk = Desk(acme.id)
    later = NOON + timedelta(hours=30)
    for n in range(3):
        desk.deliver(said("InvoiceSettled", f"old{n}"))
    desk.take_in()
    for n in range(2):
        desk.deliver(said("InvoiceSettled", f"new{n}"), at=later)
    desk.deliver(said("InvoiceSettled", "forged"), key="the key of nobody", at=later)
    with time_machine.travel(later + timedelta(minutes=10), tick=False), counted(at_most=16):
        (shown,) = admin.get(PAGE).context["endpoints"]
    assert (shown["verified"], shown["refused"], shown["mismatched"], shown["held"]) == ("2", "1", "1", "1")
    assert (shown["waiting"], shown["oldest"], shown["last_at"], shown["good_at"]) == ("2", later, later, later)
    assert shown["state"] == ("warn", "1 held")


def test_recognition_accounts_are_set_in_one_asset(admin: Client, acme: Tenant) -> None:
    at = opened(admin, acme.id)
    with tenant(acme.id):
        for code, asset in (("btc", "BTC"), ("unap", "BTC"), ("ar_b", "BTC"), ("cash", "ETB")):
            open_account(code=code, name=code, kind="ASSET", asset=asset, actor=SET_UP, at=NOON)
    fields = {"endpoint": at, "hold": "btc", "unapplied": "unap", "receivable": "ar_b"}
    wrong = admin.post(f"{PAGE}recognition/", fields | {"receivable": "cash"})
    assert wrong.status_code == 400
    assert "account cash is in ETB, not in BTC" in wrong.content.decode()
    assert "confirms in BTC is recognised on btc" in posted(admin, "recognition/", **fields)
    posted(admin, "recognition/", **fields | {"unapplied": "ar_b", "receivable": "unap"})
    with tenant(acme.id):
        assert RecognitionRule.objects.count() == 2
    (rule,) = admin.get(PAGE).context["rules"]
    assert (rule["asset"], rule["unapplied"]) == ("BTC", "ar_b ar_b")


POLLING = {"base_url": "https://pay.example.com/", "store": "St0re_1", "token": TOKEN}


def test_a_polling_is_set_replaced_and_ended(admin: Client, acme: Tenant) -> None:
    at = opened(admin, acme.id)
    html = posted(admin, "polling/", endpoint=at, **POLLING)
    assert "https://pay.example.com, store St0re_1, token …real" in html
    posted(admin, "polling/", endpoint=at, **POLLING | {"store": "St0re_2"})
    with tenant(acme.id):
        assert list(Polling.objects.filter(ended_at=None).values_list("store", flat=True)) == ["St0re_2"]
        assert TOKEN not in str(list(AuditEntry.objects.values("detail", "why", "subject")))
        assert TOKEN.encode() not in bytes(Polling.objects.filter(ended_at=None).get().sealed)
    assert TOKEN not in html
    assert "is asked no more" in posted(admin, "polling/end/", endpoint=at, reason="moved")
    with tenant(acme.id):
        assert not Polling.objects.filter(ended_at=None).exists()
        assert AuditEntry.objects.get(action="polling.ended").why == "moved"


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "http://pay.example.com"}, {"base_url": "ftp://pay.example.com"}, {"base_url": "https://"},
        {"base_url": "https://a:b@pay.example.com"}, {"base_url": "https://pay.example.com/?x=1"}, {"base_url": "https://x:99999"},
        {"store": "../admin"}, {"store": ""}, {"token": "short"}, {"token": "with a blank in it"},
        {"token": "line\nbreak: injected"}, {"endpoint": "999"},
    ],
)  # fmt: skip
def test_a_polling_that_does_not_fit_comes_back(admin: Client, acme: Tenant, wrong: dict[str, str]) -> None:
    at = opened(admin, acme.id)
    answer = admin.post(f"{PAGE}polling/", {"endpoint": at} | POLLING | wrong)
    assert answer.status_code == 400
    assert TOKEN not in answer.content.decode()
    with tenant(acme.id):
        assert not Polling.objects.exists()


def test_only_a_scheme_that_can_be_asked_is_offered(admin: Client, acme: Tenant) -> None:
    at = opened(admin, acme.id, scheme="stripe")
    assert "polling-set" not in [box["id"] for box in admin.get(PAGE).context["boxes"]]
    assert admin.post(f"{PAGE}polling/", {"endpoint": at} | POLLING).status_code == 400


def test_a_reader_sees_health_and_no_form(user_of: Callable[..., User], acme: Tenant) -> None:
    Desk(acme.id)
    html = signed_in(user_of("Otto Operator", "operator")).get(PAGE).content.decode()
    assert "Waiting to be read" in html
    assert 'class="pad form"' not in html
    assert "needs the role policy admin; you act as operator" in html


def test_another_tenants_endpoints_are_none(admin: Client, rival: Tenant) -> None:
    theirs = Desk(rival.id, name="Their shop")
    html = admin.get(PAGE).content.decode()
    assert "Their shop" not in html
    assert theirs.endpoint.token not in html
    for act, fields in (
        ("end/", {"endpoint": theirs.endpoint.id}),
        ("keys/add/", {"endpoint": theirs.endpoint.id, "secret": SECRET}),
    ):
        foreign = admin.post(f"{PAGE}{act}", {"reason": "x"} | fields)
        unknown = admin.post(f"{PAGE}{act}", {"reason": "x"} | fields | {"endpoint": 10**9})
        assert (foreign.status_code, unknown.status_code) == (400, 400)
    with tenant(rival.id):
        assert Endpoint.objects.get().ended_at is None
        assert EndpointKey.objects.count() == 1


def test_fulfilment_is_set_by_rail_and_asset(admin: Client, acme: Tenant) -> None:
    assert "Fulfilment by rule" not in admin.get(PAGE).content.decode()
    html = posted(admin, "fulfilment/", rail="card", asset="ETB", fulfil_on="confirmed")
    assert "Set: card, ETB: confirmed." in html
    assert "the provider&#x27;s Confirmed" in html
    assert admin.post(f"{PAGE}fulfilment/", {"rail": "On Chain", "fulfil_on": "paid"}).status_code == 400
    assert admin.post(f"{PAGE}fulfilment/", {"rail": "", "fulfil_on": "hope"}).status_code == 400
    with tenant(acme.id):
        (row,) = AuditEntry.objects.filter(action="fulfilment.set")
        assert (row.subject, row.detail["fulfil_on"]) == ("card ETB", "confirmed")
        assert CheckpointDecision.objects.filter(move="setting.fulfilment").count() == 1
