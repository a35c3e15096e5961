"""Your tokens: a person makes and ends what acts as them, and nobody else can."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import ApiToken, User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.console.reading import Counted
from tests.console.working import FRAME, signed_in
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"name": "laptop", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_tries() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def analyst(user_of: Callable[..., User]) -> User:
    return user_of("Anna Analyst", "analyst")


@pytest.fixture
def client(analyst: User) -> Client:
    return signed_in(analyst)


def made(client: Client, **changed: str) -> str:
    """The secret that the page shows."""
    answer = client.post("/tokens/make/", FORM | changed, follow=True)
    assert answer.redirect_chain == [("/tokens/", 302)]
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    found = re.search(r'id="secret">(pl_[\w-]+)<', answer.content.decode())
    assert found
    return found[1]


def tokens(acme: Tenant) -> int:
    with tenant(acme.id):
        return ApiToken.objects.count()


def test_the_secret_is_shown_once_and_acts_as_its_maker(client: Client, acme: Tenant, analyst: User) -> None:
    secret = made(client)
    found = tenant_and_actor_of_token(secret, now())
    assert found and (found[0], found[1].id, found[1].person_id) == (acme.id, analyst.email, analyst.person_id)
    html = client.get("/tokens/").content.decode()
    assert '<th scope="row">laptop</th>' in html
    assert secret not in html
    with tenant(acme.id):
        assert secret not in str(list(AuditEntry.objects.values()))


def test_the_page_asks_few_queries_and_the_menu_leads_to_it(client: Client, counted: Counted) -> None:
    with counted(at_most=FRAME + 2):
        html = client.get("/tokens/").content.decode()
    assert html.count("<h1") == 1
    assert 'href="/tokens/"' in html
    assert 'value="' + PASSWORD not in html


def test_a_wrong_password_makes_nothing_and_tries_are_few(client: Client, acme: Tenant) -> None:
    for _ in range(5):
        answer = client.post("/tokens/make/", FORM | {"password": "wrong-horse-battery"})
        assert answer.status_code == 403
        assert "The password is not right." in answer.content.decode()
    answer = client.post("/tokens/make/", FORM)
    assert answer.status_code == 403
    assert "wait 5 minutes" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert tokens(acme) == 0


def test_who_enrolled_an_app_is_asked_for_its_code(client: Client, acme: Tenant, analyst: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(analyst, secret)
    assert 'name="password"' not in client.get("/tokens/").content.decode()
    assert client.post("/tokens/make/", FORM).status_code == 400
    assert client.post("/tokens/make/", {"name": "laptop", "code": "000000"}).status_code == 403
    assert tokens(acme) == 0
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert made(client, code=code)


def test_a_name_used_before_is_said_beside_its_field(client: Client, acme: Tenant) -> None:
    made(client)
    answer = client.post("/tokens/make/", FORM)
    assert answer.status_code == 400
    assert "laptop was given to a token before" in answer.content.decode()
    assert tokens(acme) == 1


def test_it_is_ended_by_its_maker_alone(client: Client, acme: Tenant, user_of: Callable[..., User]) -> None:
    secret = made(client)
    with tenant(acme.id):
        token_id = ApiToken.objects.get().id
    other = signed_in(user_of("Other", "policy_admin", "controller"))
    assert other.get("/tokens/").context["tokens"] == []
    assert other.post(f"/tokens/{token_id}/end/").status_code == 404
    assert tenant_and_actor_of_token(secret, now())
    assert "Token laptop has ended." in client.post(f"/tokens/{token_id}/end/", follow=True).content.decode()
    assert tenant_and_actor_of_token(secret, now()) is None
    assert client.post(f"/tokens/{token_id}/end/").status_code == 404


def test_forged_fields_make_it_nobody_elses(client: Client, acme: Tenant, user_of: Callable[..., User]) -> None:
    victim = user_of("Victim", "controller")
    secret = made(client, user_id=str(victim.pk), email=victim.email, actor=victim.email)
    found = tenant_and_actor_of_token(secret, now())
    assert found and found[1].id == "anna.analyst@example.test"


def test_a_token_opens_no_page(client: Client, acme: Tenant) -> None:
    bearer = Client(headers={"Authorization": f"Bearer {made(client)}"})
    for address in ("/tokens/", "/approvals/", "/"):
        assert bearer.get(address).status_code == 302
    assert bearer.post("/tokens/make/", FORM).status_code == 302
    assert tokens(acme) == 1


def test_settings_say_whose_it_is(client: Client, user_of: Callable[..., User]) -> None:
    made(client)
    html = signed_in(user_of("Admin", "policy_admin")).get("/settings/tokens/").content.decode()
    assert "laptop" in html
    assert "Anna Analyst" in html


def test_it_says_until_when_it_holds_and_when_it_was_used(client: Client, acme: Tenant) -> None:
    secret = made(client)
    (row,) = client.get("/tokens/").context["tokens"]
    assert (row["last_used_at"], row["in_use"]) == (None, True)
    assert tenant_and_actor_of_token(secret, now())
    (row,) = client.get("/tokens/").context["tokens"]
    assert now() - row["last_used_at"] < timedelta(minutes=1)
    with time_machine.travel(now() + timedelta(days=90), tick=True):
        again = signed_in(User.objects.get())
        html = again.get("/tokens/").content.decode()
        assert again.get("/tokens/").context["tokens"][0]["in_use"] is False
    assert "expired" in html
    assert "/end/" not in html


def test_a_new_password_ends_them_and_the_page_says_so(client: Client, acme: Tenant, analyst: User) -> None:
    secret = made(client)
    assert "Changing your password ends them all." in client.get("/tokens/").content.decode()
    assert "every token that you made" in client.get("/accounts/password/change/").content.decode()
    new = {"oldpassword": PASSWORD, "password1": "another-horse-battery", "password2": "another-horse-battery"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert tenant_and_actor_of_token(secret, now()) is None
    assert client.get("/tokens/").context["tokens"][0]["in_use"] is False, "the session goes on"
    with tenant(acme.id):
        rows = AuditEntry.objects.filter(actor=analyst.email, action__in=["password.changed", "own_token.ended"])
        assert rows.count() == 2
