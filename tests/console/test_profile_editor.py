"""The editor of CSV profiles: suggested, tried, confirmed, saved."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankImport, BankLine, CsvProfile
from reconciliation.people.models import User
from tests.console.working import signed_in
from tests.reconciliation.bank.desk import Desk, desk

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = b"Booked;Amount;Ref;Saldo\n10.03.2026;5,00;A1;15,00\n10.03.2026;-2,00;B2;13,00\n"
SUGGESTED = (
    "encoding", "delimiter", "header_row", "date_format", "decimal_mark", "sign_rule", "col_booked_on", "col_amount",
    "col_reference", "col_balance",
)  # fmt: skip


@pytest.fixture
def bank(acme: Tenant, evening: datetime) -> Desk:
    return desk(acme.id)


@pytest.fixture
def admin(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Ada Admin", "policy_admin"))


def kept(client: Client, content: bytes = SAMPLE, name: str = "sample.csv") -> str:
    answer = client.post("/bank/profiles/samples/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).partition("sample=")[2].partition("&")[0]


def filled(sample: str, *, confirmed: bool = True, **more: str) -> dict[str, str]:
    said = {
        "sample": sample, "profile": "", "name": "Example Bank", "bank": "cash", "encoding": "utf-8", "delimiter": ";",
        "quote": '"', "header_row": "1", "decimal_mark": ",", "thousands_mark": "", "date_format": "DD.MM.YYYY",
        "sign_rule": "signed", "col_booked_on": "Booked", "col_amount": "Amount", "col_reference": "Ref",
        "col_balance": "Saldo",
    }  # fmt: skip
    return said | ({f"ok_{name}": "on" for name in SUGGESTED} if confirmed else {}) | more


def test_a_sample_opens_the_editor_with_suggestions_to_confirm(admin: Client, bank: Desk) -> None:
    html = admin.get(f"/bank/profiles/?sample={kept(admin)}").content.decode()
    assert html.count("suggested, please confirm") == len(SUGGESTED)
    assert f"{len(SUGGESTED)} suggestions to confirm" in html


def test_what_was_suggested_is_saved_only_once_confirmed(admin: Client, bank: Desk) -> None:
    sample = kept(admin)
    refused = admin.post("/bank/profiles/save/", filled(sample, confirmed=False))
    assert refused.status_code == 400
    assert refused.content.decode().count("please confirm, or choose another.") == len(SUGGESTED)
    with tenant(bank.tenant_id):
        assert not CsvProfile.objects.exists()
    one_left = filled(sample) | {"col_balance": ""}
    one_left.pop("ok_col_balance")
    assert admin.post("/bank/profiles/save/", one_left).status_code == 302  # another choice is a choice
    assert admin.post("/bank/profiles/save/", filled(sample)).status_code == 302
    with tenant(bank.tenant_id):
        saved = CsvProfile.objects.order_by("-version")[0]
    assert (saved.version, saved.mapping["account"], saved.mapping["header"]) == (
        2,
        "ET55DEMO0001",
        ["Booked", "Amount", "Ref", "Saldo"],
    )


def test_the_preview_shows_lines_and_balances_and_writes_nothing(admin: Client, bank: Desk) -> None:
    sample = kept(admin)
    part = admin.post("/bank/profiles/preview/", filled(sample), headers={"HX-Request": "true", "HX-Target": "editor"})
    html = part.content.decode()
    assert part.status_code == 200 and "<html" not in html and 'id="editor"' in html
    assert "2 rows read, 0 refused" in html and "10.00" in html and "13.00" in html and "−2.00" in html
    whole = admin.post("/bank/profiles/preview/", filled(sample)).content.decode()
    assert "<html" in whole and "2 rows read" in whole
    with tenant(bank.tenant_id):
        assert not (CsvProfile.objects.exists() or BankImport.objects.exists() or BankLine.objects.exists())


def test_refused_rows_are_named_by_row(admin: Client, bank: Desk) -> None:
    sample = kept(admin, SAMPLE + b"31.02.2026;1,00;C;1,00\n")
    html = admin.post("/bank/profiles/preview/", filled(sample)).content.decode()
    assert "row 4 Booked" in html and "is not a day of the calendar" in html and "1 refused" in html


def test_a_saved_profile_is_edited_as_its_next_version(admin: Client, bank: Desk) -> None:
    sample = kept(admin)
    admin.post("/bank/profiles/save/", filled(sample))
    html = admin.get(f"/bank/profiles/?sample={sample}&profile=Example+Bank").content.decode()
    assert "Next version of Example Bank" in html and "suggested, please confirm" not in html
    assert "2 rows read, 0 refused" in html
    changed = filled(sample, confirmed=False, profile="Example Bank", col_reference="")
    assert admin.post("/bank/profiles/save/", changed).status_code == 302
    with tenant(bank.tenant_id):
        assert [p.version for p in CsvProfile.objects.order_by("version")] == [1, 2]


def test_the_profile_reads_the_file_it_was_drawn_up_on(admin: Client, bank: Desk) -> None:
    admin.post("/bank/profiles/save/", filled(kept(admin)))
    done = bank.take_in(SAMPLE, "day.csv", profile_name="Example Bank")
    assert [o.state for o in done.outcomes] == ["in_force"] and bank.lines() == [(500, "A1"), (-200, "B2")]


def test_a_hostile_sample_is_shown_as_text(admin: Client, bank: Desk) -> None:
    evil = b"<img src=x onerror=alert(1)>;=HYPERLINK(1);" + b"long" * 200 + b'\n1;2;3\n\xff\xfe;"open;\0\n'
    sample = kept(admin, evil, "../../<b>x.csv")
    html = admin.get(f"/bank/profiles/?sample={sample}").content.decode()
    assert "<img src=x" not in html and "<b>x.csv" not in html
    tried = admin.post(
        "/bank/profiles/preview/", filled(sample, header_row="9" * 40, delimiter="", date_format="<script>")
    )
    assert tried.status_code == 200 and "<script>" not in tried.content.decode().partition('id="editor"')[2]


@pytest.mark.parametrize(("content", "why"), [(b"", "Choose a file|empty"), (b"x" * 262_145, "at most 256 KiB")])
def test_a_sample_that_is_none_is_refused(admin: Client, bank: Desk, content: bytes, why: str) -> None:
    answer = admin.post("/bank/profiles/samples/", {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 400
    assert any(part in answer.content.decode() for part in why.split("|"))


def test_a_reader_sees_it_and_may_not_save(admin: Client, bank: Desk, user_of: Callable[..., User]) -> None:
    sample = kept(admin)
    auditor = signed_in(user_of("Otto Auditor", "auditor"))
    html = auditor.get(f"/bank/profiles/?sample={sample}").content.decode()
    assert "Save version" not in html and "Keep the sample" not in html
    for act in ("save", "preview", "samples"):
        assert auditor.post(f"/bank/profiles/{act}/", filled(sample)).status_code == 403
