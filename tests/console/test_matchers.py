"""Matchers and drafts in the console: seen, drafted, tried, sent by one person, decided by another."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.bank.models import BankCalendar
from reconciliation.cases.assign_case import assign_case
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.people.who import actor_of
from reconciliation.work_off import work_off
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import PASSWORD, SET_UP, UserMaker
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
TERMS = {
    "name": "Letters and digits", "value_date_days": "2", "reference_form": "letters_and_digits", "narrative_pattern": "",
    "tolerance": "ETB 1.50",
}  # fmt: skip
SHOP = {
    "name": "Longer", "pay": "48", "confirm": "6", "parts": "24", "gap": "2", "tolerance": "",
    "underpaid_up_to": "BTC 0.00002\nETB 5.00",
}  # fmt: skip
CALENDAR = {
    "name": "T+1", "effective_from": "2026-04-06", "zone": "Africa/Addis_Ababa", "cutover": "08:00", "closed_weekdays": "Sat, Sun",
    "holidays": "2026-04-10\n2026-05-01", "grace_days": "3", "due_hours": "4",
}  # fmt: skip


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def petra(user_of: UserMaker) -> User:
    return user_of("Petra Policy", "policy_admin")


@pytest.fixture
def conrad(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


@pytest.fixture
def books(acme: Tenant) -> Books:
    """Compared exactly, so that one payment and its line stand open as two cases."""
    books = Books(acme.id)
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=books.clock, reference_form="exact")
    books.play("T1 10 ewa 5000 @AB_1 p1\nL1 clr 10 -5000 @AB1").check_day("clr", "10")
    return books


def started(user: User, subject: str = "ledger-bank", about: str = "matcher", **more: str) -> tuple[Client, str]:
    """A client and the address of the draft that it started."""
    client = signed_in(user)
    reply = client.post("/matchers/drafts/", {"about": about, "subject": subject, **more})
    assert reply.status_code == 302, words(reply.content.decode())
    return client, reply.headers["Location"]


def tried(
    acme: Tenant, client: Client, draft: str, key: str = "k1", first: str = "2026-03-09", last: str = "2026-03-12"
) -> str:
    """The dry run asked for and worked off, as a worker would; the page that then shows it."""
    reply = client.post(f"{draft}dry-runs/", {"key": key, "first": first, "last": last})
    assert reply.status_code == 302, words(reply.content.decode())
    with tenant(acme.id):
        (item,) = OutboxItem.objects.filter(kind="dry_run", state="waiting").values_list("id", flat=True)
    assert work_off(acme.id, item, at=NOW + timedelta(minutes=1))
    return words(client.get(reply.headers["Location"]).content.decode())


def approve(user: User, number: int, acme: Tenant) -> int:
    with tenant(acme.id):
        made = ApprovalRequest.objects.get(number=number)
    sent = {"decision": "approve", "reason": "", "digest": bytes(made.payload_sha256).hex(), "password": PASSWORD}
    return signed_in(user).post(f"/approvals/{number}/decision/", sent).status_code


def test_the_usual_terms_stand_before_any_was_set(acme: Tenant, petra: User, counted: Counted) -> None:
    client = signed_in(petra)
    client.get("/matchers/")
    with counted(at_most=FRAME + 7):
        said = words(client.get("/matchers/").content.decode())
    assert "3 pairs of planes, 0 drafts open." in said
    assert said.count("v0 in force from the beginning") == 3
    assert "No draft Start one from a pair below." in said
    assert "No run yet" in said
    assert "Order and payment apart 24 hours" in said


def test_drafted_tried_sent_and_approved_they_are_the_next_version(
    acme: Tenant, books: Books, petra: User, conrad: User, counted: Counted
) -> None:
    client, draft = started(petra)
    said = words(client.get(draft).content.decode())
    assert "After version 2" in said
    assert "Nothing differs from version 2." in said
    assert "Not yet: change something first." in said
    assert client.post(f"{draft}edit/", TERMS).status_code == 302
    said = words(client.get(draft).content.decode())
    assert "− References compared by exact + References compared by letters and digits" in said
    assert "− Tolerance none + Tolerance 1.50 ETB" in said
    assert "Unchanged: value date window, narrative pattern" in said
    assert "Not yet: run it dry first." in said
    said = tried(acme, client, draft)
    assert "Matches +1 0 in force, 1 drafted 1 gained, 0 lost" in said
    assert "Cases that would close 2 0.00 ETB" in said
    assert "C-1 would close" in said
    assert "clr 10 Mar" in said
    with counted(at_most=FRAME + 6):
        client.get(draft)
    reply = client.post(f"{draft}send/", {"key": "k2", "run": "1", "note": "POL-3"})
    assert reply.headers["Location"] == "/approvals/1/"
    shown = words(page(conrad, "/approvals/1/"))
    assert "References compared by exact letters and digits" in shown
    assert "Matches, dry run 9 Mar to 12 Mar 0 1; 1 gained, 0 lost" in shown
    assert "Cases that would close 2, 0.00 ETB" in shown
    assert "Approve these terms" in shown
    assert "draft D-1" in shown
    assert "of the one who asks." not in shown
    assert approve(conrad, 1, acme) == 302
    said = words(page(conrad, "/matchers/"))
    assert "v3 in force 20 Mar" in said
    assert "Petra Policy, approved by Conrad Controller, CR-1" in said
    assert "References compared by: exact letters and digits" in said
    assert "Sent" in said
    fixed = words(page(petra, draft))
    assert "D-1 was sent 20 Mar" in fixed
    assert "Start a draft from D-1" in fixed


def test_the_checker_is_warned_of_the_cases_of_the_one_who_asks(
    acme: Tenant, books: Books, user_of: UserMaker, conrad: User
) -> None:
    wanda = user_of("Wanda Worker", "policy_admin", "analyst")
    with tenant(acme.id):
        assign_case(number=1, actor=actor_of(wanda), at=NOW)
    client, draft = started(wanda)
    client.post(f"{draft}edit/", TERMS)
    tried(acme, client, draft)
    client.post(f"{draft}send/", {"key": "k2", "run": "1", "note": "POL-3"})
    assert "Closes 1 case of the one who asks." in words(page(conrad, "/approvals/1/"))


def test_terms_between_the_other_planes_are_drafted_alike(acme: Tenant, petra: User, conrad: User) -> None:
    client, draft = started(petra, "commerce-provider")
    assert client.post(f"{draft}edit/", SHOP).status_code == 302
    tried(acme, client, draft)
    client.post(f"{draft}send/", {"key": "k2", "run": "1", "note": "POL-3"})
    shown = words(page(conrad, "/approvals/1/"))
    assert "Order and payment apart 24 hours 48 hours" in shown
    assert "Underpayment closed by rule none 0.00002000 BTC, 5.00 ETB" in shown
    assert approve(conrad, 1, acme) == 302
    with tenant(acme.id):
        version = MatcherVersion.objects.get(plane_pair="commerce-provider")
        assert (version.service_hours["pay"], version.underpaid_up_to) == (48, {"BTC": "2000", "ETB": "500"})


def test_a_calendar_is_drafted_alike(acme: Tenant, books: Books, petra: User, conrad: User) -> None:
    client, draft = started(petra, "clr", "calendar")
    assert client.post(f"{draft}edit/", CALENDAR).status_code == 302
    said = tried(acme, client, draft)
    assert "− Cut-over 06:00 + Cut-over 08:00" in said
    assert "+ Closed Sat, Sun" in said
    assert "5 Apr 5 Apr 06:00 to 6 Apr 06:00 5 Apr 06:00 to 6 Apr 05:00" in said
    assert "11 Apr 11 Apr 06:00 to 12 Apr 06:00 no day of its own" in said
    client.post(f"{draft}send/", {"key": "k2", "run": "1", "note": "POL-4"})
    shown = words(page(conrad, "/approvals/1/"))
    assert "Zone UTC Africa/Addis_Ababa" in shown
    assert "Approve this calendar" in shown
    assert "Nobody changed the calendar meanwhile" in shown
    assert approve(conrad, 1, acme) == 302
    said = words(page(petra, "/settings/calendars/"))
    assert "clr to come" in said
    assert "Petra Policy, approved by Conrad Controller, CR-1" in said
    with tenant(acme.id):
        newest = BankCalendar.objects.filter(bank_account__code="clr").latest("effective_from")
        assert ([str(d) for d in newest.holidays], newest.closed_weekdays) == (["2026-04-10", "2026-05-01"], [6, 7])


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"tolerance": "XYZ 1"}, "no asset that is known"), ({"tolerance": "ETB 1\nETB 2"}, "each asset once"),
     ({"tolerance": "ETB 0.001"}, "more than 2 decimals"), ({"value_date_days": "99"}, "less than or equal to 30"),
     ({"narrative_pattern": "("}, "not a pattern"), ({"name": ""}, "required")],
)  # fmt: skip
def test_words_that_do_not_fit_come_back_with_the_reason(
    acme: Tenant, books: Books, petra: User, changed: dict[str, str], says: str
) -> None:
    client, draft = started(petra)
    answer = client.post(f"{draft}edit/", TERMS | changed)
    assert answer.status_code == 400
    assert says in words(answer.content.decode())
    with tenant(acme.id):
        assert SettingDraft.objects.get().name == "After version 2"


def test_a_calendar_that_cannot_be_comes_back_with_the_reason(acme: Tenant, books: Books, petra: User) -> None:
    client, draft = started(petra, "clr", "calendar")
    for changed, says in (
        ({"zone": "Mars/Base"}, "is not a time zone"), ({"holidays": "soon"}, "not a date like"),
        ({"closed_weekdays": "Mon Tue Wed Thu Fri Sat Sun"}, "at least one weekday"),
        ({"closed_weekdays": "Someday"}, "is no weekday"),
    ):  # fmt: skip
        answer = client.post(f"{draft}edit/", CALENDAR | changed)
        assert answer.status_code == 400
        assert says.lower() in words(answer.content.decode()).lower()


def test_a_draft_of_somebody_else_is_read_tried_and_copied(
    acme: Tenant, books: Books, petra: User, conrad: User, user_of: UserMaker
) -> None:
    client, draft = started(petra)
    client.post(f"{draft}edit/", TERMS)
    other = user_of("Other Admin", "policy_admin")
    said = words(page(other, draft))
    assert "D-1 is Petra Policy's" in said
    assert "Save D-1" not in said
    assert signed_in(other).post(f"{draft}edit/", TERMS | {"name": "Mine"}).status_code == 403
    assert signed_in(other).post(f"{draft}drop/").status_code == 403
    assert "DR-1" in tried(acme, signed_in(conrad), draft)
    _, copy = started(other, copy="1")
    assert copy == "/matchers/drafts/2/"
    assert "+ Tolerance 1.50 ETB" in words(page(other, copy))


def test_dropped_it_stays_on_record(acme: Tenant, books: Books, petra: User) -> None:
    client, draft = started(petra)
    assert client.post(f"{draft}drop/").headers["Location"] == "/matchers/"
    assert "D-1 was dropped" in words(page(petra, draft))
    assert client.post(f"{draft}edit/", TERMS).status_code in (400, 409)


def test_a_dry_run_is_of_what_was_typed_beside_it(acme: Tenant, books: Books, petra: User) -> None:
    client, draft = started(petra)
    html = client.get(draft).content.decode()
    assert html.count('form="terms"') == 4, "its fields and its button belong to the form of the terms"
    days = {"key": "k1", "first": "2026-03-09", "last": "2026-03-12"}
    wrong = client.post(f"{draft}dry-runs/", TERMS | days | {"tolerance": "ETB much"})
    assert "ETB much" in wrong.content.decode()
    with tenant(acme.id):
        assert not DryRun.objects.exists()
    assert client.post(f"{draft}dry-runs/", TERMS | days).status_code == 302
    with tenant(acme.id):
        assert SettingDraft.objects.get().document["reference_form"] == "letters_and_digits"
        assert DryRun.objects.get().document == SettingDraft.objects.get().document


def test_a_dry_run_under_way_says_how_far_it_is_and_refreshes_the_page_when_it_ends(
    acme: Tenant, books: Books, petra: User
) -> None:
    client, draft = started(petra)
    client.post(f"{draft}dry-runs/", {"key": "k1", "first": "2026-03-09", "last": "2026-03-12"})
    html = client.get(draft).content.decode()
    assert "Waits for a worker." in html
    assert f'hx-get="{draft}dry-runs/1/"' in html
    with tenant(acme.id):
        DryRun.objects.update(progress={"done": 1, "of": 3})
    part = client.get(f"{draft}dry-runs/1/", headers={"HX-Request": "true"})
    assert "1 of 3 parts matched both ways." in part.content.decode()
    assert "HX-Refresh" not in part.headers
    make_dry_run(acme.id, 1, at=NOW)
    assert client.get(f"{draft}dry-runs/1/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert client.get(f"{draft}dry-runs/2/").status_code == 404


def test_a_dry_run_that_could_not_be_asked_for_says_why(acme: Tenant, petra: User, user_of: UserMaker) -> None:
    client, draft = started(petra)
    answer = client.post(f"{draft}dry-runs/", {"key": "k1", "first": "2026-03-09", "last": "2026-03-12"})
    assert answer.status_code == 400
    assert "set the first version under Settings" in words(answer.content.decode())
    anna = user_of("Anna Analyst", "analyst")
    asked = signed_in(anna).post(f"{draft}dry-runs/", {"key": "k2", "first": "2026-03-12", "last": "2026-03-09"})
    assert "A dry run is over days that are past." in words(asked.content.decode())


def test_long_and_hostile_names_stay_text(acme: Tenant, books: Books, petra: User) -> None:
    client, draft = started(petra)
    name = "<script>alert(1)</script> " + "w" * 90
    assert client.post(f"{draft}edit/", TERMS | {"name": name, "narrative_pattern": "<b>(x)"}).status_code == 302
    for address in (draft, "/matchers/"):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_an_auditor_reads_and_drafts_nothing(acme: Tenant, books: Books, user_of: Callable[..., User]) -> None:
    audrey = user_of("Audrey Auditor", "auditor")
    html = page(audrey, "/matchers/")
    assert "Draft other terms" not in html
    assert "Drafting terms needs the role policy admin" in words(html)
    assert "Draft another" not in page(audrey, "/settings/calendars/")
    assert (
        signed_in(audrey).post("/matchers/drafts/", {"about": "matcher", "subject": "ledger-bank"}).status_code == 403
    )
