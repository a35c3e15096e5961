"""The page of macros: read by whom settings are shown to, changed by whom they are given to, each refusal beside its field."""

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.lookup.macro_versions import macros
from reconciliation.people.models import User
from tests.console.working import page, signed_in
from tests.people import UserMaker
from tests.reconciliation.lookup.test_save_macro import save

pytestmark = pytest.mark.django_db(transaction=True)
SAVE, END = "/settings/macros/save/", "/settings/macros/end/"


@pytest.fixture
def admin_user(user_of: UserMaker) -> User:
    return user_of("Ada Admin", "policy_admin")


def test_a_macro_is_saved_shown_opened_again_and_ended(acme: Tenant, admin_user: User) -> None:
    client = signed_in(admin_user)
    assert "No macro yet" in page(admin_user, "/settings/macros/")
    done = client.post(SAVE, {"name": "Delay", "language": "de", "text": "<b> {sentence}"}, follow=True)
    html = done.content.decode()
    assert "Delay (de) v1 is saved." in html
    assert "&lt;b&gt; {sentence}" in html
    assert 'href="/settings/macros/?macro=Delay&amp;lang=de#set-h"' in html
    assert "&lt;b&gt; {sentence}</textarea>" in page(admin_user, "/settings/macros/?macro=Delay&lang=de")
    ended = client.post(END, {"name": "Delay", "language": "de"}, follow=True)
    assert "Delay (de) is no longer offered." in ended.content.decode()
    assert client.post(END, {"name": "Delay", "language": "de"}).status_code == 404
    with tenant(acme.id):
        assert macros() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("https://mempool.space/tx/1", "leads to a block explorer"), ("{txid}", "{txid} is no placeholder")],
)
def test_a_refused_text_comes_back_with_its_reason(acme: Tenant, admin_user: User, text: str, reason: str) -> None:
    answer = signed_in(admin_user).post(SAVE, {"name": "Delay", "language": "en", "text": text})
    assert answer.status_code == 400
    assert reason in answer.content.decode()
    assert f"{text}</textarea>" in answer.content.decode()
    with tenant(acme.id):
        assert macros() == []


def test_who_may_only_read_is_offered_no_control(acme: Tenant, user_of: UserMaker) -> None:
    with tenant(acme.id):
        save()
    html = page(user_of("Ines Auditor", "auditor"), "/settings/macros/")
    assert "Delay" in html and "You can read this." in html
    assert "<form" not in html.split("<main", 1)[1].split("</main>")[0]
