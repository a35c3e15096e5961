"""What a run's page tells whoever reads it for the first time: where other planes come in, what was found again, which class each
gap has, what a step that is done said, and where a refusal leads."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from console.pages.links import link
from console.pages.order_frozen import frozen_words
from console.pages.recovery_words import LOCKED, NOT_REACHED, steps_of
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryEnd
from reconciliation.recovery.runs.open_gaps import OpenGap
from reconciliation.recovery.runs.run_pages import whole_run
from reconciliation.recovery.runs.scope import read_scope
from reconciliation.recovery.runs.standing import CORRECT, TIGHTEN
from tests.console.reading import Counted
from tests.console.test_recovery import RUN, clock, controller, shop, words  # noqa: F401
from tests.console.working import FRAME, page, signed_in
from tests.people import UserMaker, acting
from tests.reconciliation.recovery.runs.drifted import LATER, SCOPE, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true", "HX-Target": "run"}
WHOLE = read_scope(SCOPE.first_on, SCOPE.until_on, ["ledger", "bank"], payments=["p-o1", "p-o2", "p-o3", "p-o4"])


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def to_corrections(shop: Drifted, by: User) -> None:
    """A run over all planes that names its payments, in its fifth step; a posting of one was made from an export."""
    me = acting(by, shop.tenant_id)
    shop.post_from_export("o2")
    shop.match(minute=2870)
    shop.open(me, scope=WHOLE)
    shop.freeze(me)
    shop.export(me)
    shop.rerun(me)
    shop.close_classes(me)


def test_other_planes_are_told_of_before_the_close(shop: Drifted, controller: User, counted: Counted) -> None:
    to_corrections(shop, controller)
    client = signed_in(controller)
    client.get(RUN)
    with counted(at_most=FRAME + 21):
        html = client.get(RUN).content.decode()
    said = words(html)
    assert "Ledger and bank are compared at the close, by the cases that the daily runs leave open" in said
    assert "they are listed here" in said
    with tenant(shop.tenant_id):
        cases = ExceptionCase.objects.exclude(state="resolved").filter(plane_pair="provider-ledger")
        numbers = [case.number for case in cases.filter(payment_id="p-o2")]
    assert numbers
    for number in numbers:
        assert f'href="/exceptions/{number}/">C-{number}</a>' in html.partition('id="beside"')[2]
    assert "counts as unexplained" in html
    with counted(at_most=FRAME + 19):
        said = words(client.get(f"{RUN}?step=3").content.decode())
    assert "Gaps are found between commerce and provider alone. Ledger and bank are compared at the close" in said
    assert "step 5 lists them" in said


def test_the_last_step_says_what_the_rerun_left_out(shop: Drifted, controller: User, user_of: UserMaker) -> None:
    me, second = acting(controller, shop.tenant_id), acting(user_of("Sela Second", "controller"), shop.tenant_id)
    shop.to_the_end(me, second)
    shop.compare(me)
    said = words(page(controller, RUN))
    assert "The planes were compared on 22 Mar 12:00 UTC: nothing is left unexplained" in said
    assert "Ledger and bank are not in this run's scope: the close does not compare them." in said


def test_what_is_left_is_told_in_its_currency(shop: Drifted, controller: User, user_of: UserMaker) -> None:
    me, second = acting(controller, shop.tenant_id), acting(user_of("Sela Second", "controller"), shop.tenant_id)
    shop.to_the_end(me, second)
    shop.receipt("0.0009", "tx5", invoice="inv_1", ref="o1", minute=3000)
    shop.event("InvoiceSettled", "inv_1", "o1", minute=3001)
    shop.compare(me, LATER + timedelta(days=3))
    said = words(page(controller, RUN))
    assert re.search(r"o1: .*ordered 0\.00050000 BTC, received 0\.00\d+ BTC\.", said)


def test_payments_that_the_scope_names_lead_to_their_pages(shop: Drifted, controller: User) -> None:
    shop.open(acting(controller, shop.tenant_id), scope=WHOLE)
    html = page(controller, RUN)
    for name in ("p-o1", "p-o2", "p-o3", "p-o4"):
        assert f'href="/payments/{name}/">{name}</a>' in html
    assert "Named in its scope: 4 payments" in words(html)


def test_what_running_it_again_found_stands_on_its_step(shop: Drifted, controller: User) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    client = signed_in(controller)
    assert "Run again, it" not in words(page(controller, f"{RUN}?step=3"))
    answer = client.post(f"{RUN}steps/3/", {"look": "3"})
    assert answer.headers["Location"] == f"{RUN}?step=3", "back to where it was asked"
    html = page(controller, f"{RUN}?step=3")
    assert "A worker has it" in html
    assert 'hx-get="/recovery/1/?watch=1&amp;step=3"' in html, "and it watches"
    assert "Run it again and compare" not in html
    shop.work(LATER + timedelta(minutes=1))
    watched = client.get(f"{RUN}?watch=1&step=3", headers=HTMX)
    assert watched.headers["HX-Refresh"] == "true"
    said = words(page(controller, f"{RUN}?step=3"))
    assert "Run again, it found the very same: the same digest, 0 new rows. Sun 22 Mar 2026 12:01:00 UTC" in said
    assert "asked for by Cora Controller." in said
    shop.receipt("0.0009", "tx5", invoice="inv_1", ref="o1", minute=40)
    shop.event("InvoiceSettled", "inv_1", "o1", minute=41)
    client.post(f"{RUN}steps/3/", {"look": "3"})
    shop.work(LATER + timedelta(minutes=2))
    said = words(page(controller, f"{RUN}?step=3"))
    assert "Run again, it did not find the same: another digest, 1 gap that is not stored; nothing was written." in said


def test_a_class_is_read_again_and_changed_while_the_step_is_open(
    shop: Drifted, controller: User, analyst: User
) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    first, second, *rest = shop.gaps()
    client = signed_in(analyst)
    for gap in (first, second):
        client.post(f"{RUN}gaps/{gap.number}/class/", {"exception_class": "policy_hold", "key": "c1"})
    html = page(analyst, RUN)
    assert f'href="/recovery/1/?gap={first.number}#gap"' in html
    assert words(html).count("policy hold suggested illegal transition Anna Analyst 22 Mar 12:00") == 2
    html = page(analyst, f"{RUN}?gap={first.number}")
    assert f"Set another class for {first}" in words(html)
    client.post(f"{RUN}gaps/{first.number}/class/", {"exception_class": "timing_skew", "key": "c2"})
    assert "timing skew suggested illegal transition Anna Analyst 22 Mar 12:00, set 2 times" in words(
        page(analyst, RUN)
    )
    with tenant(shop.tenant_id):
        assert RecoveryClass.objects.filter(gap=first).count() == 2, "every one is kept"
    for gap in rest:
        client.post(f"{RUN}gaps/{gap.number}/class/", {"exception_class": gap.suggested_class, "key": "c1"})
    signed_in(controller).post(f"{RUN}steps/4/")
    html = page(controller, f"{RUN}?step=4")
    said = words(html)
    assert "By class amount mismatch 1, timing skew 1, policy hold 1, illegal transition 1" in said
    for gap in shop.gaps():
        assert f'<span class="id">{gap}</span>' in html, "each gap with its class, and no way to change it"
    assert f"?gap={first.number}" not in html
    assert said.count("Anna Analyst 22 Mar") == 4
    assert (
        client.post(f"{RUN}gaps/{first.number}/class/", {"exception_class": "timing_skew", "key": "c9"}).status_code
        == 409
    )


def test_steps_that_are_done_speak_in_words(shop: Drifted, controller: User, user_of: UserMaker) -> None:
    me, second = acting(controller, shop.tenant_id), acting(user_of("Sela Second", "controller"), shop.tenant_id)
    shop.to_the_end(me, second)
    looks = {n: words(page(controller, f"{RUN}?step={n}")).partition("Six steps")[2] for n in range(1, 6)}
    for said in looks.values():
        assert not re.search(r"\d{4}-\d\d-\d\dT|\.jsonl|commerce\.move|posting\.repost|_|\bNone\b", said)
    assert "Planned until, as opened Wed 25 Mar 2026 12:00:00 UTC" in looks[1]
    assert "Overrides: no checkpoint is lifted for a time; " in looks[1]
    assert "What the file holds Rows The run 1 Its steps 1 The freeze 1" in looks[2]
    assert "Provider events 6" in looks[2]
    assert "Payments and orders 2 match, 2 with a difference" in looks[3]
    assert "Set in 4 decisions by 1 person" in looks[4]
    assert "Value without signs 0.00010000 BTC accepted, 0.00050000 BTC corrected" in looks[5]
    html = page(controller, f"{RUN}?step=2")
    assert re.search(r'action="/incidents/evidence/1/">.*Download the log, EB-1', html)


def test_a_frozen_order_leads_to_its_gap(shop: Drifted, controller: User, analyst: User, user_of: UserMaker) -> None:
    shop.order("o9")
    to_corrections(shop, controller)
    html = page(controller, "/orders/o2/")
    said, gap = words(html), shop.gap("o2", "unpaid")
    assert "Moves by hand are frozen by recovery RR-1 since 22 Mar 12:00 UTC until it has ended." in said
    assert f'href="/recovery/1/?gap={gap}">Move it from gap G-{gap} of RR-1</a>' in html
    assert "asked for there, and approved by a second person" in said
    assert "It becomes" not in said, "no form that is refused"
    assert f"?gap={gap}" in page(analyst, "/orders/o2/")
    seen = page(user_of("Sam Support", "support"), "/orders/o2/")
    assert f"Move it from gap G-{gap} of RR-1: asked for there" in words(seen)
    assert "/recovery/" not in seen, "no page of theirs"
    assert "No recovery run that stands open has a gap of o9" in words(page(controller, "/orders/o9/"))


def test_before_its_step_an_order_says_when_it_has_its_turn(shop: Drifted, controller: User) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    assert "once the run is in its step 5; it is in step 4." in words(page(controller, "/orders/o2/"))


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (1, "once the run is in its step 5; it is in step 1"), (4, "it is in step 4"), (5, "asked for there, and approved"),
        (6, "the corrections of the run are closed"),
    ],
)  # fmt: skip
def test_a_gap_has_its_turn_in_the_fifth_step_alone(step: int, says: str) -> None:
    told = frozen_words("o2", None, [OpenGap(1, 3, step)], link)
    assert told is not None
    (row,) = told["rows"]
    assert says in row["says"]
    assert ("asked for there, and approved" in row["says"]) == (step == 5)
    assert frozen_words("o2", None, [], link) is None, "neither frozen nor in a run"


def test_every_role_reads_what_it_may_do_here(
    shop: Drifted, controller: User, analyst: User, user_of: UserMaker
) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    assert "read-only" not in words(page(controller, RUN))
    assert "The gaps of this run are your work, its steps are not. You act as analyst: you set classes" in words(
        page(analyst, RUN)
    )
    said = words(page(user_of("Audrey Auditor", "auditor"), RUN))
    assert (
        "This run is read-only for your role. You act as auditor: you see all of it, and may seal and download" in said
    )


def test_a_request_is_tied_by_its_name_where_the_page_says_so(shop: Drifted, controller: User) -> None:
    to_corrections(shop, controller)
    unpaid, early, me = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early"), acting(controller, shop.tenant_id)
    asked = shop.ask_move(unpaid, "o2", me)
    html = page(controller, f"{RUN}?gap={early}")
    assert f'action="/recovery/1/gaps/{early}/tie/"' in html
    assert 'name="request" required' in html
    client = signed_in(controller)
    assert client.post(f"{RUN}gaps/{early}/tie/", {"request": "the first"}).status_code == 400
    assert client.post(f"{RUN}gaps/{early}/tie/", {"request": f" cr-{asked.number} "}).status_code == 302
    assert "Waits for a decision" in words(page(controller, f"{RUN}?gap={early}"))


def test_a_case_of_a_recovered_payment_says_why_so_few_ends_are_offered(
    shop: Drifted, controller: User, analyst: User
) -> None:
    shop.post_from_export("o4")  # before the provider confirmed it
    to_corrections(shop, controller)
    with tenant(shop.tenant_id):
        case = ExceptionCase.objects.filter(payment_id="p-o4", exception_class="illegal_transition").first()
    assert case is not None
    gap = shop.gap("o4", "fulfilled_early")
    html = page(analyst, f"/exceptions/{case.number}/")
    said = words(html)
    assert "What may be said of it by hand (clock explained) is signed by the role controller" in said
    assert f'href="/recovery/1/?gap={gap}">RR-1, gap G-{gap}</a>' in html
    assert "is signed by the role controller" not in words(page(controller, f"/exceptions/{case.number}/"))


def test_keys_follow_the_work_that_htmx_brings(shop: Drifted, controller: User) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    client = signed_in(controller)
    for gap in shop.gaps():
        client.post(
            f"{RUN}gaps/{gap.number}/class/", {"exception_class": gap.suggested_class, "key": "c1"}, headers=HTMX
        )
    html = client.post(f"{RUN}steps/4/", headers=HTMX).content.decode()
    hints = html.partition('id="keys" hx-swap-oob="true">')[2]
    assert "next gap" in words(hints)
    assert "choose the class" not in words(hints)
    assert "choose the class" not in words(page(controller, RUN))


def test_of_many_gaps_the_first_are_said_to_be_the_first(shop: Drifted, controller: User) -> None:
    me = acting(controller, shop.tenant_id)
    for ref in ("o5", "o6"):
        shop.order(ref)
        shop.fulfil(ref, me, minute=10)
    shop.to_classes(me)
    assert "the first 5 of 8 left" in words(page(controller, RUN))
    shop.close_classes(me)
    assert "the first 5 of 8 left" in words(page(controller, RUN))
    assert "the first" not in words(page(controller, f"{RUN}?all=1"))


def test_a_stopped_run_promises_no_step(shop: Drifted, controller: User) -> None:
    shop.to_classes(acting(controller, shop.tenant_id))
    with tenant(shop.tenant_id):
        found = whole_run(1, LATER)
        standing = found.standing
        assert [row["words"] for row in steps_of(found, 0)][4:] == [LOCKED[CORRECT], LOCKED[TIGHTEN]]
        end = RecoveryEnd(run=standing.run, how="stopped", ended_at=LATER, ended_by="Cora", reason="The wrong days.")
        stopped = replace(found, standing=replace(standing, end=end))
        assert [row["words"] for row in steps_of(stopped, 0)][3:] == [NOT_REACHED] * 3


def test_the_freeze_says_what_it_refuses_and_what_stays_possible(shop: Drifted, controller: User) -> None:
    shop.open(acting(controller, shop.tenant_id))
    said = words(page(controller, RUN))
    assert "this is refused to everybody, whatever their role" in said
    assert "Reposting without a request" in said
    assert "It stays possible: Corrections by request, which a second person approves" in said
    assert "made anew" not in said


def test_a_difference_of_nothing_is_not_alarming(shop: Drifted, controller: User) -> None:
    shop.post_from_export("o4")  # before the provider confirmed the same amount
    shop.match(minute=2870)
    html = page(controller, "/payments/p-o4/")
    assert '<span class="n strong">0.00000000 BTC</span>' in html
    assert 't-drift strong">0.00000000' not in html
