"""Every route × every role: what it answers. Machines' addresses, sign-in and health have tests of their own."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from console.acts_opened import LED_BACK
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from tests.console.routes import ACTS, PAGES, ROLES, WHEN, names, prepared
from tests.console.working import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
RANDOM = {
    "notification": "999999",
    "draft": "999999",
    "dry_run": "999999",
    "order": "ZZZ/2026-9",
    "token": "999999",
    "case": "999999",
    "incident": "999999",
    "recovery": "999999",
    "request": "999999",
    "day": "2026-03-11",
}
ELSEWHERE = {
    "healthz", "livez", "readyz", "metrics", "accounts/", "api/v1/", "^api/", "hooks/<slug:token>/", "kit/", "",
}  # fmt: skip


def test_no_route_is_missing_from_the_table() -> None:
    assert names() == PAGES.keys() | ACTS.keys()
    assert {str(p.pattern) for p in get_resolver().url_patterns} <= ELSEWHERE


@pytest.mark.parametrize("role", ROLES)
def test_what_every_page_answers_to(role: str, acme: Tenant, user_of: Callable[..., User]) -> None:
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = signed_in(user_of("The Reader", role))
        found = {name: client.get(page.address.format(**words)).status_code for name, page in PAGES.items()}
    assert found == {name: 200 if role in page.may else 404 for name, page in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_what_every_act_answers_to(role: str, acme: Tenant, user_of: Callable[..., User]) -> None:
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = signed_in(user_of("The Actor", role))
        found = {name: client.post(act.address.format(**words)).status_code for name, act in ACTS.items()}
    assert found == {name: act.empty if role in act.may else 403 for name, act in ACTS.items()}
    with tenant(acme.id):
        refused = AuditEntry.objects.filter(action="attempt.refused", actor="the.actor@example.test")
        audited = refused.exclude(detail__code="request_not_open").count()
    assert audited == sum(role not in act.may for act in ACTS.values()), "each refused attempt is on the trail, once"


def test_an_act_is_not_a_page(acme: Tenant, user_of: Callable[..., User]) -> None:
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = signed_in(user_of("Everything", *ROLES))
        for name, act in ACTS.items():
            answer = client.get(act.address.format(**words))
            assert answer.status_code == (302 if name in LED_BACK else 405), act.address
            assert answer.status_code == 302 or "Open the page of this form" in answer.content.decode(), act.address
            above = answer["Location"] if answer.status_code == 302 else answer.context["href"]
            assert client.get(above).status_code == 200, above
        for page in PAGES.values():
            if page.address not in {"/exceptions/", "/approvals/"}:
                assert client.post(page.address.format(**words)).status_code == 405, page.address


def test_nobody_gets_in_without_signing_in(acme: Tenant, user_of: Callable[..., User]) -> None:
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = Client()
        for route in [*PAGES.values(), *ACTS.values()]:
            address = route.address.format(**words)
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code == 302, address
                assert answer["Location"].startswith("/accounts/login/")


def test_another_tenants_things_answer_like_nothing(acme: Tenant, rival: Tenant, user_of: Callable[..., User]) -> None:
    """A sign-in of another tenant sees that tenant, in which none of these things are."""
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        client = signed_in(user_of("Rival Person", *ROLES, tenant_id=rival.id))
        foreign = [page for page in PAGES.values() if "{" in page.address or "clr" in page.address]
        assert len(foreign) > 8
        random = words | {name: RANDOM.get(name, str(uuid4())) for name in words}
        for page in foreign:
            real, none = (client.get(_elsewhere(page.address, given)) for given in (words, random))
            assert (real.status_code, none.status_code) == (404, 404), page.address
            assert plain(real) == plain(none), page.address
        for act in (act for act in ACTS.values() if "{" in act.address):
            real, none = (client.post(act.address.format(**given)) for given in (words, random))
            assert (real.status_code, plain(real)) == (none.status_code, plain(none)), act.address


def _elsewhere(address: str, words: dict[str, str]) -> str:
    """The address with these words; a code that stands in it becomes one that nobody has."""
    filled = address.format(**words)
    return filled if words["order"] == "INV/2026-1" else filled.replace("clr", "zzz").replace("/p1/", "/zz/")


def plain(answer: HttpResponse) -> bytes:
    """What is answered, but for what no two answers share: the form's token, and the address itself."""
    return re.sub(rb'value="[A-Za-z0-9]{64}"|href="[^"]*"|[A-Z]+-?\d+|/[a-z]+/\S+', b"", answer.content)
