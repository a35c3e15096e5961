"""Incidents as people see them: the banner of every page, the case's panel, the page with its acts, and the file handed out."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import as_made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.recovery.incidents import LATER, S05, Scene

pytestmark = pytest.mark.django_db(transaction=True)
CALL = {
    "called_at": "2026-03-20T12:30",
    "spoke_with": "Almaz Tesfaye",
    "said": "They stop the payee.",
    "reference": "FD-7",
    "key": "k1",
}
RELEASE = {"root_cause": "bank_error", "explanation": "The bank booked it by mistake and says so.", "key": "k2"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def scene(acme: Tenant) -> Scene:
    made = Scene(acme.id)
    made.play(S05).check_day("clr", "10")
    return made


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Cora Controller", "controller")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_every_page_says_that_an_incident_stands_open(
    scene: Scene, controller: User, user_of: UserMaker, counted: Counted
) -> None:
    client = signed_in(controller)
    client.get("/exceptions/classes/")
    with counted(at_most=FRAME + 1):  # the banner comes with the figures around every page
        html = client.get("/exceptions/classes/").content.decode()
    assert (
        "Security incident IN-1 on clr: corrections and overrides are frozen there, and nothing is released."
        in words(html)
    )
    assert 'href="/incidents/1/"' in html
    asks_support = page(user_of("Sam Support", "support"), "/")
    assert "Security incident IN-1 on clr" in words(asks_support)
    assert "/incidents/1/" not in asks_support, "no page of theirs"


def test_the_case_s_panel_leads_to_the_incident(scene: Scene, controller: User) -> None:
    html = page(controller, f"/exceptions/{scene.case('clr', '10').number}/")
    assert "Open IN-1" in words(html)
    assert "two people release its incident" in words(html)


def test_from_the_call_to_the_release_by_two_people(scene: Scene, controller: User, user_of: UserMaker) -> None:
    said = words(page(controller, "/incidents/1/"))
    assert "Nobody has called" in said
    assert "A worker seals the evidence." in said
    assert "Ask to release IN-1" not in said, "nothing to ask for yet"
    scene.work()
    assert "0 calls and 0 notes." in words(page(controller, "/incidents/1/"))
    client = signed_in(controller)
    early = client.post("/incidents/1/release/", RELEASE)
    assert early.status_code == 409, "no call is on record"
    assert "nobody has recorded a call to the partner since IN-1 was opened" in words(early.content.decode()).replace(
        "Nobody", "nobody"
    )
    assert RELEASE["explanation"] in early.content.decode(), "what was typed is kept"
    assert client.post("/incidents/1/calls/", CALL | {"spoke_with": ""}).status_code == 400
    assert client.post("/incidents/1/calls/", CALL | {"called_at": "2026-03-21T12:30"}).status_code == 400, (
        "yet to be made"
    )
    old = client.post("/incidents/1/calls/", CALL | {"called_at": "2000-01-01T00:00"})
    assert (old.status_code, "the money is of 2026-03-10 or later" in words(old.content.decode())) == (400, True)
    assert client.post("/incidents/1/calls/", CALL | {"said": "y"}).status_code == 400
    assert client.post("/incidents/1/calls/", CALL | {"called_at": "2026-03-20T12:10"}).status_code == 302
    assert client.post("/incidents/1/notes/", {"text": "<b>payee</b> unknown", "key": "n1"}).status_code == 302
    assert client.post("/incidents/1/release/", RELEASE).status_code == 409, "its evidence does not hold the call"
    scene.work(LATER + timedelta(minutes=5))
    html = page(controller, "/incidents/1/")
    assert "1 call and 1 note." in words(html)
    assert "&lt;b&gt;payee&lt;/b&gt; unknown" in html
    assert "Cora Controller called Almaz Tesfaye , their reference FD-7" in words(html)
    answer = client.post("/incidents/1/release/", RELEASE | {"explanation": "short"})
    assert (answer.status_code, "short" in answer.content.decode()) == (400, True), "what was typed is kept"
    assert client.post("/incidents/1/release/", RELEASE).status_code == 302
    assert "CR-1 by Cora Controller waits for a second person." in words(page(controller, "/incidents/1/"))
    other = user_of("Ola Other", "controller")
    shown = words(page(other, "/approvals/1/"))
    assert "the bank booked it by mistake and says so" in shown
    assert bytes(scene.bundle("IN-1").sha256).hex() in shown
    assert "Cora Controller with Almaz Tesfaye" in shown
    assert "called since it stood open: Cora Controller with Almaz Tesfaye, 2026-03-20 12:10 UTC" in shown
    with tenant(scene.tenant_id):
        asked = as_made(ApprovalRequest.objects.get(number=1), created=False)
    assert scene.approve(asked, acting(other, scene.tenant_id), at=LATER).state == "executed"
    scene.work(LATER + timedelta(minutes=9))
    said = words(page(controller, "/incidents/1/"))
    assert "1 call, 1 note and the release." in said
    assert "approved by Ola Other. The bank booked it by mistake and says so." in said
    assert "Security incident IN-1" not in words(page(controller, "/exceptions/"))
    assert "No security incident is open" in words(page(controller, "/incidents/"))
    case = scene.case("clr", "10")
    for where in ("/exceptions/", f"/exceptions/{case.number}/", "/incidents/1/"):
        assert "Held, security" not in words(page(controller, where)), where
    history = words(page(controller, f"/exceptions/{case.number}/"))
    assert "Security hold: it came into IN-1" in history
    assert "IN-1 is released: the bank booked it by mistake and says so. Its hold has ended" in history


def test_while_it_is_held_the_badge_says_so(scene: Scene, controller: User) -> None:
    for where in ("/exceptions/", f"/exceptions/{scene.case('clr', '10').number}/", "/incidents/1/"):
        assert "Held, security" in words(page(controller, where)), where
    assert re.search(r'href="/incidents/1/" data-open', page(controller, "/incidents/")), "Enter opens the marked row"


def test_a_refusal_leads_back_and_says_what_needs_the_role(scene: Scene, user_of: UserMaker) -> None:
    client = signed_in(user_of("Axel Auditor", "auditor"))
    said = client.post(
        "/incidents/1/notes/", {"text": "x", "key": "n"}, headers={"Referer": "http://testserver/incidents/1/?a=1"}
    )
    html = said.content.decode()
    assert said.status_code == 403
    assert "Recording calls and notes of an incident needs the role" in words(html)
    assert "incident.work" not in html
    assert 'href="/incidents/1/?a=1"' in html
    away = client.post("/incidents/1/notes/", {"text": "x", "key": "n"}, headers={"Referer": "http://elsewhere.test/x"})
    assert "elsewhere" not in away.content.decode()


def test_the_file_that_is_handed_out_is_the_one_that_was_sealed(scene: Scene, user_of: UserMaker) -> None:
    scene.work()
    bundle = scene.bundle("IN-1")
    auditor, analyst = user_of("Axel Auditor", "auditor"), user_of("Anna Analyst", "analyst")
    answer = signed_in(auditor).post(f"/incidents/evidence/{bundle.number}/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{bundle}-IN-1-acme.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert hashlib.sha256(content).digest() == bytes(bundle.file_sha256)
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert signed_in(analyst).post(f"/incidents/evidence/{bundle.number}/").status_code == 403
    assert "Download EB-" not in page(analyst, "/incidents/1/")
    with tenant(scene.tenant_id):
        assert AuditEntry.objects.filter(action="evidence.handed_out").count() == 1


def test_another_tenant_s_incident_answers_like_none(scene: Scene, user_of: UserMaker, rival: Tenant) -> None:
    scene.work()
    stranger = signed_in(user_of("Stella Stranger", "controller", tenant_id=rival.id))
    assert stranger.get("/incidents/1/").status_code == 404
    assert stranger.get("/incidents/7/").status_code == 404
    assert stranger.post(f"/incidents/evidence/{scene.bundle('IN-1').number}/").status_code == 404
    assert "IN-1" not in words(stranger.get("/").content.decode())


def test_it_is_told_by_api(scene: Scene) -> None:
    with tenant(scene.tenant_id):
        secret = issue_token(name="watcher", actor=SET_UP, at=LATER)
    told = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/incidents/").json()["incidents"]
    assert [(i["incident"], i["ledger_account"], i["state"], i["calls"]) for i in told] == [("IN-1", "clr", "open", 0)]


def test_a_case_that_another_one_holds_leads_to_that_incident(acme: Tenant, user_of: UserMaker) -> None:
    scene = Scene(acme.id)
    scene.play("T1 10 ewa 400 @K1\n" + S05).check_day("clr", "10")
    with tenant(acme.id):
        ours = ExceptionCase.objects.exclude(cause=4).get(bank_account__code="clr")
    html = page(user_of("Anna Analyst", "analyst"), f"/exceptions/{ours.number}/")
    assert "Held by another case of this account." in words(html)
    assert '<a class="btn" href="/incidents/1/">Open IN-1</a>' in html, "in the panel, not in the banner alone"
