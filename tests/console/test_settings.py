"""The settings: each form does one thing through its use case, for whoever may, and says what it did."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from ledger.models import Account, AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount, CsvProfile
from reconciliation.matching.models import MatcherVersion
from reconciliation.people.models import ApiToken, Membership, User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.console.reading import Counted
from tests.console.working import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["", "accounts/", "banks/", "calendars/", "matcher/", "profiles/", "people/", "tokens/"]
ACCOUNT = {"code": "1042", "name": "Payout clearing", "kind": "LIABILITY", "asset": "ETB"}
BANK = {
    "code": "clearing", "name": "Payouts", "partner": "Example Bank", "number": "0001-4425", "ledger_account": "1042",
    "opened_on": "2026-01-01", "zone": "Africa/Addis_Ababa", "cutover": "06:00", "closed": "6,7",
    "holidays": "2026-12-25\n2027-01-07", "grace_days": "2", "due_hours": "8",
}  # fmt: skip
MATCHER = {"value_date_days": "2", "reference_form": "exact", "narrative_pattern": "", "amount_tolerance": "ETB 100"}
PERSON = {"name": "Liya Example", "email": "Liya@example.test", "role": "controller", "password": "a-first-password"}
MAPPING = (
    '{"header": ["date", "amount"], "columns": {"value_on": "date", "amount": "amount"}, "currency": "ETB",'
    ' "account": "0001-4425"}'
)
ACTS = {
    "accounts/open/": ACCOUNT,
    "banks/open/": BANK,
    "matcher/set/": MATCHER,
    "profiles/save/": {"name": "example", "mapping": MAPPING},
    "people/add/": PERSON,
    "people/end/": {"email": "support@example.test", "role": "support", "reason": "left"},
    "tokens/issue/": {"name": "core banking"},
}


@pytest.fixture
def admin(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Admin", "policy_admin"))


@pytest.fixture
def auditor(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Auditor", "auditor"))


def posted(client: Client, act: str, **changed: str) -> str:
    """What the page says after the act."""
    answer = client.post(f"/settings/{act}", ACTS[act] | changed, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_before_anything_is_set_up(admin: Client, page: str, counted: Counted) -> None:
    with counted(at_most=12):
        html = admin.get(f"/settings/{page}").content.decode()
    assert html.count("<h1") == 1


def test_the_steps_name_what_comes_next(admin: Client) -> None:
    steps = admin.get("/settings/").context["steps"]
    assert [step["current"] for step in steps] == [True, False, False, False, False]
    posted(admin, "accounts/open/")
    posted(admin, "accounts/open/", code="1310", kind="ASSET")
    steps = admin.get("/settings/").context["steps"]
    assert [step["done"] for step in steps][:2] == [True, False]


def test_an_account_is_opened(admin: Client, acme: Tenant) -> None:
    assert "Account 1042 Payout clearing is open." in posted(admin, "accounts/open/")
    with tenant(acme.id):
        account = Account.objects.get(code="1042")
    assert (account.kind, account.normal_side, account.asset_id) == ("LIABILITY", "CREDIT", "ETB")
    again = admin.post("/settings/accounts/open/", ACCOUNT)
    assert again.status_code == 400
    assert "An account has the code 1042 already." in again.content.decode()
    assert 'value="Payout clearing"' in again.content.decode()


def test_a_bank_account_comes_with_its_calendar_and_days(admin: Client, acme: Tenant) -> None:
    posted(admin, "accounts/open/")
    assert "Payouts" in posted(admin, "banks/open/")
    with tenant(acme.id):
        bank = BankAccount.objects.get(code="clearing")
        calendar = bank.calendars.get()
        assert bank.periods.exists()
    assert calendar.closed_weekdays == [6, 7]
    assert len(calendar.holidays) == 2
    assert "06:00" in admin.get("/settings/calendars/").content.decode()
    assert "1042" not in str(admin.get("/settings/banks/").context["box"]["form"]["ledger_account"])


@pytest.mark.parametrize(
    ("act", "changed", "says"),
    [
        ("banks/open/", {"holidays": "Christmas"}, "Christmas is not a date"),
        ("banks/open/", {"zone": "Moon/Base"}, "not one of the available choices"),
        ("matcher/set/", {"amount_tolerance": "ETB 1.5"}, "not an asset and minor units"),
        ("profiles/save/", {"mapping": "{"}, "This is not JSON."),
        ("profiles/save/", {"mapping": '{"header": []}'}, "profile columns"),
        ("people/add/", {"password": "short"}, "too short"),
        ("accounts/open/", {"asset": "XXX"}, "not one of the available choices"),
    ],
)
def test_a_form_that_does_not_fit_comes_back_with_the_reason(
    admin: Client, act: str, changed: dict[str, str], says: str
) -> None:
    posted(admin, "accounts/open/") if act.startswith("banks") else None
    answer = admin.post(f"/settings/{act}", ACTS[act] | changed)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_an_admin_sets_the_first_matcher_alone_and_no_other(admin: Client, acme: Tenant) -> None:
    posted(admin, "matcher/set/")
    again = admin.post("/settings/matcher/set/", MATCHER | {"value_date_days": "3"})
    assert again.status_code == 403
    assert "drafted and asked for" in again.content.decode()
    shown = admin.get("/settings/matcher/").content.decode()
    assert "Terms change under Matchers" in shown
    assert "/settings/matcher/set/" not in shown
    with tenant(acme.id):
        assert list(MatcherVersion.objects.values_list("number", "value_date_days")) == [(1, 2)]


def test_a_profile_is_saved_under_its_name(admin: Client, acme: Tenant) -> None:
    posted(admin, "profiles/save/")
    with tenant(acme.id):
        assert CsvProfile.objects.get().version == 1
    html = admin.get("/settings/profiles/").content.decode()
    assert ">date,amount<" in html
    assert "Columns apart by comma, dates as YYYY-MM-DD, one amount with its sign, encoded as utf-8." in html


def test_a_person_gets_a_role_and_loses_it(admin: Client, acme: Tenant) -> None:
    assert "liya@example.test holds the role controller." in posted(admin, "people/add/")
    assert "Liya Example" in admin.get("/settings/people/").content.decode()
    asked = admin.get("/settings/people/?email=liya@example.test&role=controller").content.decode()
    assert "End the role controller of liya@example.test?" in asked
    assert "Nobody is left who decides corrections" in asked
    unsaid = admin.post("/settings/people/end/", {"email": "liya@example.test", "role": "controller", "reason": ""})
    assert unsaid.status_code == 400
    assert "End the role controller of liya@example.test?" in unsaid.content.decode()
    ended = posted(admin, "people/end/", email="liya@example.test", role="controller", reason="left the team")
    assert "no longer holds the role controller" in ended
    with tenant(acme.id):
        assert AuditEntry.objects.get(action="role.ended").why == "left the team"
        assert not Membership.objects.filter(user__email="liya@example.test", ended_at=None).exists()
    gone = {"email": "liya@example.test", "role": "controller", "reason": "again"}
    assert admin.post("/settings/people/end/", gone).status_code == 404


def test_a_password_is_for_a_new_address_alone(admin: Client, acme: Tenant) -> None:
    answer = admin.post("/settings/people/add/", PERSON | {"password": ""})
    assert answer.status_code == 400
    assert "This address is new, so it needs a first password." in answer.content.decode()
    assert 'value="Liya Example"' in answer.content.decode()
    posted(admin, "people/add/")
    posted(admin, "people/add/", role="analyst", password="")
    with tenant(acme.id):
        assert Membership.objects.filter(user__email="liya@example.test", ended_at=None).count() == 2


def test_a_tokens_secret_is_shown_once_and_works(admin: Client, acme: Tenant) -> None:
    html = posted(admin, "tokens/issue/")
    secret = re.search(r'id="secret">(pl_[\w-]+)<', html)
    assert secret
    found = tenant_and_actor_of_token(secret[1], now())
    assert found and found[0] == acme.id
    assert secret[1] not in admin.get("/settings/tokens/").content.decode()
    with tenant(acme.id):
        assert secret[1].encode() not in bytes(ApiToken.objects.get().token_sha256)
        assert secret[1] not in str(list(AuditEntry.objects.values("detail", "why", "subject")))


END = "/settings/tokens/end/"


def test_a_token_is_ended_with_a_reason_and_opens_nothing_more(admin: Client, acme: Tenant) -> None:
    secret = re.search(r'id="secret">(pl_[\w-]+)<', posted(admin, "tokens/issue/"))
    assert secret
    with tenant(acme.id):
        form = {"token": str(ApiToken.objects.get().id), "reason": "replaced"}
    machine = Client(headers={"Authorization": f"Bearer {secret[1]}"})
    assert machine.get("/api/v1/drift/?account=x").status_code == 404
    html = admin.get("/settings/tokens/").content.decode()
    assert f'action="{END}"' in html and f'<option value="{form["token"]}">' in html and "valid" in html
    for wrong in ({"reason": " "}, {"token": ""}, {"token": "x"}, {"token": "9" * 19}):
        assert admin.post(END, form | wrong).status_code == 400
    assert "has ended." in admin.post(END, form, follow=True).content.decode()
    assert machine.get("/api/v1/drift/?account=x").status_code == 401
    html = admin.get("/settings/tokens/").content.decode()
    assert END not in html and "valid" not in html
    assert admin.post(END, form).status_code == 404
    with tenant(acme.id):
        assert AuditEntry.objects.get(action="token.ended").why == "replaced"


def test_a_name_or_pattern_that_does_not_do_comes_back_beside_its_field(admin: Client) -> None:
    posted(admin, "tokens/issue/")
    again = admin.post("/settings/tokens/issue/", ACTS["tokens/issue/"])
    assert again.status_code == 400
    assert again.context["box"]["form"].errors["name"]
    assert 'value="core banking"' in again.content.decode()
    wrong = admin.post("/settings/matcher/set/", MATCHER | {"narrative_pattern": "(", "value_date_days": "4"})
    assert wrong.status_code == 400
    assert "is not a pattern" in str(wrong.context["box"]["form"].errors["narrative_pattern"])
    assert 'value="4"' in wrong.content.decode()


def test_issuing_a_token_leads_to_a_page_that_a_reload_only_shows(admin: Client, acme: Tenant) -> None:
    answer = admin.post("/settings/tokens/issue/", ACTS["tokens/issue/"], follow=True)
    assert answer.redirect_chain == [("/settings/tokens/", 302)]
    with tenant(acme.id):
        assert ApiToken.objects.count() == 1


def test_who_reads_the_tokens_may_not_end_one(auditor: Client, admin: Client, acme: Tenant) -> None:
    posted(admin, "tokens/issue/")
    with tenant(acme.id):
        form = {"token": str(ApiToken.objects.get().id), "reason": "replaced"}
    assert END not in auditor.get("/settings/tokens/").content.decode()
    assert auditor.post(END, form).status_code == 403


def test_the_last_admin_is_not_offered_their_end_and_cannot_have_it(admin: Client, acme: Tenant) -> None:
    html = admin.get("/settings/people/").content.decode()
    assert "the last admin" in html
    answer = admin.post("/settings/people/end/", {"email": "admin@example.test", "role": "policy_admin", "reason": "x"})
    assert answer.status_code == 409
    assert "give the role to somebody else first" in answer.content.decode()
    posted(admin, "people/add/", email="second@example.test", role="policy_admin")
    assert "the last admin" not in admin.get("/settings/people/").content.decode()
    with tenant(acme.id):
        assert Membership.objects.filter(role="policy_admin", ended_at=None).count() == 2


def test_a_reader_sees_no_form_and_is_told_who_may(auditor: Client) -> None:
    for page in PAGES:
        html = auditor.get(f"/settings/{page}").content.decode()
        assert 'class="pad form"' not in html
    assert "needs the role policy admin; you act as auditor" in html


@pytest.mark.parametrize("role", ["support", "analyst", "controller"])
def test_it_is_no_page_of_theirs(user_of: Callable[..., User], role: str) -> None:
    other = signed_in(user_of("Other", role))
    assert {other.get(f"/settings/{page}").status_code for page in PAGES} == {404}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_reader_cannot_change_it_by_a_direct_post(auditor: Client, acme: Tenant, act: str) -> None:
    assert auditor.post(f"/settings/{act}", ACTS[act]).status_code == 403
    with tenant(acme.id):
        refused = AuditEntry.objects.filter(action="attempt.refused").get()
    assert refused.actor == "auditor@example.test"


@pytest.mark.parametrize("act", sorted(ACTS))
def test_looking_at_an_act_is_not_doing_it(admin: Client, act: str) -> None:
    answer = admin.get(f"/settings/{act}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    above = f"/settings/{act.partition('/')[0]}/"
    assert f'href="{above}"' in answer.content.decode()


def test_forged_fields_change_nothing(admin: Client, acme: Tenant, rival: Tenant) -> None:
    posted(admin, "accounts/open/", tenant_id=str(rival.id), normal_side="DEBIT", actor="somebody@else.test")
    with tenant(rival.id):
        assert not Account.objects.exists()
    with tenant(acme.id):
        assert Account.objects.get().normal_side == "CREDIT"
        assert AuditEntry.objects.get(action="account.opened").actor == "admin@example.test"


def test_another_tenants_people_answer_like_unknown_ones(
    admin: Client, rival: Tenant, user_of: Callable[..., User]
) -> None:
    user_of("Their Controller", "controller", tenant_id=rival.id)
    theirs = {"email": "their.controller@example.test", "role": "controller", "reason": "x"}
    foreign = admin.post("/settings/people/end/", theirs)
    unknown = admin.post("/settings/people/end/", {**theirs, "email": "nobody.at.all@example.test"})
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content) == (404, unknown.content)
    assert "Their Controller" not in admin.get("/settings/people/").content.decode()
