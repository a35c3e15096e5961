"""Recovery runs as people see them: the banner of every page, the list, the steps with their gate, and classes set one by one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {
    "title": "Fulfilled <b>from</b> the portal", "first_on": "2026-03-20", "until_on": "2026-03-21", "accounts": "", "payments": "",
    "led_by": "signal posted before confirmed", "freeze_until": "2026-03-25T18:00", "key": "k1",
}  # fmt: skip
RUN = "/recovery/1/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Cora Controller", "controller")


@pytest.fixture
def shop(acme: Tenant, controller: User) -> Drifted:
    made = Drifted(acme.id)
    made.drift(acting(controller, acme.id))
    return made


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_from_opening_to_the_classes_without_script(shop: Drifted, controller: User, user_of: UserMaker) -> None:
    client = signed_in(controller)
    assert "No period had to be recovered yet" in page(controller, "/recovery/")
    refused = client.post("/recovery/open/", ASKED | {"until_on": "2026-03-20"})
    assert (refused.status_code, "eriod ends after it begins" in refused.content.decode()) == (400, True)
    assert client.post("/recovery/open/", ASKED).headers["Location"] == RUN
    assert client.post("/recovery/open/", ASKED | {"key": "k2"}).status_code == 409, "the scope is taken"
    html = page(controller, RUN)
    assert "Fulfilled &lt;b&gt;from&lt;/b&gt; the portal" in html
    said = words(html)
    assert "Step 1 of 6" in said
    assert "Freeze 3 tools" in said
    assert "Opens when every gap is corrected or accepted" in said
    assert client.post(f"{RUN}steps/2/").status_code == 409, "its gate is closed"
    assert client.post(f"{RUN}steps/1/").status_code == 302
    assert client.post(f"{RUN}steps/2/").status_code == 302
    assert "A worker has it" in page(controller, RUN)
    shop.work(LATER + timedelta(minutes=1))
    assert client.post(f"{RUN}steps/3/").status_code == 302
    shop.work(LATER + timedelta(minutes=1))
    said = words(page(controller, RUN))
    assert "6 provider events, 20 Mar 2026. sha256" in said
    assert "Matcher v0, tolerances unchanged. 2 matched, 4 gaps." in said
    assert "4 gaps have no class yet" in said
    analyst = user_of("Anna Analyst", "analyst")
    assert "Stop this run" not in page(analyst, RUN)
    for gap in shop.gaps():
        answer = signed_in(analyst).post(
            f"{RUN}gaps/{gap.number}/class/", {"exception_class": gap.suggested_class, "key": "c1"}
        )
        assert answer.status_code == 302
    assert signed_in(analyst).post(f"{RUN}steps/4/").status_code == 403
    assert "Close the classes" in words(page(controller, RUN))
    assert client.post(f"{RUN}steps/4/").status_code == 302
    said = words(page(controller, RUN))
    assert "4 gaps classified in 4 decisions by 1 person." in said
    assert "SHA-256 of the step before" in words(page(controller, f"{RUN}?step=3"))
    assert client.post(f"{RUN}stop/", {"reason": "enough"}).status_code == 400
    why = {"reason": "The wrong days were named, opened anew.", "key": "s1"}
    assert client.post(f"{RUN}stop/", why).status_code == 302
    said = words(page(controller, RUN))
    assert "The stop waits for a second person; until then the freeze holds." in said
    assert "Ask to stop" not in said
    shop.reject("RR-1", acting(user_of("Rita Refuser", "controller"), shop.tenant_id), "The freeze is still needed.")
    said = words(page(controller, RUN))
    assert "A stop was asked for, and the run goes on. CR-1 by Cora Controller" in said
    assert "Ask to stop RR-1" in said
    assert client.post(f"{RUN}stop/", why | {"key": "s2"}).status_code == 302
    seen = words(page(controller, f"/approvals/{shop.waiting('RR-1')}/"))
    assert "Informal tools frozen open again, at once" in seen
    assert "step 5, correct with approval; nothing after it is done" in seen
    shop.decide("RR-1", acting(user_of("Sela Second", "controller"), shop.tenant_id))
    said = words(page(controller, RUN))
    assert "by Sela Second. The wrong days were named" in said
    assert "Freeze by recovery" not in said
    assert client.post(f"{RUN}steps/4/").status_code in (302, 409)


def test_the_freeze_stands_on_every_page_for_all(
    shop: Drifted, controller: User, user_of: UserMaker, counted: Counted
) -> None:
    me = acting(controller, shop.tenant_id)
    shop.open(me)
    support = user_of("Sam Support", "support")
    assert "Freeze by recovery" not in words(page(support, "/"))
    shop.freeze(me)
    client = signed_in(controller)
    client.get("/exceptions/classes/")
    with counted(at_most=FRAME + 1):  # the banner comes with the figures around every page
        html = client.get("/exceptions/classes/").content.decode()
    assert "Freeze by recovery RR-1, planned until Wed 25 Mar 12:00 UTC. Overrides of checkpoints" in words(html)
    assert 'href="/recovery/1/"' in html
    seen = page(support, "/")
    assert "are refused to everybody until it has ended; corrections by request go on." in words(seen)
    assert "/recovery/1/" not in seen, "no page of theirs"
    with time_machine.travel(LATER + timedelta(days=9)):
        assert "12:00 UTC, and overrun." in words(page(support, "/")), "it never lifts by itself"


def test_a_refused_attempt_names_the_run_and_is_counted(shop: Drifted, controller: User) -> None:
    me = acting(controller, shop.tenant_id)
    shop.order("o9")
    shop.open(me)
    shop.freeze(me)
    said = {
        "order": "o9",
        "seen": "open",
        "what": "fulfilled GOODS_SENT_BY_SUPPORT",
        "ticket": "T-2",
        "note": "",
        "key": "m1",
    }
    answer = signed_in(controller).post("/order-moves/", said)
    assert answer.status_code == 409
    assert "Moves by hand are frozen by recovery RR-1" in words(answer.content.decode())
    assert "1 attempt refused, 0 let through." in words(page(controller, RUN))


def test_htmx_gets_the_run_s_part_alone_with_the_next_gap(shop: Drifted, controller: User) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    first, second, *_ = shop.gaps()
    headers = {"HX-Request": "true", "HX-Target": "run"}
    answer = signed_in(controller).post(
        f"{RUN}gaps/{first.number}/class/", {"exception_class": "policy_hold", "key": "c1"}, headers=headers
    )  # fmt: skip
    html = answer.content.decode()
    assert html.startswith('<div id="run"')
    assert "<html" not in html
    assert f"{first} is policy hold" in answer["HX-Trigger"]
    assert f"Set the class of {second}" in words(html)
    assert "1 of 4 classified" in words(html)
    assert html.count("data-key=") == len(re.findall(r'data-key="[0-9ne\[\]]"', html)) >= 13


def test_a_page_of_a_run_asks_a_fixed_number_of_queries(shop: Drifted, controller: User, counted: Counted) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    client = signed_in(controller)
    client.get(RUN)
    with counted(at_most=FRAME + 16):
        assert client.get(RUN).status_code == 200
    with counted(at_most=FRAME + 5):
        assert client.get("/recovery/").status_code == 200


def test_a_worker_s_trouble_is_shown(shop: Drifted, controller: User) -> None:
    me = acting(controller, shop.tenant_id)
    shop.open(me)
    shop.freeze(me)
    shop.export(me)
    assert signed_in(controller).post(f"{RUN}steps/3/").status_code == 302
    shop.receipt("0.0001", "tx5", invoice="inv_3", ref="o3", minute=40)  # the log changed under its hands
    with pytest.raises(AssertionError, match="differs from the export"):
        shop.work(LATER + timedelta(minutes=1))
    said = words(page(controller, RUN))
    assert "Tried 1 time: GateClosed" in said
    assert "The log of the period differs from the export: 7 events, 6 were exported" in said


def test_a_gap_is_moved_accepted_and_looked_at_without_script(
    shop: Drifted, controller: User, user_of: UserMaker, counted: Counted
) -> None:
    me = acting(controller, shop.tenant_id)
    second = acting(user_of("Sela Second", "controller"), shop.tenant_id)
    shop.to_corrections(me)
    unpaid, early = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early")
    client = signed_in(controller)
    client.get(RUN)
    with counted(at_most=FRAME + 20):
        html = client.get(f"{RUN}?gap={unpaid}").content.decode()
    said = words(html)
    assert "4 of 4 gaps left" in said
    assert "BTC 0.00060000 BTC 0.00000000 BTC 0.00000000 BTC 0.00060000 BTC" in said, "total, corrected, accepted, left"
    assert "4 gaps are not settled: 4 with nothing asked for" in said
    assert "it is fulfilled; a second person decides" in said
    move = {
        "order": "o2",
        "seen": "fulfilled",
        "what": "refunded CUSTOMER_REFUNDED_OUTSIDE",
        "ticket": "T-1",
        "note": "",
        "key": "m1",
    }
    answer = client.post(f"{RUN}gaps/{unpaid}/move/", move)
    assert answer.headers["Location"] == f"{RUN}?gap={unpaid}"
    assert client.post(f"{RUN}gaps/{unpaid}/move/", move | {"what": ""}).status_code == 400
    said = words(page(controller, f"{RUN}?gap={early}"))
    assert f"Tie CR-1 to G-{early}" in said
    assert client.post(f"{RUN}gaps/{early}/tie/", {"request": "1"}).status_code == 302
    assert client.post(f"{RUN}gaps/{shop.gap('o3', 'under')}/tie/", {"request": "1"}).status_code == 409
    seen = words(page(controller, "/approvals/1/"))
    assert f"Recovery RR-1, gap G-{unpaid}" in seen
    shop.decide("o2", second)
    assert "Sela Second controller fulfilled → refunded , asked for by Cora Controller CR-1" in words(
        page(controller, "/orders/o2/")
    )
    said = words(page(controller, f"{RUN}?gap={unpaid}"))
    assert "Look at 2 gaps again" in said
    assert client.post(f"{RUN}recheck/").status_code == 302
    said = words(page(controller, f"{RUN}?gap={unpaid}"))
    assert "Corrected and seen gone: 2" in said
    assert "83 %" in said, "50,000 of 60,000"
    for ref, kind in (("o3", "under"), ("o4", "fulfilled_early")):
        gap = shop.gap(ref, kind)
        assert client.post(f"{RUN}gaps/{gap}/accept/", {"reason": "enough", "key": f"a{ref}"}).status_code == 400
        reason = "The customer keeps <b>it</b>; finance writes it off."
        assert client.post(f"{RUN}gaps/{gap}/accept/", {"reason": reason, "key": f"a{ref}"}).status_code == 302
        seen = page(controller, f"/approvals/{shop.waiting(f'G-{gap}')}/")
        assert '<th scope="col">Now</th>' not in seen, "nothing stood before"
        assert f'href="/recovery/1/?gap={gap}">RR-1, gap G-{gap}</a>' in seen
        assert ("Moved by hand to fulfilled by Cora Controller, who asks for this" in words(seen)) == (ref == "o4")
        shop.decide(f"G-{gap}", second)
    assert "keeps &lt;b&gt;it" in page(controller, f"{RUN}?gap={shop.gap('o3', 'under')}")
    said = words(page(controller, RUN))
    assert "every gap is settled" in said
    assert "The value that" not in said
    assert client.post(f"{RUN}steps/5/").status_code == 302
    said = words(page(controller, RUN))
    assert "2 gaps corrected and seen gone, 2 accepted." in said
    assert "Step 6 of 6" in said
    told = page(controller, f"{RUN}?step=5")
    assert "What settled each gap" in told
    assert '<a class="id u" href="/approvals/1/"' in told
    assert (
        "The customer keeps &lt;b&gt;it&lt;/b&gt;; finance writes it off. Asked for by Cora Controller, accepted by"
        in told
    )


def test_the_way_is_closed_and_the_run_with_it_without_script(
    shop: Drifted, controller: User, user_of: UserMaker, counted: Counted
) -> None:
    me, second = acting(controller, shop.tenant_id), acting(user_of("Sela Second", "controller"), shop.tenant_id)
    author = user_of("Ada Author", "policy_admin")
    shop.to_the_end(me, second)
    client, writer = signed_in(controller), signed_in(author)
    client.get(RUN)
    with counted(at_most=FRAME + 20):
        html = client.get(RUN).content.decode()
    said = words(html)
    assert "An order is moved by hand to fulfilled, through a person at the screen 2 unknown to providers" in said
    assert "That needs the role policy admin." in said
    assert "No checkpoint that this run drafted is in force" in said
    assert "Ask to close RR-1" not in said, "before the planes are compared"
    path = shop.paths()[0].key
    assert client.post(f"{RUN}paths/{path}/draft/").status_code == 403
    assert writer.post(f"{RUN}paths/{path}/draft/").status_code == 302
    assert "A worker has it" in words(page(controller, RUN))
    assert client.post(f"{RUN}comparison/").status_code == 302
    shop.work(LATER + timedelta(minutes=1))
    said = words(page(controller, RUN))
    assert "RR-1: fulfilled by hand before confirmed v1 Draft would have blocked 2 of 2 moves" in said
    assert "Nothing unexplained" in said
    assert "commerce ↔ provider 1 1 0 none" in said, "what was accepted is explained"
    refused = client.post(f"{RUN}close/", {"summary": "It is done, the goods were paid back.", "key": "c1"})
    assert (
        refused.status_code,
        "No checkpoint that this run drafted is in force: say why" in words(refused.content.decode()),
    ) == (400, True)
    assert client.post(f"{RUN}close/", {"summary": "done", "key": "c1"}).status_code == 400
    said_why = "<i>The tool</i> was switched off; no checkpoint sees it."
    close = {
        "summary": "It is done, the goods were paid back.",
        "untightened": said_why,
        "explanation": "",
        "key": "c1",
    }
    assert client.post(f"{RUN}close/", close).status_code == 302
    assert "The close waits for a second person." in words(page(controller, RUN))
    number = shop.waiting("RR-1")
    seen = page(controller, f"/approvals/{number}/")
    assert "&lt;i&gt;The tool" in seen
    assert "2 corrected and seen gone, 2 accepted" in words(seen)
    shop.decide("RR-1", second)
    said = words(page(controller, RUN))
    assert "by Sela Second. It is done, the goods were paid back." in said
    assert "No checkpoint put in force, with a reason; asked for by Cora Controller, approved by Sela Second." in said
    assert "Why no checkpoint is in force <i>The tool</i> was switched off; no checkpoint sees it." in said
    assert "Asked for by Cora Controller Approved by Sela Second" in said
    assert "Freeze by recovery" not in said
    assert "No recovery run is open" in words(page(controller, "/recovery/"))
    assert (
        client.post(f"{RUN}stop/", {"reason": "The wrong days were named, opened anew.", "key": "s1"}).status_code
        == 409
    )


def test_the_freeze_is_extended_and_the_run_handed_over(shop: Drifted, controller: User, user_of: UserMaker) -> None:
    me, second = acting(controller, shop.tenant_id), acting(user_of("Sela Second", "controller"), shop.tenant_id)
    shop.open(me)
    shop.freeze(me)
    client = signed_in(controller)
    said = {
        "freeze_until": "2026-04-02T18:00",
        "owner": str(second.person_id),
        "reason": "It takes longer, and I am away.",
    }
    assert client.post(f"{RUN}plan/", said | {"reason": "longer"}).status_code == 400
    refused = client.post(f"{RUN}plan/", said | {"freeze_until": "2026-03-01T18:00"})
    assert (refused.status_code, "he planned end of the freeze lies ahead" in words(refused.content.decode())) == (
        400,
        True,
    )
    assert client.post(f"{RUN}plan/", said).status_code == 302
    html = words(page(controller, RUN))
    assert "owner Sela Second" in html
    assert "Freeze by recovery RR-1, planned until Thu 2 Apr 18:00 UTC." in html
    assert "Sela Second" in words(page(controller, "/recovery/"))


def test_it_is_told_by_api_and_classed_by_a_person_s_token(shop: Drifted, controller: User) -> None:
    me = acting(controller, shop.tenant_id)
    shop.to_classes(me)
    with tenant(shop.tenant_id):
        watcher = Client(headers={"Authorization": f"Bearer {issue_token(name='watcher', actor=SET_UP, at=LATER)}"})
        own = Client(
            headers={"Authorization": f"Bearer {make_own_token(name='mine', proven_at=LATER, actor=me, at=LATER)}"}
        )
    (told,) = watcher.get("/api/v1/recovery/").json()["recoveries"]
    assert (told["recovery"], told["state"], told["step"], told["gaps"]) == ("RR-1", "open", 3, 4)
    one = watcher.get("/api/v1/recovery/RR-1/").json()
    assert [s["step"] for s in one["steps"]] == [1, 2, 3]
    assert {"met": False, "text": "4 gaps have no class yet"} in one["gate"]
    assert one["values"] == [{"state": "open", "asset": "BTC", "gaps": 4, "value_minor": "60000"}]
    gaps = watcher.get("/api/v1/recovery/RR-1/gaps/").json()
    assert (len(gaps["gaps"]), gaps["next"]) == (4, None)
    assert watcher.get("/api/v1/recovery/RR-1/gaps/?cursor=2").json()["gaps"] == gaps["gaps"][2:]
    assert watcher.get("/api/v1/recovery/RR-1/gaps/?cursor=x").status_code == 422
    assert watcher.get("/api/v1/recovery/RR-9/").status_code == 404
    said = {"exception_class": "policy_hold", "key": "a1"}
    address = "/api/v1/recovery/RR-1/gaps/G-1/class/"
    assert watcher.post(address, said, content_type="application/json").status_code == 403
    assert own.post(address, said | {"exception_class": "other"}, content_type="application/json").status_code in (
        400,
        422,
    )
    answer = own.post(address, said, content_type="application/json").json()
    assert (answer["gap"], answer["exception_class"], answer["by"]) == ("G-1", "policy_hold", "Cora Controller")
    assert watcher.get("/api/v1/recovery/RR-1/gaps/").json()["gaps"][0]["exception_class"] == "policy_hold"
