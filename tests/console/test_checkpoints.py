"""Checkpoints in the console: listed, drafted as a sentence of fields, compared, evaluated, lifted; as YAML out and in."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import digest_of
from reconciliation.checkpoints.models import CheckpointDecision, CheckpointVersion
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.policies.yaml_text import from_yaml, to_yaml
from reconciliation.work_off import work_off
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.console.working import signed_in
from tests.people import PASSWORD, UserMaker, acting
from tests.reconciliation.books import NOW

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "big-reversals"
NEVER = {
    "moves": ["posting.post"],
    "when": {"use_case": ["deposit"]},
    "outcome": "forbidden",
    "reason": "Deposits wait here.",
}
FIELDS: dict[str, Any] = {
    "title": "Big reversals", "owner": "policy admins", "precedence": "900", "clauses": "1", "edits": "0",
    "c1-moves": ["correction.reverse", ""], "c1-asset": ["ETB", ""], "c1-from": ["50,000.00", ""], "c1-below": ["", ""],
    "c1-fact": ["use_case", ""], "c1-value": ["ewa, loan", ""], "c1-outcome": "approval", "c1-quorum": "2", "c1-roles": "both",
    "c1-band-asset": ["ETB", ""], "c1-band-from": ["900000", ""], "c1-band-quorum": ["3", "2"], "c1-never": ["override", ""],
    "c1-reason": "Two people look at a big reversal.",
}  # fmt: skip


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def admin(user_of: UserMaker) -> User:
    return user_of("Ada Admin", "policy_admin")


@pytest.fixture
def client(acme: Tenant, admin: User) -> Client:
    return signed_in(admin)


def begun(client: Client, **changed: Any) -> Any:
    return client.post("/checkpoints/begin/", FIELDS | changed)


def stored(acme: Tenant, number: int = 1) -> CheckpointVersion:
    with tenant(acme.id):
        return CheckpointVersion.objects.select_related("policy").get(policy__key=KEY, number=number)


def test_the_list_says_what_is_asked_in_which_order(acme: Tenant, client: Client) -> None:
    html = client.get("/checkpoints/").content.decode()
    said, rows = words(html), html[html.index("<tbody") :]
    titles = [d["title"] for d in baseline()]
    places = [rows.index(f">{t}</a>") for t in titles]
    assert places == sorted(places)
    assert f"{len(titles)} in force" in said
    assert "it needs approval, 1 approval by controllers who did not ask for it" in said


def test_fields_become_a_document_and_come_back(acme: Tenant, client: Client) -> None:
    answer = begun(client)
    assert (answer.status_code, answer["Location"]) == (302, f"/checkpoints/{KEY}/1/")
    document = stored(acme).document
    assert document["clauses"] == [{
        "moves": ["correction.reverse"], "outcome": "approval", "reason": "Two people look at a big reversal.",
        "when": {"use_case": ["ewa", "loan"]}, "amounts": {"ETB": {"from": "5000000"}},
        "approval": {
            "roles": ["controller", "policy_admin"], "quorum": 2, "bands": {"ETB": [{"from": "90000000", "quorum": 3}]},
        },
        "never": ["override"],
    }]  # fmt: skip
    html = client.get(answer["Location"]).content.decode()
    for shown in ('value="50,000.00"', 'value="900,000.00"', 'value="ewa, loan"', 'value="Big reversals"'):
        assert shown in html, shown
    again = {**FIELDS, "c1-asset": ["ETB", ""], "c1-from": ["50,000.00", ""]}
    client.post(f"/checkpoints/{KEY}/1/save/", again)
    assert bytes(stored(acme).document_sha256) == digest_of(document), "what was shown says the same when sent back"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"precedence": "first"}, "whole number"),
        ({"c1-from": ["5.005", ""]}, "more than 2 decimals"),
        ({"c1-from": ["1e3", ""]}, "not an amount"),
        ({"c1-quorum": "many"}, "from 1 to 9 people"),
        ({"c1-fact": ["exception_class", ""], "c1-value": ["x", ""]}, "carries no exception_class"),
        ({"c1-fact": ["provider_state", ""], "c1-value": ["not Confirmed", ""]},
         "provider state is one of pending, paid, confirmed, expired, failed, unknown, not not confirmed"),
        ({"c1-asset": ["XYZ", ""]}, "no asset"),
        ({"c1-reason": ""}, "clause 1, reason"),
        ({"title": "!"}, "key"),
        ({"c1-band-quorum": ["1", "2"]}, "higher bands"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_and_nothing_is_kept(
    acme: Tenant, client: Client, changed: dict[str, Any], says: str
) -> None:
    answer = begun(client, **changed)
    assert answer.status_code == 400
    assert says.lower() in words(answer.content.decode()).lower()
    assert "Two people look at a big reversal." in answer.content.decode() or "c1-reason" in changed
    with tenant(acme.id):
        assert not CheckpointVersion.objects.filter(policy__key=KEY).exists()


def test_a_fact_of_a_closed_list_is_ticked(acme: Tenant, client: Client) -> None:
    post = FIELDS | {"c1-moves": ["posting.post", ""], "c1-fact": ["provider_state", "asset", ""]}
    shown = client.post(
        "/checkpoints/begin/", post | {"c1-value": ["paid", "", ""]}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in shown and 'role="alert"' not in shown
    assert re.findall(r'name="c1-pick-provider_state" value="(\w+)"', shown) == [
        "pending", "paid", "confirmed", "expired", "failed", "unknown",
    ]  # fmt: skip
    assert re.findall(r'value="(\w+)" checked', shown) == ["paid"]
    with tenant(acme.id):
        assert not CheckpointVersion.objects.filter(policy__key=KEY).exists(), "choosing keeps nothing"
    picked = {"c1-pick-provider_state": ["pending", "paid"], "c1-pick-asset": ["ETB"], "c1-pick-door": ["api"]}
    begun(client, **{k: post[k] for k in ("c1-moves", "c1-fact")}, **{"c1-value": ["", "", ""]}, **picked)
    assert stored(acme).document["clauses"][0]["when"] == {"provider_state": ["pending", "paid"], "asset": ["ETB"]}
    html = client.get(f"/checkpoints/{KEY}/1/").content.decode()
    assert sorted(re.findall(r'value="(\w+)" checked', html)) == ["ETB", "paid", "pending"]
    nonsense = client.post(f"/checkpoints/{KEY}/1/save/", post | {"c1-value": ["Paid", "ETB", ""]})
    assert nonsense.status_code == 400
    assert 'value="Paid"' in nonsense.content.decode(), "what was typed stays"


def test_a_change_is_kept_without_a_page_and_shows_what_differs(acme: Tenant, client: Client) -> None:
    begun(client)
    answer = client.post(
        f"/checkpoints/{KEY}/1/save/",
        FIELDS | {"c1-quorum": "3", "c1-band-quorum": ["4", ""]},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert 'name="edits" value="1"' in html
    assert 'hx-swap-oob="true"' in html
    stale = client.post(f"/checkpoints/{KEY}/1/save/", FIELDS | {"c1-from": ["60000", ""]})
    assert (stale.status_code, "another window" in stale.content.decode()) == (409, True)


def test_clauses_are_added_and_left_out(acme: Tenant, client: Client) -> None:
    added = begun(client, add="clause").content.decode()
    assert 'name="clauses" value="2"' in added
    two = FIELDS | {"clauses": "2"} | {k.replace("c1-", "c2-"): v for k, v in FIELDS.items() if k.startswith("c1-")}
    dropped = client.post("/checkpoints/begin/", two | {"drop": "1"}).content.decode()
    assert 'name="clauses" value="1"' in dropped
    with tenant(acme.id):
        assert not CheckpointVersion.objects.filter(policy__key=KEY).exists()


def test_it_goes_to_a_second_person_only_with_a_backtest(acme: Tenant, client: Client, user_of: UserMaker) -> None:
    begun(client)
    client.post(f"/checkpoints/{KEY}/1/evaluate/")
    note = {"key": "a1", "note": "agreed in the review"}
    bare = client.post(f"/checkpoints/{KEY}/1/activate/", note)
    assert (bare.status_code, "no backtest of exactly this document" in bare.content.decode()) == (400, True)
    tried = client.post(f"/checkpoints/{KEY}/1/backtest/", {"days": "90"})
    assert tried["Location"] == f"/checkpoints/{KEY}/1/#effect"
    assert "Nothing flips" in client.get(f"/checkpoints/{KEY}/1/flips/").content.decode()
    sent = client.post(f"/checkpoints/{KEY}/1/activate/", note)
    assert sent.status_code == 302
    with tenant(acme.id):
        request = ApprovalRequest.objects.get()
    assert request.payload["backtest"]["document_sha256"] == bytes(stored(acme).document_sha256).hex()
    own = client.get(sent["Location"]).content.decode()
    assert "Approve this checkpoint" not in own
    other = signed_in(user_of("Second Admin", "policy_admin"))
    shown = other.get(sent["Location"]).content.decode()
    assert "2 approvals by controllers or policy admins who did not ask for it" in words(shown)
    digest = bytes(request.payload_sha256).hex()
    form = {"decision": "approve", "reason": "", "digest": digest, "password": PASSWORD}
    assert other.post(f"/approvals/{request.number}/decision/", form).status_code == 302
    assert stored(acme).state == "active"
    assert "Shadow of Big reversals v1" in words(client.get(f"/checkpoints/{KEY}/1/shadow/").content.decode())


def test_the_next_version_begins_with_these_words_and_is_compared(
    acme: Tenant, client: Client, user_of: UserMaker
) -> None:
    first, second = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(NEVER, key=KEY, title="Big reversals"), maker=first, checker=second, at=NOW)
    answer = client.post(f"/checkpoints/{KEY}/1/draft/")
    assert answer["Location"] == f"/checkpoints/{KEY}/2/"
    client.post(f"/checkpoints/{KEY}/2/save/", FIELDS | {"precedence": "100"})
    html = client.get(f"/checkpoints/{KEY}/2/").content.decode()
    assert "Against v1, active" in html
    assert re.search(r"<del>[^<]*forbidden", html)
    assert re.search(r"<ins>[^<]*approval", html)
    assert " chg" in html
    assert (
        "draft of Ada Admin"
        in signed_in(user_of("Other Admin", "policy_admin")).get(f"/checkpoints/{KEY}/2/").content.decode()
    )


def test_what_was_refused_is_counted_in_the_list(acme: Tenant, client: Client, user_of: UserMaker) -> None:
    first, second = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(NEVER, key=KEY, title="Big reversals"), maker=first, checker=second, at=NOW)
    with tenant(acme.id):
        from reconciliation.checkpoints.decide import record_whatever
        from reconciliation.checkpoints.rules import Move

        record_whatever(Move("posting.post", {"use_case": "deposit"}), at=NOW, subjects=["a"])
        assert CheckpointDecision.objects.filter(outcome="forbidden").count() == 1
    html = client.get("/checkpoints/").content.decode()
    row = html[html.index('data-row="big-reversals"') :]
    assert re.search(r't-drift">1</td>', row[: row.index("</tr>")])


def test_it_goes_out_as_yaml_and_comes_in_as_a_draft(acme: Tenant, client: Client) -> None:
    answer = client.get("/checkpoints/corrections/1/yaml/")
    assert answer["Content-Disposition"] == 'attachment; filename="corrections-v1.yaml"'
    text = answer.content.decode()
    assert digest_of(from_yaml(text)) == digest_of(baseline()[1])
    stricter = text.replace("quorum: 1", "quorum: 2")
    file = SimpleUploadedFile("corrections.yaml", stricter.encode())
    assert client.post("/checkpoints/import/read/", {"file": file})["Location"] == "/checkpoints/corrections/2/"
    again = client.post("/checkpoints/import/read/", {"text": stricter.replace("quorum: 2", "quorum: 3")})
    assert again["Location"] == "/checkpoints/corrections/2/", "an import goes on with the draft"
    with tenant(acme.id):
        draft = CheckpointVersion.objects.get(policy__key="corrections", state="draft")
    assert (draft.edits, draft.document["clauses"][0]["approval"]["quorum"]) == (1, 3)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": "a: [1"}, "no YAML"),
        ({"text": "a: 1\na: 2"}, "stands twice"),
        ({"file": SimpleUploadedFile("x.yaml", b"\xff\xfe")}, "not UTF-8"),
        ({"text": to_yaml(checkpoint(NEVER)).replace("posting.post", "posting.imagine")}, "knows no move"),
        ({"text": to_yaml(checkpoint(NEVER, key="overrides"))}, "address of its own"),
        ({}, "object"),
    ],
)
def test_yaml_that_cannot_be_is_refused_and_stays_on_the_page(
    acme: Tenant, client: Client, sent: Any, says: str
) -> None:
    answer = client.post("/checkpoints/import/read/", sent)
    assert answer.status_code == 400
    html = words(answer.content.decode())
    assert says in html
    assert "Nothing was kept" in html


def test_a_checkpoint_is_lifted_by_two_and_put_back_by_one(acme: Tenant, client: Client, user_of: UserMaker) -> None:
    first, second = two_admins(user_of, acme.id)
    assert "never are" in client.get("/checkpoints/overrides/").content.decode(), "what ships is never lifted: no form"
    put_in_force(acme.id, checkpoint(NEVER, key=KEY, title="Big reversals"), maker=first, checker=second, at=NOW)
    ask = {
        "what": f"{KEY} posting.post", "payment_id": "p1", "hours": "4", "reason_code": "INCIDENT", "ticket": "INC-1",
        "note": "on-call works on it", "key": "o1",
    }  # fmt: skip
    bad = client.post("/checkpoints/overrides/ask/", ask | {"hours": "400"})
    assert (bad.status_code, "168" in bad.content.decode()) == (400, True)
    sent = client.post("/checkpoints/overrides/ask/", ask)
    assert sent.status_code == 302
    controller = signed_in(user_of("Cora Controller", "controller"))
    shown = words(controller.get(sent["Location"]).content.decode())
    assert "lifted until" in shown
    assert "INC-1" in shown
    with tenant(acme.id):
        digest = bytes(ApprovalRequest.objects.get(kind="override_checkpoint").payload_sha256).hex()
    form = {"decision": "approve", "reason": "", "digest": digest, "password": PASSWORD}
    assert controller.post(f"{sent['Location']}decision/", form).status_code == 302
    assert "1 checkpoint lifted at this moment" in words(client.get("/checkpoints/overrides/").content.decode())
    assert "Lifted now." in client.get(f"/checkpoints/{KEY}/").content.decode()
    assert controller.post("/checkpoints/overrides/end/", {"number": "1"}).status_code == 302
    assert "No checkpoint is lifted" in client.get("/checkpoints/overrides/").content.decode()


def test_pages_take_few_queries_however_many_checkpoints(
    acme: Tenant, client: Client, user_of: UserMaker, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    first, second = two_admins(user_of, acme.id)
    for n in range(12):
        put_in_force(
            acme.id, checkpoint(NEVER, key=f"more-{n}"), maker=first, checker=second, at=NOW - timedelta(minutes=n)
        )
    client.get("/checkpoints/")
    with django_assert_max_num_queries(14):
        client.get("/checkpoints/")
    with django_assert_max_num_queries(20):
        client.get("/checkpoints/more-3/1/")


def test_text_of_an_admin_is_shown_and_not_run(acme: Tenant, client: Client, admin: User) -> None:
    evil = '<img src=x onerror=alert(1)>" hx-get="/x'
    begun(client, **{"c1-reason": evil, "owner": evil})
    html = client.get(f"/checkpoints/{KEY}/1/").content.decode()
    assert "<img src=x" not in html
    assert 'hx-get="/x"' not in html
    assert acting(admin, acme.id).roles == {"policy_admin"}


def test_a_backtest_that_a_worker_makes_says_so_and_then_stands_there(
    acme: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(client)
    monkeypatch.setattr("reconciliation.backtest.request_backtest.AT_ONCE", -1)
    client.post(f"/checkpoints/{KEY}/1/backtest/", {"days": "28"})
    waits = client.get(f"/checkpoints/{KEY}/1/").content.decode()
    assert "Being worked out by a worker since" in waits
    assert 'hx-trigger="every 2s"' in waits
    with tenant(acme.id):
        item = OutboxItem.objects.get(kind="backtest")
    assert work_off(acme.id, item.id, at=NOW + timedelta(minutes=1))
    done = client.get(f"/checkpoints/{KEY}/1/").content.decode()
    assert "Being worked out" not in done
    assert "Moves that flip" in done


def test_half_a_row_is_kept_until_it_is_whole_and_an_amount_is_never_guessed(acme: Tenant, client: Client) -> None:
    begun(client)
    live = {"headers": {"HX-Request": "true"}}
    address = f"/checkpoints/{KEY}/1/save/"
    half = FIELDS | {"c1-fact": ["use_case", "account", ""], "c1-value": ["ewa, loan", "", ""]}
    html = client.post(address, half, **live).content.decode()  # type: ignore[arg-type]
    assert re.search(r'value="account" selected', html), "what was chosen stays"
    assert 'role="alert"' not in html
    assert stored(acme).document["clauses"][0]["when"] == {"use_case": ["ewa", "loan"]}
    assert "Not kept yet, clause 1, fact:" in words(html) and "what is whole is kept in the draft" in words(html)
    lone = FIELDS | {"c1-asset": ["ETB", ""], "c1-from": ["50,000.00", "700"]}
    said = client.post(address, lone, **live).content.decode()  # type: ignore[arg-type]
    assert "Not kept yet, clause 1, amount: choose the currency." in words(said)
    assert 'value="700"' in said, "what was typed stays"
    refused = client.post(address, half)
    assert (refused.status_code, "half a row" in refused.content.decode().lower()) == (400, True)
    for typed in ("20,5", "20,00.01", "1,0000"):
        html = words(client.post(address, FIELDS | {"c1-from": [typed, ""]}, **live).content.decode())  # type: ignore[arg-type]
        assert "commas group by three" in html, typed
    assert stored(acme).document["clauses"][0]["amounts"] == {"ETB": {"from": "5000000"}}


def test_saves_wait_for_one_another_and_discarding_is_a_second_step(acme: Tenant, client: Client) -> None:
    begun(client)
    html = client.get(f"/checkpoints/{KEY}/1/").content.decode()
    assert 'hx-sync="this:queue last"' in html and "data-saves" in html
    assert html.index("<summary") < html.index(f"/checkpoints/{KEY}/1/discard/")


def test_how_many_approve_is_asked_before_the_first_draft_is_kept(client: Client) -> None:
    html = client.get("/checkpoints/new/").content.decode()
    for name in ("c1-quorum", "c1-roles"):
        assert f'name="{name}"' in html, name
    assert 'class="if-approval"' in html  # shown by the style sheet once the outcome needs it


def test_a_title_that_stands_begins_no_second_checkpoint(acme: Tenant, client: Client) -> None:
    begun(client)
    again = begun(client)
    assert (again.status_code, "has this title already" in again.content.decode()) == (400, True)
    with tenant(acme.id):
        assert CheckpointVersion.objects.filter(policy__key=KEY).count() == 1


def test_the_second_person_sees_what_the_first_saw_and_the_page_names_both(
    acme: Tenant, client: Client, user_of: UserMaker
) -> None:
    begun(client)
    client.post(f"/checkpoints/{KEY}/1/evaluate/")
    client.post(f"/checkpoints/{KEY}/1/backtest/", {"days": "90"})
    sent = client.post(f"/checkpoints/{KEY}/1/activate/", {"key": "a1", "note": "agreed"})
    other = signed_in(user_of("Second Admin", "policy_admin"))
    shown = words(other.get(sent["Location"]).content.decode())
    for said in ("Backtest", "no move was recorded, so nothing is shown by it", "Title none Big reversals",
                 "Looser than today no", "Drift caught", "Big reversals v1"):  # fmt: skip
        assert said in shown, said
    with tenant(acme.id):
        digest = bytes(ApprovalRequest.objects.get().payload_sha256).hex()
    other.post(
        f"{sent['Location']}decision/", {"decision": "approve", "reason": "", "digest": digest, "password": PASSWORD}
    )
    assert "approved by Second Admin, CR-1" in words(client.get(f"/checkpoints/{KEY}/1/").content.decode())


def test_an_import_over_another_s_draft_keeps_the_text(acme: Tenant, client: Client, user_of: UserMaker) -> None:
    begun(client)
    text = to_yaml(stored(acme).document).replace("quorum: 2", "quorum: 1")
    other = signed_in(user_of("Other Admin", "policy_admin"))
    answer = other.post("/checkpoints/import/read/", {"text": text})
    assert (answer.status_code, "who alone edits it" in answer.content.decode()) == (400, True)
    assert "precedence: 900" in answer.content.decode()
    assert stored(acme).edits == 0
