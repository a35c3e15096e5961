import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.utils.timezone import now

from ledger.models import Account, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.people.models import ApiToken, Membership, User
from reconciliation.people.who import tenant_and_actor_of_token

pytestmark = pytest.mark.django_db
TOML = """
[tenant]
slug = "meskel"
name = "Meskel Textiles"

[[accounts]]
code = "clr"
name = "Payout clearing"
kind = "LIABILITY"
asset = "ETB"

[[bank_accounts]]
code = "clr"
name = "Dashen payouts"
partner = "Dashen Demo Bank"
number = "0001"
opened_on = 2026-03-02
[bank_accounts.calendar]
zone = "Africa/Addis_Ababa"
cutover = "06:00"
closed_weekdays = [7]
holidays = [2026-03-04]

[[people]]
name = "Selamawit Girma"
email = "Selamawit@example.test"
roles = ["controller", "policy_admin"]
"""


@pytest.fixture
def described() -> dict[str, Any]:
    return {
        "tenant": {"slug": "meskel", "name": "Meskel Textiles"},
        "accounts": [{"code": "clr", "name": "Clearing", "kind": "LIABILITY", "asset": "ETB"}],
        "bank_accounts": [{"code": "clr", "number": "0001", "opened_on": "2026-03-02"}],
        "people": [{"name": "A", "email": "a@example.test", "roles": ["analyst"], "password": "given-by-the-file"}],
        "tokens": ["core"],
    }


def write(folder: Path, content: str, name: str = "setup.json") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_it_sets_up_everything_from_toml(run: Callable[..., Any], tmp_path: Path) -> None:
    answer = run("set_up_tenant", write(tmp_path, TOML, "setup.toml"), "--json")
    assert answer.code == 0, answer.err
    (person,) = answer.json["people"]
    assert check_password(person["password"], User.objects.get(email="selamawit@example.test").password)
    with tenant(Tenant.objects.get(slug="meskel").id):
        account = BankAccount.objects.get(code="clr")
        days = {str(d) for d in BankPeriod.objects.filter(bank_account=account).values_list("day", flat=True)[:9]}
        assert "2026-03-03" in days and not {"2026-03-04", "2026-03-08"} & days
        assert set(Membership.objects.values_list("role", flat=True)) == {"controller", "policy_admin"}


def test_given_passwords_are_not_printed_and_tokens_once(
    run: Callable[..., Any], tmp_path: Path, described: dict[str, Any]
) -> None:
    answer = run("set_up_tenant", write(tmp_path, json.dumps(described)), "--json")
    assert answer.json["people"] == [{"email": "a@example.test", "roles": ["analyst"], "password": None}]
    assert "given-by-the-file" not in answer.out
    found = tenant_and_actor_of_token(answer.json["tokens"]["core"], now())
    assert found is not None and found[0] == Tenant.objects.get(slug="meskel").id


def test_a_token_names_who_answers_for_it(run: Callable[..., Any], tmp_path: Path, described: dict[str, Any]) -> None:
    described["tokens"] = [{"name": "core", "answered_by": "a@example.test"}, "other"]
    answer = run("set_up_tenant", write(tmp_path, json.dumps(described)), "--json")
    assert set(answer.json["tokens"]) == {"core", "other"}
    with tenant(Tenant.objects.get(slug="meskel").id):
        person = User.objects.get(email="a@example.test").person_id
        kept = dict(ApiToken.objects.values_list("name", "answered_by_id"))
    assert kept == {"core": person, "other": None}


def test_a_second_run_is_refused_and_changes_nothing(
    run: Callable[..., Any], tmp_path: Path, described: dict[str, Any]
) -> None:
    path = write(tmp_path, json.dumps(described))
    run("set_up_tenant", path)
    again = run("set_up_tenant", path, "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "bad_input")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"accounts": [{"code": "clr", "kind": "LIABILITY"}]}, "accounts[0]"),
        ({"tokens": "core"}, "tokens"),
        ({"tokens": [7]}, "tokens[0]"),
        ({"tokens": ["core", {"name": "other", "answers": "a@example.test"}]}, "tokens[1]"),
        ({"tokens": [{"answered_by": "a@example.test"}]}, "tokens[0]"),
        ({"tokens": [{"name": "core", "answered_by": "nobody@example.test"}]}, "tokens[0].answered_by"),
        ({"accounts": [{"code": "clr", "kind": "MONEY", "asset": "ETB"}]}, "accounts[0].kind"),
        ({"bank_accounts": [{"code": "nope", "number": "1"}]}, "bank_accounts[0].ledger_account"),
        ({"bank_accounts": [{"code": "clr", "number": "1", "calendar": {"zone": "Moon"}}]}, "bank_accounts[0].zone"),
        ({"bank_accounts": [{"code": "clr", "number": "1", "calendar": {"cutover": "6"}}]}, "bank_accounts[0]"),
        ({"people": [{"name": "A", "email": "a@example.test", "roles": ["king"]}]}, "people[0].roles"),
        ({"people": "all"}, "people"),
        ({"peeple": []}, "peeple"),
        ({"tenant": {"slug": "No Spaces"}}, "tenant.slug"),
    ],
)
def test_what_is_wrong_is_named_and_the_corrected_file_goes_through(
    run: Callable[..., Any], tmp_path: Path, described: dict[str, Any], change: dict[str, Any], where: str
) -> None:
    broken = run("set_up_tenant", write(tmp_path, json.dumps(described | change)), "--json")
    assert broken.code == 1
    assert broken.json["error"]["where"].startswith(where), broken.json
    assert run("set_up_tenant", write(tmp_path, json.dumps(described))).code == 0
    with tenant(Tenant.objects.get(slug="meskel").id):
        assert Account.objects.count() == 1


def test_no_file_is_wrong_use(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("set_up_tenant", tmp_path / "none.json").code == 2


def test_the_file_in_the_documents_sets_a_tenant_up(tmp_path: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "set-up.md").read_text()
    example = document.split("```toml\n")[1].split("```")[0]
    call_command("set_up_tenant", str(write(tmp_path, example, "tenant.toml")), "--json", stdout=StringIO())
    with tenant(Tenant.objects.get(slug="example").id):
        assert sorted(Account.objects.values_list("code", flat=True)) == ["1310", "2010"]
        assert BankAccount.objects.get().ledger_account.code == "2010"
